"""Who is here. Known from leases alone: a line that goes silent is *lost*, only a goodbye is *left*."""

from sessions import broadcasts, media
from sessions.models import Attendance, Presence, Visit, VisitMode
from sessions.protocol.events import (
    CameraChanged,
    MicrophoneChanged,
    ModeChanged,
    PersonJoined,
    PersonLeft,
    PersonLeftQuickly,
    PersonLost,
    PersonReturned,
    RoomHeld,
    ScreenStopped,
)
from sessions.services import calls, keeping, people, places, visits
from sessions.services.turns import RoomTurn, write_down

IN, LOST, OUT = Presence.IN, Presence.LOST, Presence.OUT
DEVICES = ["microphone_on", "camera_on", "is_sharing_screen"]


# --- Coming in ----------------------------------------------------------------------


def enter(turn: RoomTurn, seat: Attendance, visit: Visit, mode: str) -> None:
    """An admitted person is here with `visit`: for the first time, again, or in another window."""
    visits.change_mode(turn, visit, mode)
    if seat.presence == OUT:
        places.give_place(turn, seat)
        join(turn, seat, [visit])
    else:
        come_back(turn, seat, visit)
        places.claim(turn, seat)
    _leader_moved(turn, seat)


def take_part_by_phone(turn: RoomTurn, seat: Attendance, call: Visit) -> None:
    """Someone is heard over a telephone on the facilitator's desk: in the room, without media of ours."""
    if seat.presence == OUT:
        places.go_without(seat)
        join(turn, seat, [call])
    elif seat.presence == LOST:
        come_back(turn, seat, call)


def join(turn: RoomTurn, seat: Attendance, lines: list[Visit]) -> None:
    """A seat is taken; from this event on its person hears the room."""
    seat.presence, seat.left_quickly_at = IN, None
    first = broadcasts.tell(turn, PersonJoined(**people.person(seat, lines)))
    seat.stays = [*seat.stays, [first, None]]
    seat.save(update_fields=["presence", "left_quickly_at", "stays"])
    keeping.look_at_agreement(turn, seat)


def come_back(turn: RoomTurn, seat: Attendance, visit: Visit) -> None:
    """Back after a lost line, or in a second window: muted, with seat, hand and words as they were."""
    rest_devices(turn, seat)
    seat.presence = IN
    seat.save(update_fields=["presence"])
    connection = None if visit.mode == VisitMode.TELEPHONE else visit.connection
    # Their own other windows must learn that they are no longer the seat's.
    broadcasts.tell(turn, PersonReturned(seat.seat, connection, visit.mode), nudges=[seat.person_id])


def rest_devices(turn: RoomTurn, seat: Attendance) -> None:
    """Whoever's line is gone sends nothing: say so, so that nobody waits for their picture."""
    if seat.microphone_on:
        broadcasts.tell(turn, MicrophoneChanged(seat.seat, on=False))
    if seat.camera_on:
        broadcasts.tell(turn, CameraChanged(seat.seat, on=False))
    if seat.is_sharing_screen:
        broadcasts.tell(turn, ScreenStopped(seat.seat))
    seat.microphone_on = seat.camera_on = seat.is_sharing_screen = False
    seat.save(update_fields=DEVICES)


# --- Going --------------------------------------------------------------------------


def go_out(turn: RoomTurn, seat: Attendance, said, *, nudges=()) -> None:
    """The seat is empty from here on. `said` tells the others why; a seat for media falls free."""
    if seat.presence == OUT:
        return
    last = broadcasts.tell(turn, said, nudges=nudges)
    seat.stays[-1][1] = last - 1
    seat.presence = OUT
    seat.microphone_on = seat.camera_on = seat.is_sharing_screen = False
    seat.hand_raised_at = seat.stepped_out_at = None
    seat.save(update_fields=["stays", "presence", *DEVICES, "hand_raised_at", "stepped_out_at"])
    media.revoke(seat)
    places.free_place(turn)
    _leader_moved(turn, seat)


def put_out(turn: RoomTurn, seat: Attendance, said) -> None:
    """End a seat's stay against its will or without its word; its person hears nothing of it, or after it."""
    go_out(turn, seat, said, nudges=[seat.person_id])
    if visit := visits.open_visit(seat):
        visits.change_mode(turn, visit, VisitMode.WAITING)
    visits.end_phone(turn, seat)


def leave(turn: RoomTurn, seat: Attendance) -> None:
    """A goodbye. Whether they come back unasked is the group's to say."""
    visits.end_all(turn, seat, how="left")
    go_out(turn, seat, PersonLeft(seat.seat), nudges=[seat.person_id])
    write_down(turn, "person.left", seat)


def note_quick_exit(turn: RoomTurn, seat: Attendance) -> None:
    """They pressed *exit quickly*: the facilitators see whom to call back."""
    seat.left_quickly_at = turn.now
    seat.save(update_fields=["left_quickly_at"])
    broadcasts.tell(turn, PersonLeftQuickly(seat.seat, calls.call_back_of(seat)))


def lose(turn: RoomTurn, visit: Visit) -> bool:
    """A line has been silent for too long. False when it was heard of again, or ended, meanwhile."""
    if not visits.end_silent(visit):
        return False
    seat = visit.attendance
    if seat.presence == IN and visits.is_on_the_phone(seat):
        broadcasts.tell(turn, ModeChanged(seat.seat, VisitMode.TELEPHONE))
    elif seat.presence == IN:
        _lost(turn, seat)
    return True


def _lost(turn: RoomTurn, seat: Attendance) -> None:
    rest_devices(turn, seat)
    seat.presence = LOST
    seat.save(update_fields=["presence"])
    broadcasts.tell(turn, PersonLost(seat.seat))
    _leader_moved(turn, seat)


# --- A room without anyone to lead it -----------------------------------------------


def _leader_moved(turn: RoomTurn, seat: Attendance) -> None:
    """Someone came or went. Where they lead, the grace time begins or ends, and those who wait see it."""
    if not seat.leads:
        return
    group_session = turn.group_session
    leader_is_here = bool(people.leaders_here(group_session))
    if leader_is_here != (group_session.leaderless_since is None):
        group_session.leaderless_since = None if leader_is_here else turn.now
        group_session.save(update_fields=["leaderless_since"])
    if leader_is_here:
        set_held(turn, False)
    broadcasts.ask_the_door_again(turn)


def set_held(turn: RoomTurn, on: bool) -> None:
    """Without a leader, sound and picture rest until one is back."""
    group_session = turn.group_session
    if group_session.is_held == on:
        return
    group_session.is_held = on
    group_session.save(update_fields=["is_held"])
    broadcasts.tell(turn, RoomHeld(on))
