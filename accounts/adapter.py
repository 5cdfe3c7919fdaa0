"""How allauth behaves here: nobody signs up, mail goes through the outbox, secrets are sealed."""

import base64
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import User
from accounts.services import mail
from accounts.services.invitations import is_shut_out
from accounts.services.logins import browser_name
from vault import keyring

SEALED_IN = b"mfa_authenticator.data"


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by code, password or passkey, for those who were invited."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": _("This code is not right. Use the one from the newest email."),
        "incorrect_password": _("This password is not right."),
        "email_password_mismatch": _("The email or the password is not right."),
        "too_many_login_attempts": _("This was tried too often. Wait a few minutes."),
        "rate_limited": _("This was tried too often. Wait a few minutes."),
        "account_inactive": _("This login is closed."),
        "select_only_one": _("Choose only one."),
        "same_as_current": _("This is the one you have now. Choose another."),
    }

    def is_open_for_signup(self, request):
        return False

    def pre_login(self, request, user, *, email, **kwargs):
        if is_shut_out(user.email):
            clear_login(request)
            return self.respond_user_inactive(request, user)
        if email and email.lower() != user.email:
            # A code that was sent before the address changed: that mailbox is not theirs any more.
            clear_login(request)
            return redirect("account_login")
        return super().pre_login(request, user, email=email, **kwargs)

    @transaction.atomic
    def logout(self, request):
        """The session is gone in the same moment in which its sockets are asked again."""
        super().logout(request)

    def get_login_stages(self):
        stages = super().get_login_stages()
        return [_OURS.get(stage, stage) for stage in stages]

    def get_reauthentication_methods(self, user):
        """One page of ours offers all the ways that `user` has."""
        return [{"id": "unlock", "url": reverse("account_unlock")}] if user.is_authenticated else []

    def send_mail(self, template_prefix, email, context):
        kind = template_prefix.rsplit("/", 1)[-1]
        person = User.objects.filter(email=email.lower(), is_active=True).first()
        send = getattr(self, f"send_{kind}", self.send_security_changed)
        send(email, person, context)

    def send_login_code(self, email, person, context):
        mail.send_sign_in_code(email, person, context["code"])

    def send_unknown_account(self, email, person, context):
        mail.send_no_account(email)

    def send_password_reset_key(self, email, person, context):
        path = urlsplit(context["password_reset_url"]).path
        mail.send_password_link(person, path)

    def send_security_changed(self, email, person, context):
        if person is not None:
            mail.send_security_changed(person)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets sealed with the key ring; staff keep at least one factor."""

    def encrypt(self, text):
        return base64.b64encode(keyring.seal(text.encode(), SEALED_IN)).decode()

    def decrypt(self, encrypted_text):
        return keyring.open_sealed(base64.b64decode(encrypted_text), SEALED_IN).decode()

    def generate_authenticator_name(self, user, type):
        """What the person would call this device, to begin with."""
        request = context.request
        return browser_name(request.headers.get("User-Agent", "")) or gettext("This device")

    def can_delete_authenticator(self, authenticator):
        return access.may_remove_factor(authenticator)


_OURS = {"allauth.mfa.stages.AuthenticateStage": "accounts.stages.SecondFactorStage"}
