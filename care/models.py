"""What we hold about a patient. Begins with whom to call and what was agreed to."""

import uuid

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import (
    EVERY_GROUP_ROLES,
    STAFF_SEATS,
    Assignment,
    Enrolment,
    Membership,
    MembershipRole,
)
from vault.fields import EncryptedTextField


class EmergencyContactQuerySet(models.QuerySet["EmergencyContact"]):
    def current(self) -> "EmergencyContactQuerySet":
        return self.filter(withdrawn_at=None)

    def visible_to(self, person) -> "EmergencyContactQuerySet":
        """A patient's own, and those of patients whose care team `person` is part of today."""
        if not person.is_active:
            return self.none()
        return self.current().filter(Q(patient=person) | Q(patient__in=patients_of(person)))


def patients_of(person) -> QuerySet:
    """Return the ids of those who are in a group that `person` works in, or in a program they work for."""
    belonging = Membership.objects.current()
    own_groups = Membership.objects.held_by(person).filter(role__in=STAFF_SEATS).values("group")
    programs = Assignment.objects.held_by(person, EVERY_GROUP_ROLES).values("program")
    as_patients = belonging.filter(role=MembershipRole.PATIENT)
    in_groups = as_patients.filter(Q(group__in=own_groups) | Q(group__program__in=programs)).values("person")
    enrolled = Enrolment.objects.filter(program__in=programs, ended_at=None).values("patient")
    return get_user_model().objects.filter(Q(pk__in=in_groups) | Q(pk__in=enrolled)).values("pk")


class EmergencyContact(models.Model):
    """Someone near the patient whom we may call. To add one is to allow it; to withdraw one ends it."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="emergency_contacts"
    )
    name = EncryptedTextField(_("name"), max_length=120)
    relation = EncryptedTextField(_("who they are to you"), max_length=60)
    phone = EncryptedTextField(_("phone"), max_length=40)
    may_call_since = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    objects = EmergencyContactQuerySet.as_manager()

    def __str__(self) -> str:
        return f"emergency contact {self.code}"


class AgreementKind(models.TextChoices):
    TELEHEALTH = "telehealth", _("Meeting by video")
    GROUP_CONFIDENTIALITY = "confidentiality", _("What is said in group stays in group")


class AgreementText(models.Model):
    """One text as somebody saw it when they agreed, word for word, so that it can be shown again."""

    digest = models.CharField(max_length=64, unique=True)
    words = models.TextField()

    def __str__(self) -> str:
        return self.digest[:12]


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def standing(self) -> "AgreementQuerySet":
        """Those nobody took back. Whether the text is still the one in force is another question."""
        return self.filter(withdrawn_at=None)


class Agreement(models.Model):
    """That a person agreed to one version of one text, on one day. A new version asks again."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="agreements")
    kind = models.CharField(max_length=20, choices=AgreementKind)
    about = models.UUIDField(
        null=True, blank=True, help_text=_("The group, where the text is the group's own.")
    )
    version = models.CharField(max_length=20)
    text_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=8)
    typed_name = EncryptedTextField(max_length=120)
    agreed_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = AgreementQuerySet.as_manager()

    def __str__(self) -> str:
        return f"agreement {self.code}"
