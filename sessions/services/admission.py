"""Who is in. An `Admission` moves by compare-and-set only, and nothing else lets anyone into a room.

There are two ways to *admitted*: a facilitator's act for this session (`admit`, or their own coming), and
the return of someone whom such an act let in and whom none has put out since.
"""

from django.utils.translation import gettext as _

from groups.models import WaitingRoomPolicy
from groups.seat_checks import missing_for
from sessions.models import Admission, AdmissionState, Attendance
from sessions.protocol import commands
from sessions.protocol.events import PersonLeft, PersonShownOut
from sessions.services import presence
from sessions.services.roster import tell_door
from sessions.services.turns import Refused, RoomTurn, not_now, seats_of, write_down

WAITING, ADMITTED, ON_HOLD = AdmissionState.WAITING, AdmissionState.ADMITTED, AdmissionState.ON_HOLD
REMOVED, LEFT = AdmissionState.REMOVED, AdmissionState.LEFT


# --- Coming to the door -------------------------------------------------------------


def knock(turn: RoomTurn, seat: Attendance) -> None:
    """Someone stands at the door. Whoever has been put out, or on hold, stays so."""
    admission = admission_of(seat)
    if seat.leads:
        admission = admission or Admission(attendance=seat, arrived_at=turn.now)
        let_in_leader(turn, admission)
    elif admission is None:
        if not turn.group_session.is_locked:
            seat.admission = Admission.objects.create(attendance=seat, arrived_at=turn.now)
            write_down(turn, "admission.knocked", seat)
    elif admission.state == LEFT:
        return_to(turn, admission)


def let_in_leader(turn: RoomTurn, admission: Admission) -> None:
    """Those who lead the session are let in by their own act."""
    if admission.state == ADMITTED and admission.pk:
        return
    admission.state, admission.decided_by, admission.decided_at = ADMITTED, turn.actor, turn.now
    admission.admitted_at = turn.now
    admission.save()
    admission.attendance.admission = admission
    write_down(turn, "admission.led", admission.attendance)


def return_to(turn: RoomTurn, admission: Admission) -> None:
    """Who had left comes back: straight in, if the group does so and a facilitator let them in before."""
    first = turn.group_session.group.waiting_room == WaitingRoomPolicy.EACH_DAY_FIRST
    if first and admission.admitted_at is not None:
        move(admission, {LEFT}, ADMITTED)
        write_down(turn, "admission.returned", admission.attendance)
    elif not turn.group_session.is_locked:
        move(admission, {LEFT}, WAITING, arrived_at=turn.now, admitted_at=None)


def step_away(seat: Attendance) -> None:
    """They left on purpose. On hold or removed stays so: leaving is no way around it."""
    if seat.admission.state in (WAITING, ADMITTED):
        move(seat.admission, {WAITING, ADMITTED}, LEFT)


def admission_of(seat: Attendance) -> Admission | None:
    return getattr(seat, "admission", None)


def state_of(seat: Attendance) -> str | None:
    admission = admission_of(seat)
    return admission.state if admission else None


def move(admission: Admission, frm: set, to: str, **more) -> None:
    """Compare and set. Refused when somebody else was quicker."""
    moved = Admission.objects.filter(pk=admission.pk, state__in=frm).update(state=to, **more)
    if not moved:
        raise not_now(_("Someone else has just decided about this person."))
    admission.state = to
    for name, value in more.items():
        setattr(admission, name, value)


# --- What facilitators decide -------------------------------------------------------


def admit(turn: RoomTurn, command: commands.Admit) -> None:
    let_in(turn, _knocked(turn, command.seat))


def admit_all(turn: RoomTurn, command: commands.AdmitAll) -> None:
    """Everyone who waits and has told how they arrived, or was in before. Never who is on hold or put out."""
    for seat in waiting_in_order(turn):
        ready = hasattr(seat, "arrival") or seat.stays
        if ready and not missing_for(seat.person, turn.group_session.group):
            let_in(turn, seat)


def waiting_in_order(turn: RoomTurn):
    seats = seats_of(turn.group_session).select_related("arrival").filter(admission__state=WAITING)
    return seats.order_by("admission__arrived_at", "pk")


def let_in(turn: RoomTurn, seat: Attendance) -> None:
    """Admit a seat. Its person comes in when their browser has been told, at once if it is there."""
    if missing_for(seat.person, turn.group_session.group):
        raise not_now(_("Something must be signed first."))
    if seat.admission.state == ADMITTED:
        return
    move(seat.admission, {WAITING, ON_HOLD}, ADMITTED, admitted_at=turn.now, message="", **_decision(turn))
    _decided(turn, seat, "admission.admitted")


def hold(turn: RoomTurn, command: commands.Hold) -> None:
    """Keep someone waiting, with a message. Works on those at the door; who is in is sent back first."""
    seat = _knocked(turn, command.seat)
    if seat.admission.state not in (WAITING, ON_HOLD):
        raise not_now()
    move(
        seat.admission,
        {WAITING, ON_HOLD},
        ON_HOLD,
        message=command.message,
        admitted_at=None,
        **_decision(turn),
    )
    _decided(turn, seat, "admission.held")


def send_back(turn: RoomTurn, command: commands.SendBack) -> None:
    """From the room to the waiting room."""
    seat = _knocked(turn, command.seat)
    _not_a_leader(seat)
    if seat.admission.state != ADMITTED:
        raise not_now()
    move(seat.admission, {ADMITTED}, WAITING, arrived_at=turn.now, admitted_at=None, **_decision(turn))
    presence.put_out(turn, seat, PersonLeft(seat.seat))
    _decided(turn, seat, "admission.sent_back")


def remove(turn: RoomTurn, command: commands.Remove) -> None:
    """Put someone out until the session ends, unless it is undone."""
    seat = _knocked(turn, command.seat)
    _not_a_leader(seat)
    if seat.admission.state == REMOVED:
        return
    move(
        seat.admission,
        {WAITING, ON_HOLD, LEFT, ADMITTED},
        REMOVED,
        reason=command.reason,
        message="",
        admitted_at=None,
        **_decision(turn),
    )
    presence.put_out(turn, seat, PersonShownOut(seat.seat))
    _decided(turn, seat, "admission.removed")


def undo_removal(turn: RoomTurn, command: commands.UndoRemoval) -> None:
    """The person waits again."""
    seat = _knocked(turn, command.seat)
    if seat.admission.state != REMOVED:
        return
    move(seat.admission, {REMOVED}, WAITING, arrived_at=turn.now, **_decision(turn))
    _decided(turn, seat, "admission.removal_undone")


def _knocked(turn: RoomTurn, name) -> Attendance:
    seat = turn.seat_of(name)
    if admission_of(seat) is None:
        raise not_now(_("That person is not at the door."))
    return seat


def _not_a_leader(seat: Attendance) -> None:
    if seat.leads:
        raise Refused("not_yours", _("Facilitators cannot be sent out."))


def _decision(turn: RoomTurn) -> dict:
    return {"decided_by": turn.actor, "decided_at": turn.now}


def _decided(turn: RoomTurn, seat: Attendance, action: str) -> None:
    """Write it down, tell the facilitators, and have the person's own browser ask again."""
    write_down(turn, action, seat)
    tell_door(turn, seat, nudges=[seat.person_id])
