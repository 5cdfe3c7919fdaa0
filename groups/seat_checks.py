"""What somebody must have done before they are given a seat. Groups asks; the rooms above know.

An upper room appends its check in `ready()`. A check takes some current memberships, of one group or of many,
each with its `group` at hand, and returns what is missing by membership, in a fixed number of queries.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from groups.models import Membership, TherapyGroup


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: its code, what to call it, where it is put right, and for which group."""

    code: str
    words: str
    link: str
    about: str = ""


Check = Callable[[list[Membership]], dict[int, list[Missing]]]
seat_checks: list[Check] = []


def missing_among(group: TherapyGroup, memberships: Iterable[Membership]) -> dict[int, list[Missing]]:
    """Return what is missing by the key of each membership of `group`; those who have all are not in it."""
    memberships = list(memberships)
    for membership in memberships:
        membership.group = group
    return missing_in(memberships)


def missing_in(memberships: list[Membership]) -> dict[int, list[Missing]]:
    """The same for memberships of many groups, each with its group loaded."""
    missing: dict[int, list[Missing]] = {}
    for check in seat_checks:
        for membership, things in check(memberships).items():
            missing.setdefault(membership, []).extend(things)
    return missing


def missing_for(person, group: TherapyGroup) -> list[Missing]:
    """Return what `person` still has to do before a seat in `group`. Nothing for who does not belong."""
    memberships = list(group.memberships.current().filter(person_id=person.pk))
    return [thing for things in missing_among(group, memberships).values() for thing in things]


Warning = Callable[[TherapyGroup, User, date, date | None], list[str]]
seat_warnings: list[Warning] = []


def warnings_before(group: TherapyGroup, person: User, from_on: date, until_on: date | None) -> list[str]:
    """What to think of before `person` gets a seat. Upper rooms append to `seat_warnings`."""
    return [words for warn in seat_warnings for words in warn(group, person, from_on, until_on)]
