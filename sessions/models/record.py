"""What stays after a session: corrections of the roster, and private reports."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sessions.models.schedule import GroupSession
from sessions.models.seats import Attendance
from vault.fields import EncryptedTextField


class AttendanceStatus(models.TextChoices):
    ATTENDED = "attended", _("attended")
    LATE = "late", _("late")
    LEFT_EARLY = "left_early", _("left early")
    EXCUSED = "excused", _("excused")
    ABSENT = "absent", _("absent")


class Correction(models.Model):
    """A status or minutes set by staff, with the reason. The newest counts; none is ever changed."""

    attendance = models.ForeignKey(Attendance, on_delete=models.PROTECT, related_name="corrections")
    status = models.CharField(max_length=12, choices=AttendanceStatus)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = EncryptedTextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"correction of {self.attendance_id}"


class Report(models.Model):
    """Something a member tells the team privately about a session, then or for a week after."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    group_session = models.ForeignKey(GroupSession, on_delete=models.PROTECT, related_name="reports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    about = models.ForeignKey(Attendance, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    words = EncryptedTextField()
    at = models.DateTimeField(default=timezone.now)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    read_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"report {self.code}"
