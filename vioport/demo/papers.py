"""What the demo's patients and relatives signed before their first meeting, and whom we may call for them."""

from accounts.models import RoleName, User
from care.access import WHO_SIGNS
from care.models import AgreementKind
from care.services.agreements import agree, in_force_for
from care.services.contacts import add_contact
from care.texts import needs_confidentiality, text_of
from groups.models import TherapyGroup

CONTACTS = {
    "june": ("Rosa Parker", "mother", "978-555-0142"),
    "omar": ("Samira Haddad", "sister", "978-555-0117"),
    "theo": ("Grace Lin", "neighbor", "978-555-0163"),
}
SOMEONE = ("Alex Reed", "friend", "978-555-0190")
NOT_YET = "hana"  # so that one can see what is asked before a seat


def sign_everything(people: dict[str, User], groups: dict[str, TherapyGroup]) -> None:
    """Leave nothing missing before anyone's seat but Hana's. Safe to run again."""
    for group in groups.values():
        signing = group.memberships.filter(role__in=WHO_SIGNS, ended_at=None)
        for membership in signing.exclude(person=people[NOT_YET]):
            sign(membership.person, AgreementKind.TELEHEALTH)
            if needs_confidentiality(group):
                sign(membership.person, AgreementKind.GROUP_CONFIDENTIALITY, group)
    for key, person in people.items():
        if (
            key != NOT_YET
            and person.has_role(RoleName.PATIENT)
            and not person.emergency_contacts.current().exists()
        ):
            name, relation, phone = CONTACTS.get(key, SOMEONE)
            add_contact(person, name=name, relation=relation, phone=phone)


def sign(person: User, kind: str, group: TherapyGroup | None = None) -> None:
    if not in_force_for(person, kind, group):
        agree(person, text_of(kind, group, person.language), typed_name=person.name, group=group)
