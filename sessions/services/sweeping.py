"""What time alone changes in live rooms. Jobs of the worker's, safe in several processes at once."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone

from sessions.models import Attendance, GroupSession, GroupSessionQuerySet, Presence, Visit, VisitMode
from sessions.services import ends, leading, places, presence, roster, visits
from sessions.services.roster import tell_door, tell_row
from sessions.services.turns import RoomTurn, in_each

# A room that was never ended is, when nobody is left in it for so long after its time.
FORGOTTEN_AFTER = timedelta(minutes=30)


def sweep() -> None:
    """Find the lost, hold rooms without a leader, tell who is late, end what was forgotten."""
    lose_the_silent()
    pass_on_places()
    hold_the_leaderless()
    update_rosters()
    end_the_forgotten()


def lose_the_silent() -> None:
    silent = Visit.objects.filter(visits.silent_visits()).values("attendance__group_session")
    in_each(GroupSession.objects.filter(pk__in=silent), _lose_in)


def _lose_in(turn: RoomTurn) -> None:
    silent = visits.open_visits(turn.group_session).filter(visits.silent_visits())
    for visit in silent.select_related("attendance__admission", "attendance__person"):
        seat = visit.attendance
        seat.group_session = turn.group_session
        if presence.lose(turn, visit):
            if visit.mode == VisitMode.WAITING and hasattr(seat, "admission") and not seat.leads:
                tell_door(turn, seat)
            tell_row(turn, seat)


def pass_on_places() -> None:
    """What the lost no longer use is for those who are here and do without."""
    lost = Attendance.objects.filter(presence=Presence.LOST, has_media=True)
    without = Attendance.objects.filter(places.WITHOUT)
    rooms = live().filter(pk__in=lost.values("group_session")).filter(pk__in=without.values("group_session"))
    in_each(rooms, places.pass_on)


def hold_the_leaderless() -> None:
    """The program's grace time is over and no leader is back: sound and picture rest."""
    leaderless = live().with_room().filter(is_held=False, leaderless_since__isnull=False)
    in_each([each for each in leaderless if _grace_is_over(each, timezone.now())], _hold)


def _hold(turn: RoomTurn) -> None:
    if not turn.group_session.is_held and _grace_is_over(turn.group_session, turn.now):
        presence.set_held(turn, True)
        leading.mute_everyone(turn)


def _grace_is_over(group_session: GroupSession, now: datetime) -> bool:
    since, minutes = group_session.leaderless_since, group_session.group.program.grace_minutes
    return since is not None and now - since >= timedelta(minutes=minutes)


def update_rosters() -> None:
    now = timezone.now()
    in_each([each for each in live().with_room() if roster.is_stale(each, now)], roster.update_all)


def end_the_forgotten() -> None:
    """A telephone call keeps no room open: staff may have forgotten to note its end. Nor does a window that
    somebody left open where nobody leads any more.
    """
    someone = visits.open_lines_anywhere().filter(attendance__group_session=OuterRef("pk"))
    someone = someone.exclude(mode=VisitMode.WAITING)
    long_ago = Now() - FORGOTTEN_AFTER
    forgotten = ~Exists(someone) | Q(leaderless_since__lt=long_ago)
    in_each(live().filter(forgotten, ends_at__lt=long_ago), _end_forgotten)


def _end_forgotten(turn: RoomTurn) -> None:
    visits.end_forgotten_calls(turn.group_session)
    ends.end_room(turn)


def live() -> GroupSessionQuerySet:
    return GroupSession.objects.filter(opened_at__isnull=False, ended_at=None, stream__isnull=False)
