"""What someone has ahead: meetings with what one wants to know of each, in a fixed number of queries."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from groups.models import LEADING_ROLES, Membership, MembershipRole
from groups.templatetags.times import length, on_the_wall
from sessions.models import Admission, AdmissionState, Apology, GroupSession
from sessions.pattern import weekdays_from


@dataclass
class Meeting:
    """One session in someone's schedule."""

    session: GroupSession
    led_by: list[str] = field(default_factory=list)
    leads: bool = False  # whether the reader leads it
    has_seat: bool = (
        False  # whether the reader belongs to it; staff of the program also see the plan of others
    )
    patients: int = 0
    waiting: int = 0
    apologies: list["Said"] = field(default_factory=list)
    my_apology: Apology | None = None

    @property
    def title(self) -> str:
        return self.session.title or self.session.group.name

    @property
    def on(self) -> date:
        """The reader's day on which it starts."""
        return timezone.localtime(self.session.starts_at).date()

    @property
    def minutes(self) -> int:
        return int((self.session.ends_at - self.session.starts_at).total_seconds() // 60)

    @property
    def door_is_open(self) -> bool:
        return self.session.door_is_open(self.leads)

    @property
    def may_come_in(self) -> bool:
        return self.has_seat and self.door_is_open

    @property
    def door_opens_at(self) -> datetime:
        return self.session.door_opens_at(self.leads)

    @property
    def has_started(self) -> bool:
        return self.session.starts_at <= timezone.now()

    @property
    def is_elsewhere(self) -> bool:
        """Whether the group's clocks show another time than the reader's."""
        there = timezone.localtime(self.session.starts_at, ZoneInfo(self.session.time_zone))
        return there.utcoffset() != timezone.localtime(self.session.starts_at).utcoffset()


@dataclass(frozen=True)
class Said:
    """Who said that they come late or not at all, by the name that the group knows."""

    shown_as: str
    apology: Apology


def of_member(person):
    """The sessions of the groups in which `person` has a seat, staff's own seats included."""
    seats = Membership.objects.held_by(person)
    return GroupSession.objects.visible_to(person).filter(group__in=seats.values("group"))


def led_by(person):
    """The sessions of the groups that `person` leads."""
    seats = Membership.objects.held_by(person).filter(role__in=LEADING_ROLES)
    return GroupSession.objects.visible_to(person).filter(group__in=seats.values("group"))


def next_of(person) -> GroupSession | None:
    """The next session of `person` that is to take place, or the one that is on."""
    ahead = of_member(person).planned().not_over()
    return ahead.select_related("group__program__site").order_by("starts_at").first()


def between(sessions, first: date, last: date):
    """Those of `sessions` that start on the reader's days from `first` to `last`."""
    start = timezone.make_aware(datetime.combine(first, time.min))
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
    found = sessions.filter(starts_at__gte=start, starts_at__lt=end)
    return found.select_related("group__program__site").order_by("starts_at", "pk")


def on_now_or_today(sessions):
    """Those of `sessions` that are today, by the reader's clock, or still open from before."""
    today = timezone.localdate()
    ours = between(sessions, today, today)
    still = sessions.filter(opened_at__isnull=False, ended_at=None).select_related("group__program__site")
    return (ours | still).order_by("starts_at", "pk")


def meetings(sessions, person, reads_words: bool = False) -> list[Meeting]:
    """Each of `sessions` with its leaders, and for whoever leads it with who waits and who sent word.

    `reads_words`: the caller has made sure that `person` works with each group, leading it or not.
    """
    found = [Meeting(session) for session in sessions]
    members = _members_of({meeting.session.group_id for meeting in found})
    for meeting in found:
        _tell_of_members(meeting, members[meeting.session.group_id], person)
    words = _words_about(found, person, reads_words)
    waiting = _waiting_at([meeting.session.pk for meeting in found if meeting.leads])
    for meeting in found:
        meeting.waiting = waiting.get(meeting.session.pk, 0)
        _tell_of_words(meeting, words[meeting.session.pk], members[meeting.session.group_id], person)
    return found


def _members_of(groups) -> dict[int, dict[int, Membership]]:
    members: dict[int, dict[int, Membership]] = defaultdict(dict)
    for member in Membership.objects.current().filter(group__in=groups).order_by("role", "shown_as"):
        members[member.group_id][member.person_id] = member
    return members


def _words_about(found: list[Meeting], person, reads_words: bool) -> dict[int, dict[int, Apology]]:
    """The newest word of each person about each session: all for whoever leads it, else one's own."""
    led = [meeting.session.pk for meeting in found if meeting.leads or reads_words]
    own = Q(person=person, group_session__in=[meeting.session.pk for meeting in found])
    words: dict[int, dict[int, Apology]] = defaultdict(dict)
    for apology in Apology.objects.filter(own | Q(group_session__in=led)).order_by("at", "pk"):
        words[apology.group_session_id][apology.person_id] = apology
    return words


def _waiting_at(sessions) -> dict[int, int]:
    waiting = Admission.objects.filter(state=AdmissionState.WAITING, attendance__group_session__in=sessions)
    return dict(waiting.values_list("attendance__group_session").annotate(Count("pk")).order_by())


def _tell_of_members(meeting: Meeting, here: dict[int, Membership], person) -> None:
    leaders = [member for member in here.values() if member.role in LEADING_ROLES]
    meeting.led_by = [member.shown_as for member in sorted(leaders, key=_facilitator_first)]
    meeting.leads = any(member.person_id == person.pk for member in leaders)
    meeting.has_seat = person.pk in here
    meeting.patients = sum(member.role == MembershipRole.PATIENT for member in here.values())


def _tell_of_words(meeting: Meeting, words: dict[int, Apology], here, person) -> None:
    said = {who: apology for who, apology in words.items() if apology.withdrawn_at is None}
    meeting.my_apology = said.get(person.pk)
    # Those of others are here only where `_words_about` was asked for them.
    meeting.apologies = [
        Said(here[who].shown_as, word) for who, word in said.items() if who in here and who != person.pk
    ]


def _facilitator_first(member: Membership):
    return member.role != MembershipRole.FACILITATOR, member.shown_as


def series_in_words(series) -> str:
    """`Mon, Tue, Thu at 6:00 pm, 90 minutes`, on the clocks of the group."""
    days = ", ".join(str(WEEKDAYS_ABBR[day]) for day in weekdays_from(series.weekdays))
    facts = {"days": days, "time": on_the_wall(series.starts_at), "length": length(series.minutes)}
    if series.every_weeks == 1:
        return _("%(days)s at %(time)s, %(length)s") % facts
    return _("%(days)s at %(time)s, %(length)s, every %(weeks)d weeks") % {
        **facts,
        "weeks": series.every_weeks,
    }
