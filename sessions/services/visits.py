"""Visits: the stretches in which a seat's line was open. The attendance record is made of them."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from sessions.models import Attendance, GroupSession, Visit, VisitMode
from sessions.services.minutes import end_of
from sessions.services.turns import RoomTurn
from wire import leases

OPEN = Q(closed_at=None)
BY_PHONE = Q(mode=VisitMode.TELEPHONE)


def open_visit(seat: Attendance) -> Visit | None:
    """The seat's one connection, if it has one."""
    return seat.visits.filter(OPEN & ~BY_PHONE).first()


def open_elsewhere(visit: Visit) -> bool:
    """Whether the seat has another connection by now."""
    return (
        Visit.objects.filter(OPEN & ~BY_PHONE, attendance=visit.attendance_id).exclude(pk=visit.pk).exists()
    )


def open_visits(group_session: GroupSession) -> QuerySet[Visit]:
    return Visit.objects.filter(OPEN, attendance__group_session=group_session)


def open_lines_anywhere() -> QuerySet[Visit]:
    return Visit.objects.filter(OPEN & ~BY_PHONE)


def connect(turn: RoomTurn, seat: Attendance, connection: UUID) -> Visit:
    """Give the seat to this connection. An older one, in another window or half dead, has lost it."""
    if older := open_visit(seat):
        if older.connection == connection:
            return older
        _end(older, max(older.last_heard_at, older.opened_at), "replaced")
    return Visit.objects.create(
        attendance=seat,
        connection=connection,
        mode=VisitMode.WAITING,
        opened_at=turn.now,
        last_heard_at=turn.now,
    )


def change_mode(turn: RoomTurn, visit: Visit, mode: str) -> None:
    """From now on in another mode. What was stays behind as a closed visit; the connection goes on."""
    if visit.mode == mode:
        return
    until = end_of(visit, turn.now)
    if until > visit.opened_at:
        Visit.objects.create(
            attendance_id=visit.attendance_id,
            mode=visit.mode,
            opened_at=visit.opened_at,
            last_heard_at=until,
            closed_at=until,
            how_closed="mode",
        )
    visit.mode, visit.opened_at, visit.last_heard_at = mode, turn.now, turn.now
    visit.save(update_fields=["mode", "opened_at", "last_heard_at"])


def end_all(turn: RoomTurn, seat: Attendance, *, how: str) -> None:
    """Whoever sat here has gone, by every line. A line that had fallen silent ended when it did."""
    for visit in seat.visits.filter(OPEN):
        _end(visit, end_of(visit, turn.now), how)


def end_silent(visit: Visit) -> bool:
    """End a visit at the moment it was last heard, unless it was heard of meanwhile or has ended."""
    silent = Visit.objects.filter(pk=visit.pk).filter(silent_visits())
    return bool(silent.update(closed_at=visit.last_heard_at, how_closed=leases.LOST))


def silent_visits() -> Q:
    """Open, and not heard of within the lease. A telephone call has no heartbeat; staff end it."""
    return OPEN & ~BY_PHONE & ~leases.present()


def start_phone(turn: RoomTurn, seat: Attendance) -> Visit:
    return Visit.objects.create(
        attendance=seat,
        mode=VisitMode.TELEPHONE,
        opened_at=turn.now,
        last_heard_at=turn.now,
        entered_by=turn.actor,
    )


def end_phone(turn: RoomTurn, seat: Attendance) -> bool:
    """End the seat's telephone call, if there is one."""
    calls = list(seat.visits.filter(OPEN & BY_PHONE))
    for call in calls:
        _end(call, turn.now, "left")
    return bool(calls)


def end_forgotten_calls(group_session: GroupSession) -> None:
    """Nobody noted when these telephone calls ended: they count up to the planned end of the session."""
    for call in open_visits(group_session).filter(BY_PHONE):
        _end(call, max(call.opened_at, group_session.ends_at), "forgotten")


def is_on_the_phone(seat: Attendance) -> bool:
    return seat.visits.filter(OPEN & BY_PHONE).exists()


def _end(visit: Visit, at: datetime, how: str) -> None:
    Visit.objects.filter(OPEN, pk=visit.pk).update(closed_at=at, last_heard_at=at, how_closed=how)
