"""Coming to a session: a line is opened, and its person is put where their admission says they belong."""

from dataclasses import dataclass
from functools import cached_property, partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record_read
from sessions import access, broadcasts, pictures
from sessions.models import AdmissionState, Arrival, Attendance, GroupSession, Presence, Visit, VisitMode
from sessions.protocol import commands, label_of
from sessions.protocol.events import FACILITATORS
from sessions.services import admission, ends, opening, presence, seats, states, visits
from sessions.services.roster import tell_door, tell_row
from sessions.services.turns import Turn, not_now, own_turn, seats_of, write_down
from wire import log
from wire.entering import Welcome


class LineGone(Exception):
    """This connection is its seat's no longer. `how` says why: replaced, lost, left, ended …"""

    def __init__(self, how: str):
        super().__init__(how)
        self.how = how


@dataclass(frozen=True)
class Standing:
    """Where a connection stands at the head of its room's log, and what it is to be told."""

    seat: Attendance
    visit: Visit
    head: int
    is_in: bool
    state: dict

    @property
    def first_seq(self) -> int:
        """The event with which this stay in the room began: what was before is not for this seat."""
        return self.seat.stays[-1][0]

    @cached_property
    def welcome(self) -> Welcome:
        group_session = self.seat.group_session
        group_session.log.head = self.head
        labels = {label_of(self.seat.seat), f"connection:{self.visit.connection}"}
        return Welcome(
            group_session.log,
            self.seat.person_id,
            frozenset(labels | ({FACILITATORS} if self.seat.leads else set())),
            at_the_door=not self.is_in,
            open=partial(broadcasts.unseal, group_session),
            witness=pictures.see,
            since=self.first_seq if self.is_in else 0,
        )


# --- Hello, and again ---------------------------------------------------------------


@transaction.atomic
def come(person: int, code: UUID, connection: UUID, mode: str) -> Standing:
    """A browser says hello: its connection gets the seat, and a place in the room or at its door."""
    opening.prepare(access.place_for(person, code).group_session)
    turn = take_turn(person, code)
    turn.visit = visits.connect(turn, turn.seat, connection)
    return _stand(turn, mode, is_new=True)


@transaction.atomic
def stand_again(person: int, code: UUID, connection: UUID, mode: str, was_in: bool) -> Standing:
    """Something changed about this person, or about the door: where do they stand now?"""
    turn = take_turn(person, code)
    turn.visit = own_visit(turn.seat, connection)
    return _stand(turn, mode, was_in=was_in)


def take_turn(person: int, code: UUID) -> Turn:
    """Hold the room, then ask the door: nothing can change between its answer and what is done about it."""
    stream = GroupSession.objects.filter(code=code).values_list("stream", flat=True).first()
    if stream is None:
        raise access.NotYourRoom
    [held] = log.hold(stream)
    place = access.place_for(person, code)
    seat = seats.seat_for(place.group_session, place.membership)
    return Turn(group_session=place.group_session, now=held.now, seq=held.head, seat=seat)


def own_visit(seat: Attendance, connection: UUID) -> Visit:
    visit = Visit.objects.filter(attendance=seat, connection=connection).first()
    if visit is None or visit.closed_at is not None:
        raise LineGone(visit.how_closed if visit else "left")
    return visit


def _stand(turn: Turn, mode: str, *, is_new: bool = False, was_in: bool = False) -> Standing:
    seat, visit = turn.seat, turn.visit
    has_knocked = _knock(turn)
    if may_be_in(seat):
        if visit.mode == VisitMode.WAITING:
            presence.enter(turn, seat, visit, mode)
            _tell_facilitators(turn, nudges=[])
    elif seat.presence != Presence.OUT:
        ends.put_at_the_door(turn, seat)
    elif is_new or has_knocked:
        _tell_facilitators(turn, nudges=[seat.person_id] if is_new else [])
    is_in = may_be_in(seat)
    return Standing(seat, visit, turn.seq, is_in, _state(turn, is_in, was_in))


def _state(turn: Turn, is_in: bool, was_in: bool) -> dict:
    if not is_in:
        return states.waiting_state(turn.seat, turn.now)
    if was_in:
        return {}
    if turn.seat.leads:
        record_read(turn.seat.person, turn.group_session, "room")
    return states.room_state(turn.seat, turn.visit, turn.now)


def _knock(turn: Turn) -> bool:
    """Those who lead open the room; everyone else knocks, as soon as the door is open to them.

    Whether they stand there otherwise than before.
    """
    group_session, seat = turn.group_session, turn.seat
    if not group_session.door_is_open(seat.leads):
        return False
    if seat.leads and group_session.opened_at is None:
        opening.open_room(turn)
    before = admission.state_of(seat)
    admission.knock(turn, seat)
    return admission.state_of(seat) != before


def may_be_in(seat: Attendance) -> bool:
    """Whether this seat's person belongs in the room now, were they here."""
    admitted = admission.admission_of(seat)
    is_admitted = admitted is not None and admitted.state == AdmissionState.ADMITTED
    return is_admitted and seat.group_session.is_open and not states.missing(seat)


def _tell_facilitators(turn: Turn, nudges: list[int]) -> None:
    seat = turn.seat
    if seat.leads:
        tell_row(turn, seat)
        broadcasts.ask_again(turn, nudges)
    elif admission.admission_of(seat):
        tell_door(turn, seat, nudges=nudges)
    else:
        broadcasts.ask_again(turn, nudges)


# --- The safe arrival ---------------------------------------------------------------


def arrive(turn: Turn, command: commands.Arrive) -> None:
    """Where I am, whom to call, am I alone: told again for every session, corrected at any time in it."""
    seat = turn.seat
    if admission.admission_of(seat) is None and not seat.leads:
        raise not_now(_("The door is not open yet."))
    told = {name: getattr(command, name) for name in ARRIVAL}
    seat.arrival, _made = Arrival.objects.update_or_create(attendance=seat, defaults=told | {"at": turn.now})
    write_down(turn, "arrival.told", seat)
    if admission.admission_of(seat) and not seat.leads:
        tell_door(turn, seat, nudges=[seat.person_id] if seat.presence == Presence.OUT else [])
    tell_row(turn, seat, anyway=True)


ARRIVAL = ("place", "call_back", "is_alone", "has_headphones", "may_call_contact", "mood")


# --- Going --------------------------------------------------------------------------


def goodbye(seat: Attendance, connection: UUID, *, quickly: bool) -> None:
    """They leave on purpose, by the connection that has the seat. Another window's goodbye means nothing."""
    try:
        with own_turn(seat.group_session) as turn:
            visit = Visit.objects.filter(attendance=seat, connection=connection).first()
            if visit and visit.how_closed in ("", "left") and not visits.open_elsewhere(visit):
                leave(turn.taken_by(seats_of(turn.group_session).get(pk=seat.pk)), quickly=quickly)
    except log.StreamClosed:
        pass  # the room ended first


def leave(turn: Turn, *, quickly: bool) -> None:
    seat = turn.seat
    presence.leave(turn, seat)
    if quickly:
        presence.note_quick_exit(turn, seat)
    if admission.admission_of(seat):
        admission.step_away(seat)
    _tell_facilitators(turn, nudges=[seat.person_id])
