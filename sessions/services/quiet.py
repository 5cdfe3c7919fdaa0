"""The private button. Only facilitators see it; it rings again, then reaches the coordinators, until seen."""

from datetime import timedelta
from typing import cast
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from audit.services import record
from sessions import broadcasts
from sessions.models import Attendance, Presence, QuietHand, QuietHandKind
from sessions.protocol import commands
from sessions.protocol.events import (
    QuietAnswered,
    QuietClosed,
    QuietRaised,
    QuietRangAgain,
    QuietReachedCoordinators,
    QuietSeen,
)
from sessions.services import calls, desk
from sessions.services.turns import RoomTurn, Turn, not_for_you, not_there, own_turn
from wire.log import StreamClosed

RINGS_AGAIN_AFTER = timedelta(seconds=30)
REACHES_COORDINATORS_AFTER = timedelta(seconds=30)
GRAVITY: dict[str, int] = {
    QuietHandKind.STEP_OUT: 0,
    QuietHandKind.NEED_A_WORD: 0,
    QuietHandKind.NOT_SAFE: 1,
    QuietHandKind.SOMEONE_NOW: 2,
}


# --- Whoever calls ------------------------------------------------------------------


def raise_quiet_hand(turn: Turn, command: commands.RaiseQuietHand) -> None:
    call_for_help(turn, command.kind)


def call_someone(turn: Turn, command: commands.CallSomeone) -> None:
    """ "I need someone now", from the waiting room: also to the coordinators, at once.

    Whoever was let in while they pressed it is heard all the same.
    """
    if not turn.seat.is_member:
        raise not_for_you()
    call_for_help(turn, QuietHandKind.SOMEONE_NOW)


def call_for_help(turn: Turn, kind: str) -> None:
    """Raise a call, unless an open one says it already. It takes that one's place otherwise."""
    open_call = calls.own_call(turn.seat)
    if open_call and _says_it_already(open_call, kind):
        return
    if open_call:
        _close(turn, open_call)
    at_once = turn.now if kind == QuietHandKind.SOMEONE_NOW else None
    call = QuietHand.objects.create(
        attendance=turn.seat, kind=kind, raised_at=turn.now, reached_coordinators_at=at_once
    )
    _write_down(turn, "call.raised", call)
    call_back = calls.call_back_of(turn.seat)
    said = QuietRaised(call.code, turn.seat.seat, kind, turn.now, turn.seat.shown_as, call_back)
    broadcasts.tell(turn, said, nudges=_if_waiting(turn.seat))
    desk.ring(turn.group_session)


def _says_it_already(open_call: QuietHand, kind: str) -> bool:
    """A lighter call never ends a graver one. Whoever calls again after being seen needs someone again."""
    if open_call.seen_at and GRAVITY[kind] > 0:
        return False
    is_the_same = kind == open_call.kind and open_call.seen_at is None
    return is_the_same or GRAVITY[kind] < GRAVITY[open_call.kind]


def lower_quiet_hand(turn: Turn, command: commands.LowerQuietHand) -> None:
    if open_call := calls.own_call(turn.seat):
        _close(turn, open_call)


# --- Whoever answers ----------------------------------------------------------------


def see(turn: RoomTurn, command: commands.SeeQuietHand) -> None:
    mark_seen(turn, calls.call_in(turn, command.call))


def mark_seen(turn: RoomTurn, call: QuietHand) -> None:
    """Tell the person, by name, who has seen it. The first one to see it stays named."""
    if call.seen_at is not None:
        return
    seer = cast(User, turn.actor)  # the house itself sees nothing
    call.seen_by, call.seen_at = seer, turn.now
    call.save(update_fields=["seen_by", "seen_at"])
    _write_down(turn, "call.seen", call)
    by = calls.name_in(turn.group_session, seer)
    said = QuietSeen(call.code, call.attendance.seat, by)
    _tell(turn, call, said)


def answer(turn: Turn, command: commands.AnswerQuietHand) -> None:
    """A private answer. Whoever answers has seen it."""
    call = calls.call_in(turn, command.call)
    mark_seen(turn, call)
    call.answer, call.answered_by = command.text, turn.actor
    call.save(update_fields=["answer", "answered_by"])
    _write_down(turn, "call.answered", call)
    _tell(turn, call, QuietAnswered(call.code, call.attendance.seat, turn.seat.shown_as, command.text))


def see_from_desk(person: User, code: UUID) -> None:
    """A coordinator, or a leader on another page, has seen it."""
    _from_desk(person, code, mark_seen)


def close_from_desk(person: User, code: UUID) -> None:
    _from_desk(person, code, _seen_and_closed)


def _seen_and_closed(turn: RoomTurn, call: QuietHand) -> None:
    mark_seen(turn, call)
    _close(turn, call)


def _from_desk(person: User, code: UUID, act) -> None:
    call = desk.visible_to(person).filter(code=code).first()
    if call is None:
        raise not_there()
    group_session = call.attendance.group_session
    try:
        with own_turn(group_session) as turn:
            turn.by_desk = person
            act(turn, call)
    except StreamClosed:
        with transaction.atomic():
            over = RoomTurn(group_session=group_session, now=timezone.now(), by_desk=person, is_over=True)
            act(over, call)


def close(turn: RoomTurn, command: commands.CloseQuietHand) -> None:
    _seen_and_closed(turn, calls.call_in(turn, command.call))


def _close(turn: RoomTurn, call: QuietHand) -> None:
    call.closed_at = turn.now
    call.save(update_fields=["closed_at"])
    _write_down(turn, "call.closed", call)
    _tell(turn, call, QuietClosed(call.code, call.attendance.seat))


def _write_down(turn: RoomTurn, action: str, call: QuietHand) -> None:
    record(action, turn.actor, call, about=call.attendance.person)


def _tell(turn: RoomTurn, call: QuietHand, said) -> None:
    if not turn.is_over:
        broadcasts.tell(turn, said, nudges=_if_waiting(call.attendance))
    desk.ring(turn.group_session)


def _if_waiting(seat: Attendance) -> list[int]:
    """Those at the door hear no events; they are asked again and get their own state."""
    return [seat.person_id] if seat.presence == Presence.OUT else []


# --- Ringing on ---------------------------------------------------------------------


def ring() -> int:
    """Ring again for calls that nobody has seen. A job of the worker's; safe in several processes at once."""
    return sum(_ring(call) for call in calls.open_calls().filter(_due()))


def _due() -> Q:
    again = Q(rung_again_at=None, raised_at__lte=Now() - RINGS_AGAIN_AFTER)
    further = Q(reached_coordinators_at=None, rung_again_at__lte=Now() - REACHES_COORDINATORS_AFTER)
    return Q(seen_at=None) & (again | further)


def _ring(call: QuietHand) -> bool:
    name, said = _next_step(call)
    group_session = call.attendance.group_session
    try:
        with own_turn(group_session) as turn:
            if not _step(call, name, turn.now):
                return False
            _tell(turn, call, said)
    except StreamClosed:  # the session ended; whoever has a desk still hears it
        _step(call, name, Now())
        desk.ring(group_session)
    return True


def _next_step(call: QuietHand) -> tuple[str, object]:
    if call.rung_again_at is None:
        return "rung_again_at", QuietRangAgain(call.code)
    return "reached_coordinators_at", QuietReachedCoordinators(call.code, call.attendance.seat)


def _step(call: QuietHand, name: str, now) -> bool:
    """Compare and set: of several ringing processes, one does it."""
    still = QuietHand.objects.filter(pk=call.pk, seen_at=None, closed_at=None, **{name: None})
    return bool(still.update(**{name: now}))
