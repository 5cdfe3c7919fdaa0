"""May this person see, or manage, this program or group? The only way for a view to get one.

Every refusal is the same exception, because whoever asks must not learn that the thing exists.
"""

from accounts.models import RoleName
from groups.models import (
    EVERY_GROUP_ROLES,
    STAFF_SEATS,
    Assignment,
    Membership,
    Program,
    Site,
    TherapyGroup,
    Track,
)


class NotYours(Exception):
    """No such program, group or member, or not yours to see or to change. We never say which."""


def program_for(person, code) -> Program:
    """Return the program `code` if `person` works in it."""
    return _the_one(Program.objects.visible_to(person).select_related("site"), code=code)


def managed_program_for(person, code) -> Program:
    """Return the program `code` if `person` coordinates it, and it has not ended."""
    return _the_one(Program.objects.managed_by(person).current().select_related("site"), code=code)


def managed_track_for(person, code) -> Track:
    """Return the track `code` if `person` coordinates its program."""
    tracks = Track.objects.filter(program__in=Program.objects.managed_by(person).current())
    return _the_one(tracks.select_related("program__site"), code=code)


def group_for(person, code) -> TherapyGroup:
    """Return the group `code` if `person` belongs to it today or works for its program."""
    return _the_one(
        TherapyGroup.objects.visible_to(person).select_related("program__site", "track"), code=code
    )


def staffed_group_for(person, code) -> TherapyGroup:
    """Return the group `code` with its members' names: for staff of its program and for who leads it."""
    group = group_for(person, code)
    if not sees_members(person, group):
        raise NotYours
    return group


def managed_group_for(person, code) -> TherapyGroup:
    """Return the group `code` if `person` coordinates its program, and neither has ended."""
    groups = TherapyGroup.objects.managed_by(person).current().select_related("program__site", "track")
    return _the_one(groups, code=code)


def managed_membership_for(person, group_code, person_code) -> Membership:
    """Return the current or coming membership of `person_code` in a group that `person` coordinates."""
    group = managed_group_for(person, group_code)
    memberships = group.memberships.filter(ended_at=None).select_related("person", "group__program__site")
    return _the_one(memberships, person__code=person_code)


def managed_assignment_for(person, program_code, person_code, role: str) -> Assignment:
    """Return the current assignment of `person_code` as `role` in a program that `person` coordinates."""
    program = managed_program_for(person, program_code)
    work = program.assignments.current().select_related("person", "program")
    return _the_one(work, person__code=person_code, role=role)


def managed_site_for(person, code) -> Site:
    """Return the site `code` if `person` coordinates a program there."""
    return _the_one(Site.objects.filter(programs__in=Program.objects.managed_by(person)), code=code)


def may_manage(person, program: Program) -> bool:
    """Whether `person` coordinates `program` today."""
    return Assignment.objects.held_by(person, {RoleName.COORDINATOR}).filter(program=program).exists()


def sees_members(person, group: TherapyGroup) -> bool:
    """Whether `person` may read who is in `group` by their full names: its team, never its patients."""
    membership = Membership.objects.current().filter(group=group, person=person).first()
    if membership is not None and membership.role in STAFF_SEATS:
        return True
    return Assignment.objects.held_by(person, EVERY_GROUP_ROLES).filter(program=group.program_id).exists()


def _the_one(things, **which):
    thing = things.filter(**which).first()
    if thing is None:
        raise NotYours
    return thing
