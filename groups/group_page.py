"""What rooms upstairs add to a group's page: its meetings, one day its measures.

Each fills `additions` in its `ready()` with a function of the reader and the group, so that this room
need not know who is above it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from accounts.models import User
from groups.models import TherapyGroup


@dataclass(frozen=True)
class Addition:
    """Two templates, a fact for the glance on top and a section beside the members; both get `facts`."""

    fact: str
    section: str
    facts: dict = field(default_factory=dict)


additions: list[Callable[[User, TherapyGroup], Addition]] = []


def additions_for(person: User, group: TherapyGroup) -> list[Addition]:
    """What the rooms upstairs show `person` about `group`."""
    return [add(person, group) for add in additions]
