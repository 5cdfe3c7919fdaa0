"""Taking part by telephone: a facilitator notes when it began and ended."""

from django.utils.translation import gettext as _

from sessions import broadcasts
from sessions.models import Admission, AdmissionState, VisitMode
from sessions.protocol import commands
from sessions.protocol.events import ModeChanged, PersonLeft
from sessions.services import admission, presence, visits
from sessions.services.roster import tell_door, tell_row
from sessions.services.turns import RoomTurn, not_now, write_down


def seat_by_phone(turn: RoomTurn, command: commands.SeatByPhone) -> None:
    """The person is on the telephone from now on. This lets them in, as `door.admit` does."""
    seat = turn.seat_of(command.seat)
    if seat.leads:
        raise not_now()
    if visits.is_on_the_phone(seat):
        return
    if admission.admission_of(seat) is None:
        seat.admission = Admission.objects.create(attendance=seat, arrived_at=turn.now)
    if seat.admission.state == AdmissionState.REMOVED:
        raise not_now(_("This person was asked to leave. Undo that first."))
    if seat.admission.state == AdmissionState.LEFT:
        admission.move(seat.admission, {AdmissionState.LEFT}, AdmissionState.WAITING)
    admission.let_in(turn, seat)
    presence.take_part_by_phone(turn, seat, visits.start_phone(turn, seat))
    write_down(turn, "phone.seated", seat)
    tell_row(turn, seat)


def end_phone(turn: RoomTurn, command: commands.EndPhone) -> None:
    """They have hung up."""
    seat = turn.seat_of(command.seat)
    if not visits.end_phone(turn, seat):
        return
    write_down(turn, "phone.ended", seat)
    line = visits.open_visit(seat)
    if line and line.mode != VisitMode.WAITING:
        broadcasts.tell(turn, ModeChanged(seat.seat, line.mode))
        tell_row(turn, seat)
    else:
        presence.go_out(turn, seat, PersonLeft(seat.seat))
        admission.step_away(seat)
        tell_door(turn, seat, nudges=[seat.person_id])
