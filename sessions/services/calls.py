"""Open calls for help: how they look to whoever called, and to those who answer."""

from django.db.models import QuerySet

from accounts.models import User
from sessions.models import Arrival, Attendance, GroupSession, QuietHand
from sessions.services.turns import RoomTurn, not_there


def open_calls() -> QuerySet[QuietHand]:
    calls = QuietHand.objects.filter(closed_at=None)
    return calls.select_related(
        "attendance__arrival",
        "attendance__person",
        "attendance__group_session__group",
        "seen_by",
        "answered_by",
    )


def own_call(seat: Attendance) -> QuietHand | None:
    return open_calls().filter(attendance=seat).order_by("-raised_at").first()


def own_open(seat: Attendance) -> dict | None:
    """The caller's own open call."""
    call = own_call(seat)
    return call_shape(call, seat.group_session) | {"call_back": None} if call else None


def open_in(group_session: GroupSession) -> list[dict]:
    """Every open call of a session, the oldest first: for those who lead it."""
    calls = open_calls().filter(attendance__group_session=group_session).order_by("raised_at")
    return [call_shape(call, group_session) for call in calls]


def call_shape(call: QuietHand, group_session: GroupSession) -> dict:
    """The fields of `protocol.shapes.Call`."""
    return {
        "call": call.code,
        "seat": call.attendance.seat,
        "kind": call.kind,
        "raised_at": call.raised_at,
        "rang_again": call.rung_again_at is not None,
        "reached_coordinators": call.reached_coordinators_at is not None,
        "seen_by": call.seen_by and name_in(group_session, call.seen_by),
        "answer": _answer(call, group_session),
        "shown_as": call.attendance.shown_as,
        "call_back": call_back_of(call.attendance),
    }


def _answer(call: QuietHand, group_session: GroupSession) -> dict | None:
    if call.answered_by is None:
        return None
    return {"by": name_in(group_session, call.answered_by), "text": call.answer}


def call_back_of(seat: Attendance) -> str | None:
    """The number told for this session, or else at the last arrival in this program."""
    earlier = arrivals_in(seat.group_session).filter(attendance__person=seat.person_id)
    arrival = getattr(seat, "arrival", None) or earlier.first()
    return arrival.call_back if arrival else None


def arrivals_in(group_session: GroupSession) -> QuerySet[Arrival]:
    """All that was told on arriving in this session's program, the newest first."""
    program = group_session.group.program_id
    return Arrival.objects.filter(attendance__group_session__group__program=program).order_by("-at", "-pk")


def name_in(group_session: GroupSession, person: User) -> str:
    """The name of a staff member as the group knows it; their first name if they have no seat."""
    seat = group_session.attendances.filter(person=person).first()
    return seat.shown_as if seat else (person.peer_name or person.name.split()[0])


def call_in(turn: RoomTurn, code) -> QuietHand:
    """Return the open call that a browser named, if it is one of this very session."""
    call = open_calls().filter(code=code, attendance__group_session=turn.group_session).first()
    if call is None:
        raise not_there()
    return call
