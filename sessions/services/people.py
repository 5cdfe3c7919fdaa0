"""What people in a room may know of each other. Nothing else about anyone reaches a peer."""

from collections.abc import Iterable
from dataclasses import dataclass

from sessions.models import Attendance, GroupSession, Presence, Visit, VisitMode
from sessions.services import visits


def person(seat: Attendance, lines: Iterable[Visit], hand: int | None = None) -> dict:
    """The fields of `protocol.shapes.Person` for a seat and its open lines."""
    line = next((each for each in lines if each.mode != VisitMode.TELEPHONE), None)
    phone = next((each for each in lines if each.mode == VisitMode.TELEPHONE), None)
    return {
        "seat": seat.seat,
        "shown_as": seat.shown_as,
        "role": seat.role,
        "leads": seat.leads,
        "is_simulated": seat.is_simulated,
        "state": _state(seat),
        "connection": line.connection if line else None,
        "mode": either.mode if (either := line or phone) else VisitMode.VIDEO,
        "microphone_on": seat.microphone_on,
        "camera_on": seat.camera_on,
        "hand": hand,
        "may_share": seat.leads or seat.may_share_screen,
        "is_sharing": seat.is_sharing_screen,
        "stepped_out": seat.stepped_out_at is not None,
        "has_media": seat.has_media,
    }


def _state(seat: Attendance) -> str:
    if seat.presence == Presence.LOST:
        return "lost"
    return "away" if seat.stepped_out_at else "in"


@dataclass(frozen=True)
class InRoom:
    """Everyone in the room, or lost from it, and the hands in order."""

    seats: list[Attendance]
    lines: dict[int, list[Visit]]

    @property
    def hands(self) -> list[Attendance]:
        raised = [seat for seat in self.seats if seat.hand_raised_at]
        return sorted(raised, key=lambda seat: (seat.hand_raised_at, seat.pk))

    def people(self) -> list[dict]:
        places = {seat.pk: place for place, seat in enumerate(self.hands, start=1)}
        return [person(seat, self.lines.get(seat.pk, []), places.get(seat.pk)) for seat in self.seats]


def in_room(group_session: GroupSession) -> InRoom:
    seats = group_session.attendances.exclude(presence=Presence.OUT).order_by("pk")
    return InRoom(list(seats), lines_of(group_session))


def lines_of(group_session: GroupSession) -> dict[int, list[Visit]]:
    """The open visits of a session by seat."""
    lines: dict[int, list[Visit]] = {}
    for visit in visits.open_visits(group_session):
        lines.setdefault(visit.attendance_id, []).append(visit)
    return lines


def leaders_here(group_session: GroupSession) -> list[Attendance]:
    """Those who lead and are in the room now; whose line is lost is not here."""
    here = group_session.attendances.filter(presence=Presence.IN).order_by("-role", "pk")
    return [seat for seat in here if seat.leads]
