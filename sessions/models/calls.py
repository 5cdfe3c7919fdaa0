"""Private calls for help."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sessions.models.seats import Attendance
from vault.fields import EncryptedTextField


class QuietHandKind(models.TextChoices):
    NEED_A_WORD = "need_a_word", _("I need a word")
    STEP_OUT = "step_out", _("I step out for a moment")
    NOT_SAFE = "not_safe", _("I am not safe")
    SOMEONE_NOW = "someone_now", _("I need someone now")


class QuietHand(models.Model):
    """A private call for help, from the room or from the waiting room. Rings until someone has seen it."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attendance = models.ForeignKey(Attendance, on_delete=models.PROTECT, related_name="quiet_hands")
    kind = models.CharField(max_length=12, choices=QuietHandKind)
    raised_at = models.DateTimeField(default=timezone.now)
    rung_again_at = models.DateTimeField(null=True, blank=True)
    reached_coordinators_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    seen_at = models.DateTimeField(null=True, blank=True)
    answer = EncryptedTextField(blank=True, default="")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"quiet hand {self.code}"
