"""Single meetings: planned, moved, cancelled, brought back; and what to warn of before doing so."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import outbox
from accounts.models import User
from audit.services import record
from groups.models import Membership, TherapyGroup
from groups.refusals import AlreadyEnded
from sessions.media import peers
from sessions.models import GroupSession


class TooLate(AlreadyEnded):
    """The meeting is open, over or past: its plan cannot change any more."""


@dataclass(frozen=True)
class Clash:
    """That someone would be in two meetings at once. Which other meeting is not for everyone to know."""

    starts_at: datetime
    person: User | None  # None: the whole group, it meets then already


@transaction.atomic
def plan_session(
    group: TherapyGroup, *, starts_at: datetime, minutes: int, by, kind: str = "", title: str = ""
) -> GroupSession:
    """Plan one meeting outside any series."""
    session = new_session(group, starts_at, starts_at + timedelta(minutes=minutes))
    session.kind, session.title = kind or group.kind, title
    session.save()
    record("session.planned", by, session, group=str(group.code))
    tell_members(group, f"session:{session.code}:0", by)
    return session


@transaction.atomic
def move_session(session: GroupSession, *, starts_at: datetime, minutes: int, by) -> None:
    """Give one meeting another time. Its pattern, if it has one, stays as it is."""
    session = hold(session)
    ends_at = starts_at + timedelta(minutes=minutes)
    if (starts_at, ends_at) == (session.starts_at, session.ends_at):
        return
    if starts_at <= timezone.now():
        raise TooLate({"day": _("That time has passed. Choose a later one.")})
    _change(session, starts_at=starts_at, ends_at=ends_at, moved_at=timezone.now())
    record("session.moved", by, session)
    tell_members(session.group, f"session:{session.code}:{session.revision}", by)


@transaction.atomic
def cancel_session(session: GroupSession, *, reason: str, by) -> None:
    """Cancel one meeting. Its members read the reason; the notice that they get does not name it."""
    session = hold(session)
    if session.cancelled_at is not None:
        return
    _change(session, cancelled_at=timezone.now(), cancel_reason=reason)
    record("session.cancelled", by, session)
    tell_members(session.group, f"session:{session.code}:{session.revision}", by)


@transaction.atomic
def restore_session(session: GroupSession, *, by) -> None:
    """Bring a cancelled meeting back, at its time."""
    session = hold(session)
    if session.cancelled_at is None:
        return
    _change(session, cancelled_at=None, cancel_reason="")
    record("session.restored", by, session)
    tell_members(session.group, f"session:{session.code}:{session.revision}", by)


def hold(session: GroupSession) -> GroupSession:
    """Hold the row of a meeting whose plan may still change, or say that it is too late."""
    rows = GroupSession.objects.select_for_update(of=("self",)).select_related("group__program__site")
    held = rows.get(pk=session.pk)
    if held.opened_at is not None:
        raise TooLate(_("This meeting has been opened. Its plan cannot change any more."))
    if held.starts_at <= timezone.now():
        raise TooLate(_("This meeting's time has come. Its plan cannot change any more."))
    return held


def new_session(group: TherapyGroup, starts_at: datetime, ends_at: datetime, **more) -> GroupSession:
    """A meeting of `group`, not saved yet, with the rules that the group has now."""
    return GroupSession(
        group=group,
        starts_at=starts_at,
        ends_at=ends_at,
        **{
            "kind": group.kind,
            "time_zone": group.program.site.time_zone,
            "chat_policy": group.chat_policy,
        }
        | more,
    )


def tell_members(group: TherapyGroup, key: str, by) -> None:
    """Send everyone in the group but `by` a notice that says only that something changed."""
    members = Membership.objects.current().filter(group=group, person__is_active=True)
    for member in members.exclude(person=by).select_related("person"):
        outbox.post(
            "schedule_changed",
            person=member.person,
            link="/week/",
            key=f"schedule_changed:{key}:{member.person_id}",
        )


def clashes(group: TherapyGroup, times: list[tuple[datetime, datetime]], but=None) -> list[Clash]:
    """Who of the group would be in two meetings at once, and when. Two queries, however many times.

    `but` are meetings that do not count: those that are about to change.
    """
    if not times:
        return []
    members = Membership.objects.filter(group=group, ended_at=None).select_related("person")
    people = {member.person_id: member.person for member in members}
    around = (min(start for start, _end in times), max(end for _start, end in times))
    found = set()
    for start, end, their_group, person in _meetings_of(group, list(people), around, but):
        whom = None if their_group == group.pk else people[person]
        found |= {Clash(mine, whom) for mine, my_end in times if start < my_end and mine < end}
    return sorted(found, key=lambda clash: (clash.starts_at, clash.person.name if clash.person else ""))


def clashes_of(person, group: TherapyGroup, from_on: date, until_on: date | None) -> list[Clash]:
    """When `person` would be in two meetings at once if they had a seat in `group` between two days."""
    coming = group.group_sessions.planned().not_over().filter(ended_at=None)
    zone = ZoneInfo(group.program.site.time_zone)
    times = [
        (start, end)
        for start, end in coming.values_list("starts_at", "ends_at")
        if from_on <= start.astimezone(zone).date() <= (until_on or date.max)
    ]
    if not times:
        return []
    around = (min(start for start, _end in times), max(end for _start, end in times))
    theirs = [
        (start, end)
        for start, end, their_group, whose in _meetings_of(group, [person.pk], around, None)
        if whose == person.pk and their_group != group.pk
    ]
    found = {
        Clash(mine, person)
        for mine, my_end in times
        for start, end in theirs
        if start < my_end and mine < end
    }
    return sorted(found, key=lambda clash: clash.starts_at)


def _meetings_of(group: TherapyGroup, people: list[int], around: tuple[datetime, datetime], but):
    """(start, end, group, person) of the meetings around a time of `group` or of someone in `people`."""
    theirs = Q(group__memberships__person__in=people, group__memberships__ended_at=None)
    meetings = GroupSession.objects.planned().filter(
        theirs | Q(group=group), starts_at__lt=around[1], ends_at__gt=around[0], ended_at=None
    )
    if but is not None:
        meetings = meetings.exclude(pk__in=but.values("pk"))
    return meetings.values_list("starts_at", "ends_at", "group", "group__memberships__person").distinct()


def has_too_many_for_peers(group: TherapyGroup) -> bool:
    """Whether more people belong to the group than can all have sound and picture between browsers."""
    return Membership.objects.filter(group=group, ended_at=None).count() > peers.PLACES


def _change(session: GroupSession, **facts) -> None:
    facts["revision"] = session.revision + 1
    for name, value in facts.items():
        setattr(session, name, value)
    session.save(update_fields=list(facts))
