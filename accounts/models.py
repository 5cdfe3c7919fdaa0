"""Who someone is, what they may do here, and how we reach them."""

import uuid
from collections.abc import Iterable
from typing import ClassVar
from zoneinfo import available_timezones

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from vault.fields import EncryptedTextField


def check_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("Choose a time zone from the list."))


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username):
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with a login. `peer_name` is what others in a group see unless a membership says otherwise."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("email"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=120)
    pronouns = models.CharField(_("pronouns"), max_length=40, blank=True)
    peer_name = models.CharField(_("name that others in a group see"), max_length=40, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=60, default="America/New_York", validators=[check_time_zone]
    )
    language = models.CharField(
        _("language"), max_length=8, choices=[("en", "English"), ("es", "Español")], default="en"
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text=_("May open the back office."))
    joined_at = models.DateTimeField(default=timezone.now)
    session_stamp = models.UUIDField(
        default=uuid.uuid4, editable=False, help_text=_("A new one ends every login session.")
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]
    objects = UserManager()

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs):
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    def has_usable_password(self) -> bool:
        """Django calls an empty one usable; nobody can sign in with it."""
        return bool(self.password) and super().has_usable_password()

    def _get_session_auth_hash(self, secret=None):
        stamped = f"{self.password}{self.session_stamp}"
        return salted_hmac("accounts.session", stamped, secret=secret, algorithm="sha256").hexdigest()

    def has_role(self, *roles: str) -> bool:
        """Whether the person holds any of `roles` today. One query per object, then remembered."""
        return bool(self.current_roles & set(roles))

    @property
    def current_roles(self) -> frozenset[str]:
        if not hasattr(self, "_current_roles"):
            self._current_roles = frozenset(self.roles.filter(ended_at=None).values_list("role", flat=True))
        return self._current_roles

    def remember_roles(self, roles: Iterable[str]) -> None:
        """Take the roles from whoever has just asked for those of many people."""
        self._current_roles = frozenset(roles)

    def forget_roles(self) -> None:
        """Ask for the roles anew next time."""
        self.__dict__.pop("_current_roles", None)

    @property
    def is_clinic_staff(self) -> bool:
        return self.has_role(*STAFF_ROLES)


class RoleName(models.TextChoices):
    PATIENT = "patient", _("patient")
    RELATIVE = "relative", _("relative")
    FACILITATOR = "facilitator", _("facilitator")
    CLINICIAN = "clinician", _("clinician")
    PRESCRIBER = "prescriber", _("prescriber")
    COORDINATOR = "coordinator", _("coordinator")
    PRIVACY_OFFICER = "privacy", _("privacy officer")


STAFF_ROLES = frozenset({"facilitator", "clinician", "prescriber", "coordinator", "privacy"})


class Role(models.Model):
    """That a person is, or was, a patient, a facilitator, … A person may have several."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(max_length=20, choices=RoleName)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role"], condition=Q(ended_at=None), name="one_current_role"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"


class Invitation(models.Model):
    """A one-use way in, bound to one person, role and mailbox. Only the hash of its token is kept.

    An offer goes to someone whom we know already: nothing of it is theirs before they say yes.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=20, choices=RoleName)
    sent_to = models.EmailField(max_length=254)
    is_offer = models.BooleanField(default=False)
    token_hash = models.CharField(max_length=64, unique=True)
    lands_at = models.CharField(max_length=200, default="/")
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    token = ""  # known to whoever just sent it, and then only to the letter

    def __str__(self) -> str:
        return f"invitation {self.code}"


class EmailChange(models.Model):
    """A new address, in force once both the old and the new one have said yes."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="email_changes")
    new_email = models.EmailField(max_length=254)
    old_token_hash = models.CharField(max_length=64, unique=True)
    new_token_hash = models.CharField(max_length=64, unique=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    old_confirmed_at = models.DateTimeField(null=True, blank=True)
    new_confirmed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"change of address for {self.person_id}"


class SecondFactorReset(models.Model):
    """A lost second factor of a staff member: one coordinator asks, another confirms."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="second_factor_resets")
    reason = models.CharField(max_length=200)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"second factor reset for {self.person_id}"


class Notice(models.Model):
    """The outbox: a content-free message to be sent once, at or after `due_at`.

    `secret` is a code or the token of a one-use link (`{secret}` in `link`). Both are erased when the
    message is sent or given up. A claim is a worker's sole right to send it, until `claimed_until`.
    """

    kind = models.CharField(max_length=40)
    person = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="notices")
    address = models.EmailField(max_length=254, blank=True, help_text=_("Empty: the person's own."))
    language = models.CharField(max_length=8, default="en")
    link = EncryptedTextField(null=True, blank=True)
    secret = EncryptedTextField(null=True, blank=True)
    idempotency_key = models.CharField(max_length=120, unique=True)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(sent_at=None, given_up_at=None), name="notices_to_send"
            )
        ]

    def __str__(self) -> str:
        return f"notice {self.kind} {self.pk}"
