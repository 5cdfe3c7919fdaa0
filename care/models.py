"""What we hold about a patient. Begins with whom to call and what was agreed to."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vault.fields import EncryptedTextField


class EmergencyContact(models.Model):
    """Someone near the patient whom we may call, while the patient allows it (HHS telehealth guidance)."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="emergency_contacts"
    )
    name = EncryptedTextField()
    relation = EncryptedTextField()
    phone = EncryptedTextField()
    may_call_since = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"emergency contact {self.code}"


class AgreementKind(models.TextChoices):
    TELEHEALTH = "telehealth", _("Care by video")
    GROUP_CONFIDENTIALITY = "confidentiality", _("What is said in group stays in group")


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
    typed_name = EncryptedTextField()
    agreed_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"agreement {self.code}"
