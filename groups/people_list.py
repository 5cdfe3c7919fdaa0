"""What the people pages show of each person, in a fixed number of queries."""

from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import outbox
from accounts.models import Invitation, Role, RoleName, User

STATES = {
    "here": (_("Here"), "good", "check"),
    "invited": (_("Invited"), "now", "clock"),
    "ran_out": (_("Invitation ran out"), "caution", "alert"),
    "closed": (_("Closed"), "", "lock"),
}


@dataclass
class Listed:
    person: User
    roles: list[str] = field(default_factory=list)
    state: str = "here"
    gets_no_mail: bool = False

    @property
    def words(self):
        return STATES[self.state][0]

    @property
    def tone(self):
        return STATES[self.state][1]

    @property
    def icon(self):
        return STATES[self.state][2]


def listed(people) -> list[Listed]:
    """Each person with their roles, and whether they have come in."""
    found = {person.pk: Listed(person) for person in people}
    for role in Role.objects.filter(person__in=found, ended_at=None).order_by("pk"):
        found[role.person_id].roles.append(RoleName(role.role).label)
    newest = {}
    for invitation in Invitation.objects.filter(person__in=found, is_offer=False).order_by("pk"):
        newest[invitation.person_id] = invitation
    for pk, entry in found.items():
        entry.state = state_of(entry.person, newest.get(pk))
    for pk in outbox.stuck().filter(person__in=found).values_list("person", flat=True):
        found[pk].gets_no_mail = True
    return list(found.values())


def state_of(person: User, newest: Invitation | None) -> str:
    if not person.is_active:
        return "closed"
    if person.last_login or newest is None or newest.accepted_at:
        return "here"
    is_open = newest.withdrawn_at is None and newest.expires_at > timezone.now()
    return "invited" if is_open else "ran_out"


def search(people, words: str = "", role: str = "", mail: str = ""):
    """Narrow a list of people by what a coordinator typed."""
    if mail:
        people = people.filter(pk__in=outbox.stuck().order_by().values("person"))
    if role:
        people = people.filter(roles__role=role, roles__ended_at=None)
    for word in words.split():
        people = people.filter(Q(name__icontains=word) | Q(email__icontains=word))
    return people.distinct().order_by("name", "pk")
