"""Ends of access. Each appends `person.shown_out` in the very transaction that ends it: nobody hears more."""

from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from groups.models import Membership
from sessions import broadcasts, media
from sessions.models import AdmissionState, Attendance, GroupSession, Presence, VisitMode
from sessions.protocol import commands
from sessions.protocol.events import PersonLeft, PersonShownOut, RoomEnded
from sessions.services import admission, keeping, presence, visits
from sessions.services.roster import tell_door, tell_row
from sessions.services.turns import RoomTurn, in_each, own_turn, seats_of, write_down
from wire import log

# --- One person ---------------------------------------------------------------------


def show_out(turn: RoomTurn, seat: Attendance, why: str) -> None:
    """This person may not be here any more."""
    presence.go_out(turn, seat, PersonShownOut(seat.seat), nudges=[seat.person_id])
    visits.end_all(turn, seat, how="shown_out")
    _forget_admission(seat)
    write_down(turn, "person.shown_out", seat, why=why)
    _tell(turn, seat)


def put_at_the_door(turn: RoomTurn, seat: Attendance) -> None:
    """Still a member, but not to be in now: something that must be signed is not, any more."""
    presence.put_out(turn, seat, PersonShownOut(seat.seat))
    _tell(turn, seat)


def _forget_admission(seat: Attendance) -> None:
    if (own := admission.admission_of(seat)) and own.state != AdmissionState.REMOVED:
        admission.move(own, {own.state}, AdmissionState.LEFT, admitted_at=None)


def _tell(turn: RoomTurn, seat: Attendance) -> None:
    """Have the person's sockets ask again wherever they stand, and tell the facilitators."""
    broadcasts.ask_again(turn, [seat.person_id])
    tell = tell_door if admission.admission_of(seat) and not seat.leads else tell_row
    with suppress(broadcasts.CannotSeal), transaction.atomic():  # access ends, whoever can be told of it
        tell(turn, seat)


def no_longer_theirs(person: int, code: UUID) -> bool:
    """The door has said no to this person: clear what they still hold here. Whether they ever had a seat."""
    seat = seats_with_room().filter(person=person, group_session__code=code).first()
    if seat is None or admission.admission_of(seat) is None:
        return False
    if visits.open_visit(seat) or seat.presence != Presence.OUT:
        with suppress(log.StreamClosed), own_turn(seat.group_session) as turn:
            show_out(turn, seats_of(turn.group_session).get(pk=seat.pk), "found_out")
    return True


def seats_with_room():
    return Attendance.objects.select_related("admission", "person", "group_session")


def change_role(turn: RoomTurn, seat: Attendance, membership: Membership) -> None:
    """The seat becomes what the membership is now. Nobody stays in the room on what they were."""
    presence.go_out(turn, seat, PersonLeft(seat.seat), nudges=[seat.person_id])
    if visit := visits.open_visit(seat):
        visits.change_mode(turn, visit, VisitMode.WAITING)
    _forget_admission(seat)
    seat.role = membership.role
    seat.save(update_fields=["role"])
    _tell(turn, seat)


def live(sessions: QuerySet[GroupSession]) -> QuerySet[GroupSession]:
    """Those whose room is live: someone has come to its door, and it is not over."""
    return sessions.filter(stream__isnull=False, stream__closed_at=None, ended_at=None).order_by("stream")


def in_live_seats(person: int, act: Callable[[RoomTurn, Attendance], None], **where) -> None:
    """Do `act` with each seat that this person has in a live room, with that room held."""

    def in_one(turn: RoomTurn) -> None:
        seat = seats_of(turn.group_session).get(person=person)
        act(turn, seat)

    in_each(live(GroupSession.objects.filter(attendances__person=person, **where)), in_one)


# --- The whole room -----------------------------------------------------------------


def end(turn: RoomTurn, command: commands.End) -> None:
    """End the session for everyone."""
    end_room(turn)


def end_room(turn: RoomTurn) -> None:
    """The last event of a room. What was said in it becomes unreadable with the same commit."""
    group_session = turn.group_session
    for seat in seats_of(group_session):
        _end_seat(turn, seat)
    group_session.ended_at = turn.now
    group_session.is_paused = group_session.is_held = False
    group_session.leaderless_since = None
    group_session.save(update_fields=["ended_at", "is_paused", "is_held", "leaderless_since"])
    media.close(group_session)
    broadcasts.tell(turn, RoomEnded())
    write_down(turn, "session.ended", chat="kept" if keeping.settle(turn) else "erased")


def _end_seat(turn: RoomTurn, seat: Attendance) -> None:
    visits.end_all(turn, seat, how="ended")
    if seat.presence != Presence.OUT:
        seat.stays[-1][1] = turn.seq
    seat.presence = Presence.OUT
    for name in presence.DEVICES:
        setattr(seat, name, False)
    seat.hand_raised_at = seat.stepped_out_at = None
    seat.save(update_fields=["stays", "presence", *presence.DEVICES, "hand_raised_at", "stepped_out_at"])
    if admission.admission_of(seat):
        admission.step_away(seat)
