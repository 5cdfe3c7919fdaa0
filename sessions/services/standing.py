"""Of all who stand in one room or at its door: for whom has something changed that no news told?

One question for the whole room every few seconds, in a handful of queries. It only finds out who must be
asked again; what follows is decided then, under the room's lock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from accounts.models import Role
from groups.models import ROLES_FOR, Membership
from groups.seat_checks import missing_among
from sessions import broadcasts
from sessions.models import AdmissionState, Attendance, GroupSession, Presence
from sessions.services import visits


@dataclass(frozen=True)
class Asked:
    """A connection as its socket believes it stands."""

    person: int
    connection: UUID
    is_in: bool


def changed(code: UUID, asked: Iterable[Asked]) -> set[UUID]:
    """The connections that must be asked again."""
    group_session = GroupSession.objects.enterable().with_room().filter(code=code).first()
    asked = list(asked)
    if group_session is None:
        return {each.connection for each in asked}
    broadcasts.keep_key(group_session)
    welcome, missing = _welcome(group_session), lacking(group_session)
    return {
        each.connection
        for each in asked
        if not _stands(each, welcome, group_session) or (each.is_in and each.person in missing)
    }


def _welcome(group_session: GroupSession) -> dict[int, tuple[Attendance, UUID | None]]:
    """Whoever belongs here now: their seat, and the connection that has it."""
    allowed = _members(group_session)
    lines = visits.open_visits(group_session).exclude(visits.BY_PHONE)
    connections = {visit.attendance_id: visit.connection for visit in lines}
    seats = group_session.attendances.select_related("admission").filter(person__in=allowed)
    return {
        seat.person_id: (seat, connections.get(seat.pk))
        for seat in seats
        if seat.role == allowed[seat.person_id].role
    }


def _members(group_session: GroupSession) -> dict[int, Membership]:
    """Today's members who hold the role that their seat takes."""
    members = list(group_session.group.memberships.current().filter(person__is_active=True))
    roles: dict[int, set[str]] = {}
    held = Role.objects.filter(person__in=[each.person_id for each in members], ended_at=None)
    for person, role in held.values_list("person", "role"):
        roles.setdefault(person, set()).add(role)
    return {
        each.person_id: each for each in members if roles.get(each.person_id, set()) & ROLES_FOR[each.role]
    }


def _stands(each: Asked, welcome: dict, group_session: GroupSession) -> bool:
    seat, connection = welcome.get(each.person, (None, None))
    if seat is None or connection != each.connection:
        return False
    return each.is_in == _should_be_in(seat, group_session) and not _may_knock(seat, group_session)


def _should_be_in(seat: Attendance, group_session: GroupSession) -> bool:
    admission = getattr(seat, "admission", None)
    return bool(admission and admission.state == AdmissionState.ADMITTED and group_session.is_open)


def _may_knock(seat: Attendance, group_session: GroupSession) -> bool:
    """The door has opened since this person came too early."""
    is_open = group_session.door_is_open(seat.leads)
    return is_open and not hasattr(seat, "admission") and not group_session.is_locked


def lacking(group_session: GroupSession) -> set[int]:
    """People in the room without something that must be signed."""
    members = group_session.group.memberships.current().filter(
        person__attendances__group_session=group_session,
        person__attendances__presence__in=[Presence.IN, Presence.LOST],
    )
    by_key = {each.pk: each.person_id for each in members if not each.leads}
    missing = missing_among(group_session.group, [each for each in members if not each.leads])
    return {by_key[key] for key in missing if key in by_key}
