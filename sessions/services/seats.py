"""Seats: one for each member, made when the session opens, or when a later member knocks."""

from groups.models import Membership
from sessions.models import Attendance, GroupSession


def seat_for(group_session: GroupSession, membership: Membership) -> Attendance:
    """Return the member's seat, made now if need be, under the name and role they have in the group today."""
    seat, _made = Attendance.objects.get_or_create(
        group_session=group_session, person_id=membership.person_id, defaults=_as_in(membership)
    )
    changed = [name for name, value in _as_in(membership).items() if getattr(seat, name) != value]
    if changed and not _made:
        for name in changed:
            setattr(seat, name, getattr(membership, name))
        seat.save(update_fields=changed)
    seat.group_session, seat.person = group_session, membership.person
    return seat


def _as_in(membership: Membership) -> dict[str, str]:
    return {"shown_as": membership.shown_as, "role": membership.role}


def seat_everyone(group_session: GroupSession) -> None:
    """Seat every member of today, so that the roster knows whom to expect."""
    for membership in group_session.group.memberships.current().select_related("person"):
        seat_for(group_session, membership)
