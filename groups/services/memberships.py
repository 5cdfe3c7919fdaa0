"""Who belongs to a group: seats given, changed and ended."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import RoleName
from audit.services import record
from groups import signals
from groups.dates import today_at
from groups.models import (
    STAFF_SEATS,
    Assignment,
    GroupKind,
    Membership,
    MembershipRole,
    Relation,
    TherapyGroup,
)
from groups.refusals import AlreadyEnded, AlreadyHere, DaysMixedUp, GroupFull, NameTaken, NotForThem


@transaction.atomic
def add_member(
    group: TherapyGroup, person, *, role, by, shown_as="", from_on=None, until_on=None
) -> Membership:
    """Give `person` a seat in `group`, or say why not."""
    hold(group)
    end_lapsed(group.memberships.all())
    if group.memberships.filter(person=person, ended_at=None).exists():
        raise AlreadyHere({"person": _("%(name)s is already in this group.") % {"name": person.name}})
    membership = Membership(
        group=group,
        person=person,
        role=role,
        shown_as=shown_as.strip() or usual_name(person, role),
        from_on=from_on or today_at(group.program.site),
        until_on=until_on,
    )
    _check_seat(membership)
    _check_days(membership)
    _check_room(membership)
    _check_name(membership)
    membership.save()
    _tell("membership.started", membership, by)
    return membership


@transaction.atomic
def change_membership(
    membership: Membership, *, by, role, shown_as, from_on: date, until_on: date | None
) -> bool:
    """Change someone's seat: role, name, days. Returns whether anything differs."""
    facts = {"role": role, "shown_as": shown_as.strip(), "from_on": from_on, "until_on": until_on}
    differing = sorted(name for name, value in facts.items() if getattr(membership, name) != value)
    if not differing:
        return False
    hold(membership.group)
    for name in differing:
        setattr(membership, name, facts[name])
    _check_seat(membership)
    _check_days(membership)
    _check_room(membership)
    _check_name(membership)
    membership.save(update_fields=differing)
    _bring_relatives_along(membership, by)
    _tell("membership.changed", membership, by, fields=differing)
    return True


@transaction.atomic
def end_membership(membership: Membership, *, by) -> None:
    """End someone's membership now, and that of relatives who were here only because of them."""
    if not Membership.objects.filter(pk=membership.pk, ended_at=None).update(ended_at=timezone.now()):
        return
    membership.refresh_from_db(fields=["ended_at"])
    record("membership.ended", by, membership, **_names(membership))
    signals.membership_ended.send(Membership, membership=membership, by=by)
    for relative in relatives_here_for(membership):
        end_membership(relative, by=by)


def end_lapsed(memberships=None) -> int:
    """Close the memberships whose last day has passed, so that open rooms hear of it. Returns how many."""
    memberships = Membership.objects.all() if memberships is None else memberships
    lapsed = list(memberships.lapsed().select_related("group", "person"))
    for membership in lapsed:
        end_membership(membership, by=None)
    return len(lapsed)


def relatives_here_for(membership: Membership) -> list[Membership]:
    """The relatives in the same group who have no other patient there."""
    if membership.role != MembershipRole.PATIENT:
        return []
    here = membership.group.memberships.filter(ended_at=None)
    others = here.filter(role=MembershipRole.PATIENT).exclude(pk=membership.pk)
    of_others = Relation.objects.filter(ended_at=None, patient__in=others.values("person"))
    theirs = Relation.objects.filter(patient=membership.person)
    return list(
        here.filter(role=MembershipRole.RELATIVE, person__in=theirs.values("relative"))
        .exclude(person__in=of_others.values("relative"))
        .select_related("group", "person")
    )


def seats_taken(
    group: TherapyGroup, from_on: date | None = None, until_on: date | None = None, but=None
) -> int:
    """The most patients who have a seat on any one day between two days, from today on."""
    today = today_at(group.program.site)
    from_on = max(from_on or today, today)
    stays = group.memberships.filter(role=MembershipRole.PATIENT, ended_at=None).exclude(pk=but)
    days = [(first, last or date.max) for first, last in stays.values_list("from_on", "until_on")]
    starts = {from_on} | {first for first, _last in days if from_on <= first <= (until_on or date.max)}
    return max(sum(first <= day <= last for first, last in days) for day in starts)


def usual_name(person, role) -> str:
    """The name that others see unless they choose another: theirs for peers, or the first of their names."""
    if person.peer_name:
        return person.peer_name
    return person.name[:40] if role in STAFF_SEATS else person.name.split()[0][:40]


def free_name(group: TherapyGroup, person, wanted: str, but=None) -> str:
    """A name like `wanted` that nobody in `group` is shown by: 'Sam B.', or 'Sam 2'."""
    taken = _names_in(group, but)
    last = person.name.split()[-1]
    ideas = [f"{wanted[:36]} {last[0]}."] if len(person.name.split()) > 1 else []
    ideas += [f"{wanted[:36]} {number}" for number in range(2, len(taken) + 3)]
    return next(idea for idea in ideas if idea.casefold() not in taken)


def hold(group: TherapyGroup) -> None:
    """Hold the group's row as it is now, so that two coordinators cannot both give away its last seat."""
    rows = TherapyGroup.objects.select_for_update()
    group.refresh_from_db(fields=["maximum_size", "ended_at"], from_queryset=rows)
    if group.ended_at is not None:
        raise AlreadyEnded(_("This group has ended."))


def _check_seat(membership: Membership) -> None:
    match membership.role:
        case MembershipRole.PATIENT:
            _check_patient(membership)
        case MembershipRole.RELATIVE:
            _check_relative(membership)
        case _:
            _check_staff(membership)


def _check_patient(membership: Membership) -> None:
    program = membership.group.program_id
    if not membership.person.enrolments.filter(program=program, ended_at=None).exists():
        words = _("%(name)s is not a patient of this program.")
        raise NotForThem({"person": words % {"name": membership.person.name}})


def _check_relative(membership: Membership) -> None:
    if membership.group.kind != GroupKind.FAMILY:
        raise NotForThem({"person": _("Only a family group has seats for relatives.")})
    patients = membership.group.memberships.filter(role=MembershipRole.PATIENT, ended_at=None)
    theirs = membership.person.relative_of.filter(ended_at=None).values("patient")
    theirs_here = patients.filter(person__in=theirs)
    if not theirs_here:
        words = _("%(name)s is not a relative of a patient in this group.")
        raise NotForThem({"person": words % {"name": membership.person.name}})
    last = max(patient.until_on or date.max for patient in theirs_here)
    if last < (membership.until_on or date.max):
        membership.until_on = last


def _check_staff(membership: Membership) -> None:
    work = Assignment.objects.current().filter(person=membership.person, program=membership.group.program_id)
    if not work.exclude(role=RoleName.PRIVACY_OFFICER).exists():
        words = _("%(name)s does not work in this program.")
        raise NotForThem({"person": words % {"name": membership.person.name}})


def _check_days(membership: Membership) -> None:
    if membership.until_on is None:
        return
    if membership.until_on < membership.from_on:
        raise DaysMixedUp({"until_on": _("The last day comes before the first. Choose a later day.")})
    if membership.until_on < today_at(membership.group.program.site):
        raise DaysMixedUp({"until_on": _("That day has passed. To end it now, use End membership.")})


def _check_room(membership: Membership) -> None:
    group = membership.group
    if membership.role != MembershipRole.PATIENT:
        return
    if seats_taken(group, membership.from_on, membership.until_on, membership.pk) >= group.maximum_size:
        words = _("All %(count)d seats for patients are taken then. Choose other days or another group.")
        raise GroupFull({"person": words % {"count": group.maximum_size}})


def _check_name(membership: Membership) -> None:
    group, name = membership.group, membership.shown_as
    if name.casefold() in _names_in(group, membership.pk):
        free = free_name(group, membership.person, name, membership.pk)
        words = _("Someone in this group is already shown as %(name)s. %(free)s is free.")
        raise NameTaken({"shown_as": words % {"name": name, "free": free}})


def _names_in(group: TherapyGroup, but=None) -> set[str]:
    names = group.memberships.filter(ended_at=None).exclude(pk=but).values_list("shown_as", flat=True)
    return {name.casefold() for name in names}


def _bring_relatives_along(membership: Membership, by) -> None:
    """A relative never stays longer than the patient they are here for."""
    if membership.until_on is None:
        return
    for relative in relatives_here_for(membership):
        if relative.until_on is None or relative.until_on > membership.until_on:
            relative.until_on = membership.until_on
            relative.save(update_fields=["until_on"])
            _tell("membership.changed", relative, by, fields=["until_on"])


def _tell(action: str, membership: Membership, by, **detail) -> None:
    record(action, by, membership, **_names(membership), **detail)
    signals.membership_changed.send(Membership, membership=membership, by=by)


def _names(membership: Membership) -> dict:
    return {
        "group": str(membership.group.code),
        "person": str(membership.person.code),
        "role": str(membership.role),
    }
