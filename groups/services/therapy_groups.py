"""Therapy groups: begun, changed, ended."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from audit.services import record
from groups import signals
from groups.models import Program, TherapyGroup
from groups.refusals import GroupFull
from groups.services import memberships


@transaction.atomic
def start_group(program: Program, *, by, **facts) -> TherapyGroup:
    """Begin a group of `program`."""
    group = TherapyGroup.objects.create(program=program, **facts)
    record("group.started", by, group, program=str(program.code))
    return group


@transaction.atomic
def change_group(group: TherapyGroup, *, by, **facts) -> bool:
    """Change facts about a group. Returns whether anything differs. Nobody loses a seat by it."""
    memberships.hold(group)
    differing = sorted(name for name, value in facts.items() if getattr(group, name) != value)
    if not differing:
        return False
    if "maximum_size" in differing:
        _keep_room_for_all(group, facts["maximum_size"])
    for name in differing:
        setattr(group, name, facts[name])
    group.save(update_fields=differing)
    record("group.changed", by, group, fields=differing)
    return True


@transaction.atomic
def end_group(group: TherapyGroup, *, by) -> None:
    """End a group: everyone's membership ends, and rooms upstairs cancel what was planned."""
    memberships.hold(group)
    for membership in group.memberships.filter(ended_at=None).select_related("person", "group"):
        memberships.end_membership(membership, by=by)
    group.ended_at = timezone.now()
    group.save(update_fields=["ended_at"])
    record("group.ended", by, group)
    signals.group_ended.send(TherapyGroup, group=group, by=by)


def _keep_room_for_all(group: TherapyGroup, maximum: int) -> None:
    taken = memberships.seats_taken(group)
    if maximum < taken:
        raise GroupFull(
            {
                "maximum_size": ngettext(
                    "%(count)d patient has a seat here. Choose %(count)d or more.",
                    "%(count)d patients have seats here. Choose %(count)d or more.",
                    taken,
                )
                % {"count": taken}
            }
        )
