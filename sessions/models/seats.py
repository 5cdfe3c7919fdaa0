"""Who has a seat, at the door and in the room."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sessions.models.schedule import GroupSession
from vault.fields import EncryptedTextField
from wire.models import Lease


class SeatRole(models.TextChoices):
    PATIENT = "patient", _("patient")
    RELATIVE = "relative", _("relative")
    FACILITATOR = "facilitator", _("facilitator")
    CO_FACILITATOR = "co_facilitator", _("co-facilitator")
    STAFF = "staff", _("staff member")


class Presence(models.TextChoices):
    OUT = "out", _("not in the room")
    IN = "in", _("in the room")
    LOST = "lost", _("line lost")


class Attendance(models.Model):
    """One person's seat in one session: the clinical and billing record. `seat` is the only id peers see."""

    group_session = models.ForeignKey(GroupSession, on_delete=models.PROTECT, related_name="attendances")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attendances")
    seat = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    shown_as = models.CharField(max_length=40)
    role = models.CharField(max_length=20, choices=SeatRole)
    is_simulated = models.BooleanField(default=False, help_text=_("A simulated member of the demo."))

    # What the person, or a facilitator, decided about this seat. `fold(log)` gives the same.
    presence = models.CharField(max_length=4, choices=Presence, default=Presence.OUT)
    stays = models.JSONField(
        default=list,
        help_text="[[first seq, last seq or null], …]: what of the log this seat may hear again.",
    )
    microphone_on = models.BooleanField(default=False)
    camera_on = models.BooleanField(default=False)
    hand_raised_at = models.DateTimeField(null=True, blank=True)
    may_share_screen = models.BooleanField(default=False)
    is_sharing_screen = models.BooleanField(default=False)
    stepped_out_at = models.DateTimeField(null=True, blank=True)
    has_media = models.BooleanField(
        default=True, help_text=_("False for whoever came after the transport was full.")
    )
    left_quickly_at = models.DateTimeField(null=True, blank=True)

    # As the facilitators' roster was last told.
    roster_status = models.CharField(max_length=12, blank=True)
    roster_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group_session", "person"], name="one_seat_per_person")
        ]

    def __str__(self) -> str:
        return f"seat {self.seat}"

    @property
    def leads(self) -> bool:
        return self.role in (SeatRole.FACILITATOR, SeatRole.CO_FACILITATOR)

    @property
    def is_member(self) -> bool:
        """One of those for whom the session is held: they are expected, and may call for help."""
        return self.role in (SeatRole.PATIENT, SeatRole.RELATIVE)


class Arrival(models.Model):
    """The safe-arrival check, made again at each session: the electronic roster signature."""

    attendance = models.OneToOneField(Attendance, on_delete=models.PROTECT, related_name="arrival")
    place = EncryptedTextField()
    call_back = EncryptedTextField()
    is_alone = models.BooleanField()
    has_headphones = models.BooleanField(default=False)
    may_call_contact = models.BooleanField(default=False)
    mood = models.PositiveSmallIntegerField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"arrival at {self.attendance_id}"


class AdmissionState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    ADMITTED = "admitted", _("admitted")
    ON_HOLD = "on_hold", _("on hold")
    REMOVED = "removed", _("removed")
    LEFT = "left", _("left")


class Admission(models.Model):
    """Whether a seat is in. Changed by compare-and-set only; nothing else lets anyone in."""

    attendance = models.OneToOneField(Attendance, on_delete=models.PROTECT, related_name="admission")
    state = models.CharField(max_length=10, choices=AdmissionState, default=AdmissionState.WAITING)
    arrived_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    # Set by a facilitator's act for this session, cleared by hold, send back and remove: without it nobody
    # returns unasked.
    admitted_at = models.DateTimeField(null=True, blank=True)
    message = EncryptedTextField(default="", blank=True)
    reason = EncryptedTextField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.attendance_id} {self.state}"


class VisitMode(models.TextChoices):
    VIDEO = "video", _("video")
    AUDIO = "audio", _("sound only")
    TELEPHONE = "telephone", _("telephone")
    WAITING = "waiting", _("waiting room")


class Visit(Lease):
    """One connection of one seat (or a telephone call that staff noted), held by a lease."""

    attendance = models.ForeignKey(Attendance, on_delete=models.PROTECT, related_name="visits")
    mode = models.CharField(max_length=10, choices=VisitMode)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["last_heard_at"], condition=Q(closed_at=None), name="open_visits")]
        constraints = [
            models.UniqueConstraint(
                fields=["attendance"],
                condition=Q(closed_at=None) & ~Q(mode="telephone"),
                name="one_connection_per_seat",
            )
        ]

    def __str__(self) -> str:
        return f"visit {self.connection}"
