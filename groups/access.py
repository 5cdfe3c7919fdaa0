"""May this person see, or manage, this program or group? The only way for a view to get one.

Every refusal is the same exception, because whoever asks must not learn that the thing exists.
"""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import outbox
from accounts.models import Notice, RoleName, SecondFactorReset, User
from accounts.services.second_factor import waiting as waiting_resets
from groups.models import (
    EVERY_GROUP_ROLES,
    STAFF_SEATS,
    Assignment,
    Enrolment,
    Membership,
    Offer,
    Program,
    Relation,
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
    membership = Membership.objects.held_by(person).filter(group=group).first()
    if membership is not None and membership.role in STAFF_SEATS:
        return True
    return Assignment.objects.held_by(person, EVERY_GROUP_ROLES).filter(program=group.program_id).exists()


def managed_stay_for(person, patient_code, program_code) -> Enrolment:
    """Return the current stay of `patient_code` in a program that `person` coordinates."""
    stays = managed_program_for(person, program_code).enrolments.filter(ended_at=None)
    return _the_one(stays.select_related("patient", "program__site"), patient__code=patient_code)


def managed_relation_for(person, patient_code, relative_code) -> Relation:
    """Return the current relation of two people, if the patient is in a program that `person` coordinates."""
    programs = Program.objects.managed_by(person)
    patients = Enrolment.objects.filter(program__in=programs, ended_at=None).values("patient")
    relations = Relation.objects.filter(ended_at=None, patient__in=patients)
    which = {"patient__code": patient_code, "relative__code": relative_code}
    return _the_one(relations.select_related("patient", "relative"), **which)


def _the_one(things, **which):
    thing = things.filter(**which).first()
    if thing is None:
        raise NotYours
    return thing


def people_managed_by(person) -> QuerySet[User]:
    """Everyone in a program that `person` coordinates, relatives of its patients included.

    Who was in one stays with it for as long as no other program has them.
    """
    programs, current = Program.objects.managed_by(person), {"ended_at": None}
    has_gone = _in(programs) & ~_in(Program.objects.all(), **current)
    return User.objects.filter(_in(programs, **current) | has_gone)


def _in(programs, **which) -> Q:
    """Those with a place in one of `programs`: patients, team, members, and relatives of its patients."""
    patients = Enrolment.objects.filter(program__in=programs, **which).values("patient")
    theirs = [
        patients,
        Assignment.objects.filter(program__in=programs, **which).values("person"),
        Membership.objects.filter(group__program__in=programs, **which).values("person"),
        Relation.objects.filter(patient__in=patients, **which).values("relative"),
    ]
    return reduce(or_, (Q(pk__in=some) for some in theirs))


def offers_of(person) -> QuerySet[Offer]:
    """Offers of places in programs that `person` coordinates, which nobody has answered yet."""
    unanswered = {"accepted_at": None, "withdrawn_at": None, "expires_at__gt": timezone.now()}
    which = {f"invitation__{name}": value for name, value in unanswered.items()}
    offers = Offer.objects.filter(program__in=Program.objects.managed_by(person), **which)
    return offers.select_related("invitation", "program").order_by("pk")


def managed_offer_for(person, code) -> Offer:
    """Return the unanswered offer with the invitation `code` if `person` coordinates its program."""
    return _the_one(offers_of(person), invitation__code=code)


def stuck_mail_of(person) -> QuerySet[Notice]:
    """Letters that did not reach people whom `person` coordinates. Newest first."""
    return outbox.stuck().filter(person__in=people_managed_by(person))


def managed_person_for(person, code) -> User:
    """Return the person `code` if they are in a program that `person` coordinates."""
    return _the_one(people_managed_by(person), code=code)


def resets_to_confirm(person) -> QuerySet[SecondFactorReset]:
    """Second factors that `person` may let be reset: of their programs, or of all for a privacy officer."""
    others = waiting_resets().exclude(asked_by_id=person.pk).exclude(person_id=person.pk)
    if not person.is_active:
        return others.none()
    if person.has_role(RoleName.PRIVACY_OFFICER):
        return others
    return others.filter(person__in=people_managed_by(person))


def reset_for(person, code) -> SecondFactorReset:
    """Return the waiting reset for the person `code` if `person` may confirm it."""
    return _the_one(resets_to_confirm(person).select_related("person", "asked_by"), person__code=code)
