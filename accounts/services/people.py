"""Who someone is and what they may be here. Every act is recorded."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, RoleName, User
from accounts.refusals import NotByYourself
from accounts.services.endings import end_sessions, tell_access_ended
from audit.services import record


@transaction.atomic
def change_about(person: User, fields: list[str]) -> None:
    """Save what `person` changed about themselves."""
    person.save(update_fields=fields)
    record("person.changed", person, person, fields=sorted(fields))


@transaction.atomic
def give_role(person: User, role: str, *, by: User | None) -> Role:
    """Let `person` be a `role` from now on."""
    if role == RoleName.PRIVACY_OFFICER and by is not None and by.pk == person.pk:
        raise NotByYourself(
            _("Who answers for privacy looks at what you do. Another coordinator can give you this role.")
        )
    given, is_new = Role.objects.get_or_create(
        person=person, role=role, ended_at=None, defaults={"given_by": by}
    )
    if is_new:
        record("role.given", by, person, role=role)
        _roles_changed(person)
    return given


@transaction.atomic
def end_role(person: User, role: str, *, by: User) -> None:
    """Let `person` no longer be a `role`."""
    if person.pk == by.pk:
        raise NotByYourself(_("You cannot end a role of your own. Another coordinator can."))
    if Role.objects.filter(person=person, role=role, ended_at=None).update(ended_at=timezone.now()):
        record("role.ended", by, person, role=role)
        _roles_changed(person)


def _roles_changed(person: User) -> None:
    person.forget_roles()
    tell_access_ended(person, None, "roles")


@transaction.atomic
def deactivate(person: User, *, by: User) -> None:
    """Close the login of `person`: every session and socket ends, and nothing is lost."""
    if person.pk == by.pk:
        raise NotByYourself(_("You cannot close your own login. Another coordinator can."))
    if not person.is_active:
        return
    person.is_active = False
    person.save(update_fields=["is_active"])
    record("person.deactivated", by, person)
    person.invitations.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now())
    end_sessions(person, why="deactivated")


@transaction.atomic
def reactivate(person: User, *, by: User) -> None:
    """Open the login of `person` again. They sign in anew."""
    if person.is_active:
        return
    person.is_active = True
    person.save(update_fields=["is_active"])
    record("person.reactivated", by, person)
