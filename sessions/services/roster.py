"""The live roster: told to the facilitators whenever someone's status there changes."""

from sessions import broadcasts
from sessions.models import Attendance
from sessions.protocol.events import DoorChanged, RosterChanged
from sessions.services import cards
from sessions.services.cards import Around
from sessions.services.turns import RoomTurn, seats_of


def tell_door(turn: RoomTurn, seat: Attendance, *, nudges=()) -> None:
    """Show the facilitators this seat's card as it is now."""
    about = cards.around(turn.group_session, turn.now)
    broadcasts.tell(turn, DoorChanged(**cards.door_card(seat, about)), nudges=nudges)
    update(turn, seat, about)


def tell_row(turn: RoomTurn, seat: Attendance, *, anyway: bool = False) -> None:
    """Show the facilitators this seat's row, if its status is another now."""
    update(turn, seat, cards.around(turn.group_session, turn.now), anyway=anyway)


def update(turn: RoomTurn, seat: Attendance, about: Around, *, anyway: bool = False) -> None:
    status = cards.roster_status(seat, about)
    if status == seat.roster_status and not anyway:
        return
    if status != seat.roster_status:
        seat.roster_status, seat.roster_since = status, turn.now
        seat.save(update_fields=["roster_status", "roster_since"])
    broadcasts.tell(turn, RosterChanged(**cards.roster_row(seat, about)))


def update_all(turn: RoomTurn) -> None:
    """Some become late, or absent, by the clock alone."""
    about = cards.around(turn.group_session, turn.now)
    for seat in seats_of(turn.group_session).select_related("arrival"):
        update(turn, seat, about)


def is_stale(group_session, now) -> bool:
    """Whether `update_all` would say anything. Asked without holding the room."""
    about = cards.around(group_session, now)
    seats = seats_of(group_session)
    return any(cards.roster_status(seat, about) != seat.roster_status for seat in seats)
