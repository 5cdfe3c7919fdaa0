"""The notices that signing in needs. A code or the token of a link is sealed until it is sent."""

import uuid

from django.urls import reverse
from django.utils.translation import get_language

from accounts.models import EmailChange, Invitation, User
from accounts.outbox import post


def send_sign_in_code(address: str, person: User, code: str) -> None:
    post("sign_in_code", key=_once("code"), person=person, address=address, secret=code)


def send_no_account(address: str) -> None:
    """The same work for an address that nobody here has, so that time tells nothing."""
    post("sign_in_unknown", key=_once("code"), address=address, language=get_language() or "en")


def send_password_link(person: User, path: str) -> None:
    post("password_reset", key=_once("password"), person=person, link="{secret}", secret=path)


def send_security_changed(person: User) -> None:
    post("security_changed", key=_once("changed"), person=person)


def send_invitation(invitation: Invitation, token: str) -> None:
    key = f"invitation:{invitation.code}"
    link = reverse("invitation", args=["TOKEN"]).replace("TOKEN", "{secret}")
    post("invitation", key=key, person=invitation.person, link=link, secret=token)


def send_second_factor_reset(person: User) -> None:
    post("second_factor_reset", key=_once("reset"), person=person)


def send_email_change(change: EmailChange, *, to_old: str, to_new: str) -> None:
    """Ask at both addresses, each with a token of its own."""
    person, key = change.person, f"email-change:{change.pk}"
    link = reverse("email_change", args=["TOKEN"]).replace("TOKEN", "{secret}")
    to = {"old": (person.email, to_old), "new": (change.new_email, to_new)}
    for side, (address, token) in to.items():
        kind = f"email_change_{side}"
        post(kind, key=f"{key}:{side}", person=person, address=address, link=link, secret=token)


def send_email_changed(person: User, address: str) -> None:
    post("email_changed", key=_once("email"), person=person, address=address)


def _once(what: str) -> str:
    return f"{what}:{uuid.uuid4()}"
