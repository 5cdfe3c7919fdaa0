"""Who works in a program, and as what."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import STAFF_ROLES, RoleName
from accounts.services import tell_access_ended
from audit.services import record
from groups import signals
from groups.models import Assignment, Membership, Program
from groups.refusals import AlreadyHere, NotForThem, StillNeeded
from groups.services.memberships import end_membership


@transaction.atomic
def assign(program: Program, person, *, role: str, by) -> Assignment:
    """Let `person` work in `program` as `role`, which must be a role that they hold."""
    if role not in STAFF_ROLES or not person.is_active or not person.has_role(role):
        words = _("%(name)s does not have this role. Give it on the People page first.")
        raise NotForThem({"role": words % {"name": person.name}})
    if program.assignments.current().filter(person=person, role=role).exists():
        words = _("%(name)s already works here in this role.")
        raise AlreadyHere({"role": words % {"name": person.name}})
    assignment = Assignment.objects.create(program=program, person=person, role=role)
    record("assignment.started", by, assignment, **_names(assignment))
    return assignment


@transaction.atomic
def end_assignment(assignment: Assignment, *, by) -> None:
    """End someone's work in a program. With the last role there, their seats in its groups end too."""
    if is_last_coordinator(assignment):
        raise StillNeeded(_("A program needs a coordinator. Assign another one first."))
    if not Assignment.objects.current().filter(pk=assignment.pk).update(ended_at=timezone.now()):
        return
    assignment.refresh_from_db(fields=["ended_at"])
    record("assignment.ended", by, assignment, **_names(assignment))
    for membership in seats_that_end_with(assignment):
        end_membership(membership, by=by)
    signals.assignment_ended.send(Assignment, assignment=assignment, by=by)
    tell_access_ended(assignment.person, None, "assignment")


def is_last_coordinator(assignment: Assignment) -> bool:
    """Whether nobody else coordinates the program."""
    if assignment.role != RoleName.COORDINATOR:
        return False
    others = assignment.program.assignments.current().filter(role=RoleName.COORDINATOR)
    return not others.exclude(pk=assignment.pk).filter(person__is_active=True).exists()


def seats_that_end_with(assignment: Assignment) -> list[Membership]:
    """The seats that `assignment.person` has in the program's groups, if this is their last work there."""
    work = assignment.program.assignments.current().filter(person=assignment.person)
    if work.exclude(pk=assignment.pk).exists():
        return []
    seats = Membership.objects.filter(person=assignment.person, group__program=assignment.program)
    return list(seats.filter(ended_at=None).select_related("group", "person"))


def _names(assignment: Assignment) -> dict:
    return {
        "program": str(assignment.program.code),
        "person": str(assignment.person.code),
        "role": str(assignment.role),
    }
