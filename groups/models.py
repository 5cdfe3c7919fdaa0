"""Programs, therapy groups, and who belongs with whom."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import STAFF_ROLES, RoleName, check_time_zone
from groups.dates import DateThere

# Staff with one of these roles see the programs they are assigned to …
PROGRAM_ROLES = frozenset(
    {RoleName.COORDINATOR, RoleName.CLINICIAN, RoleName.PRESCRIBER, RoleName.FACILITATOR}
)
# … and with one of these every group in them. A facilitator sees the groups that they belong to.
EVERY_GROUP_ROLES = PROGRAM_ROLES - {RoleName.FACILITATOR}


class Site(models.Model):
    """A place of the organisation, with its own time zone and its own numbers for an emergency."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    time_zone = models.CharField(max_length=60, default="America/New_York", validators=[check_time_zone])
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    emergency_number = models.CharField(_("local emergency number"), max_length=40, default="911")

    def __str__(self) -> str:
        return self.name


LONGEST_GRACE = 30  # minutes that a room may go on without anyone to lead it


class ProgramQuerySet(models.QuerySet["Program"]):
    def current(self) -> "ProgramQuerySet":
        return self.filter(ended_at=None)

    def visible_to(self, person) -> "ProgramQuerySet":
        return self.filter(pk__in=Assignment.objects.held_by(person, PROGRAM_ROLES).values("program"))

    def managed_by(self, person) -> "ProgramQuerySet":
        return self.filter(
            pk__in=Assignment.objects.held_by(person, {RoleName.COORDINATOR}).values("program")
        )


class Program(models.Model):
    """An intensive outpatient program at one site."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="programs")
    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("phone that patients may call"), max_length=40, blank=True)
    keeps_chat = models.BooleanField(_("keep what is written in the room's chat"), default=False)
    grace_minutes = models.PositiveSmallIntegerField(
        default=10, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_GRACE)]
    )
    late_after_minutes = models.PositiveSmallIntegerField(default=5)
    absent_after_minutes = models.PositiveSmallIntegerField(default=15)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ProgramQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class TrackKind(models.TextChoices):
    GENERAL = "general", _("General")
    ADOLESCENT = "adolescent", _("Adolescent")
    DUAL_DIAGNOSIS = "dual", _("Dual diagnosis")
    VETERANS = "veterans", _("Veterans")
    OTHER = "other", _("Other")


class Track(models.Model):
    """A variant of a program for those who share a need."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="tracks")
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=TrackKind, default=TrackKind.GENERAL)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def current(self) -> "AssignmentQuerySet":
        return self.filter(ended_at=None)

    def held_by(self, person, roles) -> "AssignmentQuerySet":
        """The current assignments of `person` in one of `roles`, where the role itself is still theirs."""
        if not person.is_active:
            return self.none()
        return self.current().filter(person=person, role__in=person.current_roles & set(roles))


class Assignment(models.Model):
    """That a staff member works in a program, in one role. Staff see only programs they are assigned to."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=20, choices=RoleName)
    since = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "person", "role"],
                condition=Q(ended_at=None),
                name="one_current_assignment",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} in {self.program_id}"


class Enrolment(models.Model):
    """A patient's stay in a program, and the track they follow there."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="enrolments")
    track = models.ForeignKey(
        Track, on_delete=models.PROTECT, null=True, blank=True, related_name="enrolments"
    )
    patient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    from_on = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "patient"], condition=Q(ended_at=None), name="one_current_enrolment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.patient_id} in {self.program_id}"


class Relation(models.Model):
    """That a relative with a login belongs to a patient."""

    patient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="relatives")
    relative = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="relative_of"
    )
    relation = models.CharField(_("relation"), max_length=60)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "relative"], condition=Q(ended_at=None), name="one_current_relation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.relative_id} of {self.patient_id}"


class Offer(models.Model):
    """A place in a program for someone whom we know already: theirs once they have said yes."""

    invitation = models.OneToOneField("accounts.Invitation", on_delete=models.PROTECT, related_name="offer")
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="offers")
    patient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    relation = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return f"offer of {self.program_id} by {self.invitation_id}"


class GroupKind(models.TextChoices):
    GROUP = "group", _("Therapy group")
    INDIVIDUAL = "individual", _("Individual")
    FAMILY = "family", _("Family")
    PSYCHOEDUCATION = "psychoeducation", _("Psychoeducation")
    MEDICATION = "medication", _("Medication")
    MEETING = "meeting", _("Meeting")


class ChatPolicy(models.TextChoices):
    OFF = "off", _("Off")
    FACILITATORS = "facilitators", _("To facilitators only")
    EVERYONE = "everyone", _("Everyone")


class WaitingRoomPolicy(models.TextChoices):
    EACH = "each", _("Everyone is let in by a facilitator")
    EACH_DAY_FIRST = "first", _("Let in once, then again without asking after a lost line")


class TherapyGroupQuerySet(models.QuerySet["TherapyGroup"]):
    def current(self) -> "TherapyGroupQuerySet":
        return self.filter(ended_at=None, program__ended_at=None)

    def visible_to(self, person) -> "TherapyGroupQuerySet":
        """The groups that `person` belongs to today, and every one of a program they work for."""
        theirs = Membership.objects.held_by(person).filter(group__ended_at=None)
        programs = Assignment.objects.held_by(person, EVERY_GROUP_ROLES)
        return self.filter(Q(pk__in=theirs.values("group")) | Q(program__in=programs.values("program")))

    def managed_by(self, person) -> "TherapyGroupQuerySet":
        return self.filter(program__in=Program.objects.managed_by(person))


class TherapyGroup(models.Model):
    """A standing group: ten patients and two facilitators, or one patient and a prescriber."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="groups")
    track = models.ForeignKey(Track, on_delete=models.PROTECT, null=True, blank=True, related_name="groups")
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=GroupKind, default=GroupKind.GROUP)
    minimum_size = models.PositiveSmallIntegerField(_("fewest patients"), default=2)
    maximum_size = models.PositiveSmallIntegerField(_("most patients"), default=12)
    waiting_room = models.CharField(
        _("waiting room"), max_length=20, choices=WaitingRoomPolicy, default="first"
    )
    waiting_message = models.CharField(_("words in the waiting room"), max_length=200, blank=True)
    chat_policy = models.CharField(_("chat"), max_length=20, choices=ChatPolicy, default=ChatPolicy.EVERYONE)
    agreement_text = models.TextField(_("group agreement"), blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = TherapyGroupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum_size__lte=models.F("maximum_size")), name="fewest_is_not_above_most"
            )
        ]

    def __str__(self) -> str:
        return self.name


class MembershipRole(models.TextChoices):
    PATIENT = "patient", _("patient")
    RELATIVE = "relative", _("relative")
    FACILITATOR = "facilitator", _("facilitator")
    CO_FACILITATOR = "co_facilitator", _("co-facilitator")
    STAFF = "staff", _("staff member")


LEADING_ROLES = frozenset({MembershipRole.FACILITATOR, MembershipRole.CO_FACILITATOR})
STAFF_SEATS = LEADING_ROLES | {MembershipRole.STAFF}
# What someone must be, today, to have what a seat gives them.
ROLES_FOR: dict[str, frozenset[str]] = {
    MembershipRole.PATIENT: frozenset({RoleName.PATIENT}),
    MembershipRole.RELATIVE: frozenset({RoleName.RELATIVE}),
    MembershipRole.FACILITATOR: STAFF_ROLES,
    MembershipRole.CO_FACILITATOR: STAFF_ROLES,
    MembershipRole.STAFF: STAFF_ROLES,
}


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, at=None) -> "MembershipQuerySet":
        """Those in force at a moment (now, unless told), by the date where the clinic is."""
        today = DateThere(
            Value(at or timezone.now(), models.DateTimeField()), models.F("group__program__site__time_zone")
        )
        return self.filter(Q(until_on=None) | Q(until_on__gte=today), ended_at=None, from_on__lte=today)

    def held_by(self, person) -> "MembershipQuerySet":
        """The current ones of `person` for which they still are what the seat takes."""
        if not person.is_active:
            return self.none()
        roles = [role for role, takes in ROLES_FOR.items() if takes & person.current_roles]
        return self.current().filter(person=person, role__in=roles)

    def lapsed(self) -> "MembershipQuerySet":
        """Those whose last day has passed and which nobody has closed yet."""
        today = DateThere(
            Value(timezone.now(), models.DateTimeField()), models.F("group__program__site__time_zone")
        )
        return self.filter(ended_at=None, until_on__lt=today)


class Membership(models.Model):
    """That someone belongs to a group from one day until another, and the name peers see there."""

    group = models.ForeignKey(TherapyGroup, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=MembershipRole)
    shown_as = models.CharField(_("name that others see"), max_length=40)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until, that day included"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "person"], condition=Q(ended_at=None), name="one_current_membership"
            ),
            models.UniqueConstraint(
                fields=["group", "shown_as"],
                condition=Q(ended_at=None),
                name="shown_as_is_unique_in_the_group",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shown_as} in {self.group_id}"

    @property
    def leads(self) -> bool:
        return self.role in LEADING_ROLES
