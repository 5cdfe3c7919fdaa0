"""A new address for someone, in force once the old and the new mailbox have both said yes."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import EmailChange, User
from accounts.refusals import AddressTaken
from accounts.services import invitations
from accounts.services.endings import end_sessions
from accounts.services.mail import send_email_change, send_email_changed
from accounts.services.tokens import hash_of, new_token
from audit.services import record

GOOD_FOR = timedelta(days=3)
SIDES = ("old", "new")


class NoSuchChange(Exception):
    """Never asked for, done, refused or over. We never say which."""


@transaction.atomic
def ask_for_change(person: User, new_email: str, *, by: User) -> EmailChange:
    """Ask both mailboxes. An earlier change that is not done is dropped."""
    new_email = _free(new_email)
    _waiting().filter(person=person).update(expires_at=timezone.now())
    tokens = {side: new_token() for side in SIDES}
    change = EmailChange.objects.create(
        person=person,
        new_email=new_email,
        asked_by=by,
        expires_at=timezone.now() + GOOD_FOR,
        **{f"{side}_token_hash": hash_of(token) for side, token in tokens.items()},
    )
    send_email_change(change, to_old=tokens["old"], to_new=tokens["new"])
    record("email_change.asked", by, person)
    return change


@transaction.atomic
def put_right(person: User, new_email: str, *, by: User) -> None:
    """Mend the address of someone who never came in, and invite them there. No mailbox is theirs yet.

    Whoever has the first letter, at the wrong address, holds a link that opens nothing any more.
    """
    person.email = _free(new_email)
    person.save(update_fields=["email"])
    record("email.changed", by, person)
    newest = person.invitations.order_by("-pk").filter(is_offer=False).first()
    if newest is not None:
        invitations.invite_again(person, newest.role, by=by, lands_at=newest.lands_at)


def change_for(token: str) -> tuple[EmailChange, str]:
    """Return the change that `token` is about, and its side. Looking changes nothing. Raises NoSuchChange."""
    for side in SIDES:
        change = _waiting().select_related("person").filter(**{f"{side}_token_hash": hash_of(token)}).first()
        if change is not None and change.person.is_active:
            return change, side
    raise NoSuchChange


@transaction.atomic
def say_yes(token: str) -> bool:
    """Note the yes of one mailbox. Returns whether both have said it and the new address holds."""
    change, side = change_for(token)
    change = EmailChange.objects.select_for_update().select_related("person").get(pk=change.pk)
    setattr(change, f"{side}_confirmed_at", timezone.now())
    change.save(update_fields=[f"{side}_confirmed_at"])
    record("email_change.confirmed", None, change.person, side=side)
    if not (change.old_confirmed_at and change.new_confirmed_at):
        return False
    _move(change)
    return True


@transaction.atomic
def say_no(token: str) -> None:
    """Drop a change that one of the mailboxes does not want."""
    change, side = change_for(token)
    EmailChange.objects.filter(pk=change.pk).update(expires_at=timezone.now())
    record("email_change.refused", None, change.person, side=side)


def waiting_change(person: User) -> EmailChange | None:
    """The change that still waits for a yes, if there is one."""
    return _waiting().filter(person=person).order_by("-pk").first()


def _move(change: EmailChange) -> None:
    person, old_email = change.person, change.person.email
    if _is_taken(change.new_email):
        raise NoSuchChange
    person.email = change.new_email
    person.save(update_fields=["email"])
    EmailAddress.objects.filter(user=person).delete()
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    change.done_at = timezone.now()
    change.save(update_fields=["done_at"])
    record("email.changed", change.asked_by, person)
    send_email_changed(person, old_email)
    send_email_changed(person, person.email)
    end_sessions(person, why="email")


def _free(email: str) -> str:
    email = email.strip().lower()
    if _is_taken(email):
        raise AddressTaken({"email": _("This email is in use. Take another one.")})
    return email


def _is_taken(email: str) -> bool:
    return User.objects.filter(email=email).exists()


def _waiting():
    return EmailChange.objects.filter(done_at=None, expires_at__gt=timezone.now())
