"""What somebody must have done before they are given a seat. Groups asks; the rooms above know.

An upper room appends its check in `ready()`. A check takes a group and some of its current memberships and
returns, by membership, what is missing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from groups.models import Membership, TherapyGroup


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: its code, what to call it, where it is put right, and for which group."""

    code: str
    words: str
    link: str
    about: str = ""


Check = Callable[[TherapyGroup, list[Membership]], dict[int, list[Missing]]]
seat_checks: list[Check] = []


def missing_among(group: TherapyGroup, memberships: Iterable[Membership]) -> dict[int, list[Missing]]:
    """Return what is missing by the key of each membership; those who have all are not in it."""
    memberships = list(memberships)
    missing: dict[int, list[Missing]] = {}
    for check in seat_checks:
        for membership, things in check(group, memberships).items():
            missing.setdefault(membership, []).extend(things)
    return missing


def missing_for(person, group: TherapyGroup) -> list[Missing]:
    """Return what `person` still has to do before a seat in `group`. Nothing for who does not belong."""
    memberships = list(group.memberships.current().filter(person_id=person.pk))
    return [thing for things in missing_among(group, memberships).values() for thing in things]
