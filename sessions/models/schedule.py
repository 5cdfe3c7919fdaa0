"""What is planned, and the room of an open session."""

import uuid
from datetime import timedelta
from typing import cast

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import check_time_zone
from groups.dates import DateThere
from groups.models import (
    EVERY_GROUP_ROLES,
    STAFF_SEATS,
    Assignment,
    ChatPolicy,
    GroupKind,
    Membership,
    TherapyGroup,
)
from vault.fields import EncryptedTextField
from vault.models import DataKey
from wire.models import Stream


class Series(models.Model):
    """When a group meets: a weekly pattern in local wall time, so 6 pm stays 6 pm across clock changes."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    group = models.ForeignKey(TherapyGroup, on_delete=models.PROTECT, related_name="series")
    title = models.CharField(_("title"), max_length=120, blank=True)
    weekdays = models.CharField(_("days"), max_length=20, help_text="0 is Monday: '0,2,4'")
    every_weeks = models.PositiveSmallIntegerField(_("every … weeks"), default=1)
    starts_at = models.TimeField(_("starts at"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=60)
    time_zone = models.CharField(_("time zone"), max_length=60, validators=[check_time_zone])
    from_on = models.DateField(_("first day"))
    until_on = models.DateField(_("last day"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return f"series {self.code}"


class Transport(models.TextChoices):
    PEERS = "peers", _("Between browsers, up to six")


# How long before the start the door opens. Those who lead may open the room from then on; others may knock.
DOOR_OPENS = timedelta(minutes=15)
DOOR_OPENS_TO_LEADERS = timedelta(minutes=30)


class GroupSessionQuerySet(models.QuerySet["GroupSession"]):
    def visible_to(self, person) -> "GroupSessionQuerySet":
        """The sessions of the groups that `person` belongs to today, on the days that they belong there.

        Staff of a group, and of a program whose groups they may all see, see every session.
        """
        day = DateThere(OuterRef("starts_at"), OuterRef("group__program__site__time_zone"))
        on_that_day = Q(from_on__lte=day) & (Q(until_on=None) | Q(until_on__gte=day))
        seats = Membership.objects.held_by(person).filter(group=OuterRef("group"))
        seats = seats.filter(Q(role__in=STAFF_SEATS) | on_that_day)
        programs = Assignment.objects.held_by(person, EVERY_GROUP_ROLES).values("program")
        return self.filter(Exists(seats) | Q(group__program__in=programs))

    def planned(self) -> "GroupSessionQuerySet":
        """Those that are to take place, or took place: all but the cancelled ones."""
        return self.filter(cancelled_at=None)

    def not_over(self, now=None) -> "GroupSessionQuerySet":
        """Those still to come, and those that are open now even if past their time."""
        return self.filter(Q(ends_at__gt=now or timezone.now()) | Q(opened_at__isnull=False), ended_at=None)

    def enterable(self) -> "GroupSessionQuerySet":
        """Those whose members may come to the room: planned, not over, of a group that still meets."""
        return self.planned().not_over().filter(group__ended_at=None, group__program__ended_at=None)

    def with_room(self) -> "GroupSessionQuerySet":
        """With everything that the live room asks of a session."""
        return self.select_related("group__program__site", "stream", "data_key")


class GroupSession(models.Model):
    """One scheduled meeting, of any kind."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    group = models.ForeignKey(TherapyGroup, on_delete=models.PROTECT, related_name="group_sessions")
    series = models.ForeignKey(
        Series, on_delete=models.PROTECT, null=True, blank=True, related_name="group_sessions"
    )
    series_on = models.DateField(
        null=True, blank=True, help_text=_("The day the pattern gave it, even if moved.")
    )
    kind = models.CharField(max_length=20, choices=GroupKind)
    title = models.CharField(max_length=120, blank=True)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=60)
    revision = models.PositiveSmallIntegerField(default=0, help_text=_("How often its time was changed."))
    moved_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    transport = models.CharField(max_length=20, choices=Transport, default=Transport.PEERS)

    # The room. It is open from `opened_at` until `ended_at`; times above are only the plan.
    opened_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    stream = models.OneToOneField(Stream, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    data_key = models.OneToOneField(
        DataKey, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    chat_policy = models.CharField(max_length=20, choices=ChatPolicy, default=ChatPolicy.EVERYONE)
    keeps_chat = models.BooleanField(default=False)
    is_locked = models.BooleanField(default=False)
    is_paused = models.BooleanField(default=False)
    leaderless_since = models.DateTimeField(null=True, blank=True)
    is_held = models.BooleanField(default=False)

    objects = GroupSessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["series", "series_on"], name="one_session_per_day_of_a_series"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")), name="ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"session {self.code}"

    @property
    def log(self) -> Stream:
        """The room's log, once someone has come to its door."""
        return cast(Stream, self.stream)

    @property
    def key(self) -> DataKey:
        """What is said in the room is sealed with it."""
        return cast(DataKey, self.data_key)

    @property
    def is_open(self) -> bool:
        return self.opened_at is not None and self.ended_at is None

    @property
    def is_over(self) -> bool:
        """Ended, or never opened until its time was up."""
        return self.ended_at is not None or (self.opened_at is None and self.ends_at <= timezone.now())

    def door_opens_at(self, leads: bool = False):
        return self.starts_at - (DOOR_OPENS_TO_LEADERS if leads else DOOR_OPENS)

    def door_is_open(self, leads: bool = False) -> bool:
        """Whether one may come to the door now. An early leader opens it for everyone."""
        if self.cancelled_at is not None or self.is_over:
            return False
        return self.is_open or self.door_opens_at(leads) <= timezone.now()


class CalendarFeed(models.Model):
    """A person's private calendar address. Only the token's hash is kept."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feeds"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"calendar feed of {self.person_id}"


class Apology(models.Model):
    """'I'll be late' or 'I can't come', told before a session. The newest counts."""

    group_session = models.ForeignKey(GroupSession, on_delete=models.PROTECT, related_name="apologies")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="apologies")
    is_absence = models.BooleanField(help_text=_("True: can't come. False: will be late."))
    minutes_late = models.PositiveSmallIntegerField(null=True, blank=True)
    words = EncryptedTextField(blank=True, default="")
    at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "apologies"

    def __str__(self) -> str:
        return f"apology of {self.person_id}"
