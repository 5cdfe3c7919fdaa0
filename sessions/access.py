"""May this person see, plan or enter this session? The only way for a view or a socket to get one."""

from groups.access import NotYours
from groups.models import Membership, MembershipRole, Program
from sessions.models import GroupSession, Series


class NotYourRoom(NotYours):
    """No such room, or not open, or not yours. We never say which."""


def planned_session_for(person, code) -> GroupSession:
    """Return the session `code`, whatever its state, if `person` may see it in the schedule."""
    return _the_one(GroupSession.objects.visible_to(person), code)


def managed_session_for(person, code) -> GroupSession:
    """Return the session `code` if `person` coordinates its program."""
    return _the_one(GroupSession.objects.filter(group__program__in=Program.objects.managed_by(person)), code)


def managed_series_for(person, code) -> Series:
    """Return the series `code` if `person` coordinates its program and it has not ended."""
    series = Series.objects.filter(ended_at=None, group__program__in=Program.objects.managed_by(person))
    return _the_one(series, code)


def own_session_for(person, code) -> GroupSession:
    """Return the session `code` if `person` has a patient's or relative's seat in it, still to come."""
    session = planned_session_for(person, code)
    seats = Membership.objects.current().filter(group=session.group_id, person=person)
    has_seat = seats.filter(role__in=[MembershipRole.PATIENT, MembershipRole.RELATIVE]).exists()
    if not has_seat or session.cancelled_at is not None or session.is_over:
        raise NotYourRoom
    return session


def _the_one(things, code):
    thing = things.filter(code=code).select_related("group__program__site").first()
    if thing is None:
        raise NotYourRoom
    return thing
