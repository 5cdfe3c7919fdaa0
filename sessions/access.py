"""May this person see, plan or enter this session? The only way for a view or a socket to get one."""

from dataclasses import dataclass

from accounts.models import User
from groups.access import NotYours
from groups.models import ROLES_FOR, Membership, MembershipRole, Program
from sessions.models import GroupSession, Series


class NotYourRoom(NotYours):
    """No such room, or not open, or not yours. We never say which."""


# --- The live room ------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """That a person belongs in a session today, and as what."""

    group_session: GroupSession
    membership: Membership


def session_for(person: User, code) -> GroupSession:
    """Return session `code` if `person` may come to it now. Working for the program is not enough."""
    return place_for(person.pk, code).group_session


def place_for(person: int, code) -> Place:
    """Return where `person` belongs in session `code`, or raise. Asked anew on every word."""
    group_session = GroupSession.objects.enterable().with_room().filter(code=code).first()
    if group_session is None:
        raise NotYourRoom
    return Place(group_session, membership_in(person, group_session))


def membership_in(person: int, group_session: GroupSession) -> Membership:
    memberships = Membership.objects.current().select_related("person")
    membership = memberships.filter(
        group=group_session.group_id, person=person, person__is_active=True
    ).first()
    if membership is None or not membership.person.has_role(*ROLES_FOR[membership.role]):
        raise NotYourRoom
    return membership


# --- The schedule -------------------------------------------------------------------


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
    seats = Membership.objects.held_by(person).filter(group=session.group_id)
    has_seat = seats.filter(role__in=[MembershipRole.PATIENT, MembershipRole.RELATIVE]).exists()
    if not has_seat or session.cancelled_at is not None or session.is_over:
        raise NotYourRoom
    return session


def _the_one(things, code):
    thing = things.filter(code=code).select_related("group__program__site").first()
    if thing is None:
        raise NotYourRoom
    return thing
