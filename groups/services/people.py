"""Who is a patient of a program, who is whose relative, and who gets a new second factor."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import RoleName, User
from accounts.outbox import post
from accounts.services import second_factor, tell_access_ended
from audit.services import record
from groups.dates import today_at
from groups.models import Assignment, Enrolment, Membership, MembershipRole, Program, Relation
from groups.refusals import NotForThem
from groups.services.memberships import end_membership


@transaction.atomic
def enrol(program: Program, patient: User, *, by) -> Enrolment:
    """Begin a patient's stay in `program`, if it has not begun."""
    enrolment, is_new = Enrolment.objects.get_or_create(
        program=program, patient=patient, ended_at=None, defaults={"from_on": today_at(program.site)}
    )
    if is_new:
        record("enrolment.started", by, enrolment, program=str(program.code), person=str(patient.code))
    return enrolment


@transaction.atomic
def relate(patient: User, relative: User, *, relation: str, by) -> Relation:
    """Note that `relative` belongs to `patient`."""
    if patient.pk == relative.pk:
        raise NotForThem({"email": _("Nobody is their own relative.")})
    found, is_new = Relation.objects.get_or_create(
        patient=patient, relative=relative, ended_at=None, defaults={"relation": relation}
    )
    if is_new:
        record("relation.started", by, found, patient=str(patient.code), relative=str(relative.code))
    return found


@transaction.atomic
def end_enrolment(enrolment: Enrolment, *, by) -> None:
    """End a patient's stay in a program, and with it their seats in its groups."""
    if not Enrolment.objects.filter(pk=enrolment.pk, ended_at=None).update(ended_at=timezone.now()):
        return
    enrolment.refresh_from_db(fields=["ended_at"])
    patient = enrolment.patient
    record("enrolment.ended", by, enrolment, program=str(enrolment.program.code), person=str(patient.code))
    for seat in seats_of_stay(enrolment):
        end_membership(seat, by=by)
    tell_access_ended(patient, None, "enrolment")


def seats_of_stay(enrolment: Enrolment) -> list[Membership]:
    """The patient's seats in groups of the program."""
    seats = Membership.objects.filter(group__program=enrolment.program_id, role=MembershipRole.PATIENT)
    return list(seats.filter(person=enrolment.patient_id, ended_at=None).select_related("group", "person"))


@transaction.atomic
def end_relation(relation: Relation, *, by) -> None:
    """Note that a relative belongs to a patient no more: where they sat for nobody else, the seat ends."""
    if not Relation.objects.filter(pk=relation.pk, ended_at=None).update(ended_at=timezone.now()):
        return
    relation.refresh_from_db(fields=["ended_at"])
    patient, relative = relation.patient, relation.relative
    record("relation.ended", by, relation, patient=str(patient.code), relative=str(relative.code))
    for seat in seats_of_relation(relation):
        end_membership(seat, by=by)
    tell_access_ended(relative, None, "relation")


def seats_of_relation(relation: Relation) -> list[Membership]:
    """The relative's seats in groups where no other patient of theirs has one."""
    others = Relation.objects.filter(relative=relation.relative_id, ended_at=None).exclude(pk=relation.pk)
    for_others = Membership.objects.filter(
        role=MembershipRole.PATIENT, ended_at=None, person__in=others.values("patient")
    )
    theirs = Membership.objects.filter(
        person=relation.relative_id, role=MembershipRole.RELATIVE, ended_at=None
    )
    alone = theirs.exclude(group__in=for_others.values("group"))
    return list(alone.select_related("group", "person"))


@transaction.atomic
def ask_for_reset(person: User, *, reason: str, by) -> None:
    """Ask for a new second factor, and call those who may confirm it."""
    reset = second_factor.ask_for_reset(person, reason=reason, by=by)
    for other in who_may_confirm(person).exclude(pk__in=[by.pk, person.pk]):
        post("look_now", key=f"reset:{reset.pk}:{other.pk}", person=other, link="/people/resets/")


def who_may_confirm(person: User):
    """The coordinators of the programs that `person` works in, and every privacy officer."""
    programs = Assignment.objects.current().filter(person=person).values("program")
    theirs = Assignment.objects.current().filter(program__in=programs, role=RoleName.COORDINATOR)
    holders = User.objects.filter(is_active=True, roles__ended_at=None)
    coordinators = holders.filter(roles__role=RoleName.COORDINATOR, pk__in=theirs.values("person"))
    return (coordinators | holders.filter(roles__role=RoleName.PRIVACY_OFFICER)).distinct()
