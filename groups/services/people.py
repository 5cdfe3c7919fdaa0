"""Who is a patient of a program, who is whose relative, and who gets a new second factor."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import RoleName, User
from accounts.outbox import post
from accounts.services import second_factor
from audit.services import record
from groups.dates import today_at
from groups.models import Assignment, Enrolment, Program, Relation
from groups.refusals import NotForThem


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
