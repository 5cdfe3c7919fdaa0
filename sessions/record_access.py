"""Who may read the record of a session, report on it, and read such reports."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from groups.models import LEADING_ROLES, Membership, Program
from sessions.models import Attendance, GroupSession, Report
from sessions.services.reports import REPORTING_DAYS


class NotYours(Exception):
    """No such session, record or report, or not yours to read. We never say which."""


def records_visible_to(person: User) -> QuerySet[GroupSession]:
    """Sessions whose roster `person` may read: of groups they lead, and of programs they coordinate."""
    led = Membership.objects.held_by(person).filter(role__in=LEADING_ROLES).values("group")
    coordinated = Program.objects.managed_by(person)
    return GroupSession.objects.filter(Q(group__in=led) | Q(group__program__in=coordinated))


def record_for(person: User, code) -> GroupSession:
    """Return the session `code` if `person` may read its roster. Raises NotYours."""
    found = records_visible_to(person).select_related("group__program").filter(code=code).first()
    if found is None:
        raise NotYours
    return found


def own_attendances(person: User) -> QuerySet[Attendance]:
    """A patient's or relative's own seats, newest first."""
    return (
        Attendance.objects.filter(person=person)
        .select_related("group_session")
        .order_by("-group_session__starts_at")
    )


def reportable_for(person: User, code) -> GroupSession:
    """Return the session `code` if `person` was let in to it and its week is not over. Raises NotYours."""
    since = timezone.now() - timedelta(days=REPORTING_DAYS)
    mine = Attendance.objects.filter(person=person, role__in=("patient", "relative")).exclude(stays=[])
    recent = Q(ended_at=None) | Q(ended_at__gte=since)
    found = (
        GroupSession.objects.filter(recent, code=code, attendances__in=mine)
        .select_related("group__program")
        .first()
    )
    if found is None:
        raise NotYours
    return found


def reports_visible_to(person: User) -> QuerySet[Report]:
    """Reports go to the program's coordinators, never to the people who lead the group."""
    return Report.objects.filter(
        group_session__group__program__in=Program.objects.managed_by(person)
    ).order_by("-at")


def report_for(person: User, code) -> Report:
    """Return the report `code` if `person` coordinates its program. Raises NotYours."""
    found = (
        reports_visible_to(person)
        .select_related("group_session__group", "by", "about")
        .filter(code=code)
        .first()
    )
    if found is None:
        raise NotYours
    return found
