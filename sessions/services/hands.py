"""Whose turn it is to speak: hands, in the order in which they went up."""

from sessions import broadcasts
from sessions.models import Attendance
from sessions.protocol import commands
from sessions.protocol.events import HandLowered, HandRaised, HandsLowered
from sessions.services.turns import RoomTurn, Turn, not_yours


def raise_hand(turn: Turn, command: commands.RaiseHand) -> None:
    if turn.seat.hand_raised_at is None:
        _set(turn.seat, turn.now)
        broadcasts.tell(turn, HandRaised(turn.seat.seat))


def lower_hand(turn: Turn, command: commands.LowerHand) -> None:
    """One's own; a facilitator lowers anyone's."""
    seat = turn.seat
    if command.seat not in (None, seat.seat):
        if not seat.leads:
            raise not_yours()
        seat = turn.seat_of(command.seat)
    if seat.hand_raised_at is not None:
        _set(seat, None)
        broadcasts.tell(turn, HandLowered(seat.seat))


def lower_all(turn: RoomTurn, command: commands.LowerHands) -> None:
    if turn.group_session.attendances.exclude(hand_raised_at=None).update(hand_raised_at=None):
        broadcasts.tell(turn, HandsLowered())


def _set(seat: Attendance, at) -> None:
    seat.hand_raised_at = at
    seat.save(update_fields=["hand_raised_at"])
