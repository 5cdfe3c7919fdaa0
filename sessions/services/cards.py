"""What facilitators see of a seat, and nobody else: its card at the door and its row in the roster."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import OuterRef, Subquery

from groups.seat_checks import missing_for
from sessions.models import (
    AdmissionState,
    Apology,
    Arrival,
    Attendance,
    GroupSession,
    Presence,
    Visit,
    VisitMode,
)
from sessions.services import calls
from sessions.services.people import lines_of


@dataclass(frozen=True)
class Around:
    """What is known of a session's seats besides themselves."""

    group_session: GroupSession
    now: datetime
    lines: dict[int, list[Visit]]
    apologies: dict[int, Apology]

    @cached_property
    def numbers(self) -> dict[int, str]:
        """By person, the number told at the last arrival in this program: for whoever has not come yet."""
        last = calls.arrivals_in(self.group_session).filter(attendance__person=OuterRef("person"))
        seats = self.group_session.attendances.values(last=Subquery(last.values("pk")[:1]))
        told = Arrival.objects.filter(pk__in=seats).select_related("attendance")
        return {arrival.attendance.person_id: arrival.call_back for arrival in told}

    def modes(self, seat: Attendance) -> set[str]:
        return {visit.mode for visit in self.lines.get(seat.pk, [])}


def around(group_session: GroupSession, now: datetime) -> Around:
    told = group_session.apologies.filter(withdrawn_at=None).order_by("at")
    newest = {apology.person_id: apology for apology in told}
    return Around(group_session, now, lines_of(group_session), newest)


# --- At the door --------------------------------------------------------------------


def door_card(seat: Attendance, about: Around) -> dict:
    """The fields of `protocol.shapes.DoorCard`. Only for seats that have knocked."""
    admission = seat.admission
    is_at_door = admission.state in (AdmissionState.WAITING, AdmissionState.ON_HOLD)
    return {
        "seat": seat.seat,
        "shown_as": seat.shown_as,
        "role": seat.role,
        "state": admission.state,
        "arrived_at": admission.arrived_at,
        "is_here": VisitMode.WAITING in about.modes(seat),
        "message": admission.message,
        "returning": bool(seat.stays),
        "missing": is_at_door and bool(missing_for(seat.person, about.group_session.group)),
        "arrival": _arrival(seat),
        "apology": _apology(about.apologies.get(seat.person_id)),
    }


def _arrival(seat: Attendance) -> dict | None:
    arrival = getattr(seat, "arrival", None)
    if arrival is None:
        return None
    told = ("is_alone", "has_headphones", "place", "mood", "may_call_contact")
    return {name: getattr(arrival, name) for name in told}


def _apology(apology: Apology | None) -> dict | None:
    return {"minutes_late": apology.minutes_late} if apology else None


# --- In the roster ------------------------------------------------------------------


def roster_row(seat: Attendance, about: Around) -> dict:
    """The fields of `protocol.shapes.RosterRow`."""
    arrival, status = getattr(seat, "arrival", None), roster_status(seat, about)
    return {
        "seat": seat.seat,
        "shown_as": seat.shown_as,
        "role": seat.role,
        "status": status,
        "since": seat.roster_since if status == seat.roster_status else about.now,
        "call_back": arrival.call_back if arrival else about.numbers.get(seat.person_id),
        "left_quickly": seat.left_quickly_at is not None,
    }


def roster_status(seat: Attendance, about: Around) -> str:
    """Where this person is, in one word."""
    if seat.presence != Presence.OUT:
        return _status_in_room(seat, about)
    match getattr(seat, "admission", None) and seat.admission.state:
        case AdmissionState.REMOVED:
            return "removed"
        case AdmissionState.LEFT:
            return "left"
        case AdmissionState.WAITING | AdmissionState.ON_HOLD | AdmissionState.ADMITTED:
            return "waiting"
    return _status_expected(seat, about)


def _status_in_room(seat: Attendance, about: Around) -> str:
    modes = about.modes(seat)
    if VisitMode.TELEPHONE in modes and modes.isdisjoint({VisitMode.VIDEO, VisitMode.AUDIO}):
        return "phone"
    if seat.presence == Presence.LOST:
        return "lost"
    return "away" if seat.stepped_out_at else "in"


def _status_expected(seat: Attendance, about: Around) -> str:
    apology, program = about.apologies.get(seat.person_id), about.group_session.group.program
    if apology and apology.is_absence:
        return "excused"
    if not seat.is_member:
        return "expected"
    late_by = about.now - about.group_session.starts_at
    if late_by >= timedelta(minutes=program.absent_after_minutes):
        return "absent"
    return "late" if late_by >= timedelta(minutes=program.late_after_minutes) else "expected"


def rows(seats: Iterable[Attendance], about: Around) -> list[dict]:
    return [roster_row(seat, about) for seat in seats]
