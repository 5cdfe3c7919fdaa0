"""Agreeing to a text, taking it back, and what is still to be agreed to before a seat."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from care import signals
from care.access import WHO_SIGNS
from care.models import Agreement, AgreementKind, AgreementText, EmergencyContact
from care.texts import (
    Text,
    digests_asked_for,
    digests_in_force,
    needs_confidentiality,
    says_chat_is_kept,
)
from groups.models import Membership, MembershipRole, TherapyGroup
from groups.seat_checks import Missing, missing_in

TELEHEALTH, CONFIDENTIALITY = AgreementKind.TELEHEALTH, AgreementKind.GROUP_CONFIDENTIALITY


@transaction.atomic
def agree(person, text: Text, *, typed_name: str, group: TherapyGroup | None = None) -> Agreement:
    """Write down that `person` agreed to `text`, about `group` where the text is the group's."""
    AgreementText.objects.get_or_create(digest=text.digest, defaults={"words": text.words})
    agreement = Agreement.objects.create(
        person=person,
        kind=text.kind,
        about=group.code if group else None,
        version=text.version,
        text_hash=text.digest,
        language=text.language,
        typed_name=typed_name,
    )
    names = {"kind": text.kind, "version": text.version, "text": text.digest}
    record("agreement.agreed", person, agreement, group=group, **names)
    return agreement


@transaction.atomic
def withdraw(agreement: Agreement, by) -> None:
    """Take back an agreement, and every earlier one to the same thing. Whoever sits there is shown out."""
    same = Agreement.objects.standing().filter(
        person=agreement.person_id, kind=agreement.kind, about=agreement.about
    )
    if not same.update(withdrawn_at=timezone.now()):
        return
    agreement.refresh_from_db(fields=["withdrawn_at"])
    record("agreement.withdrawn", by, agreement, kind=agreement.kind, version=agreement.version)
    signals.agreement_withdrawn.send(Agreement, agreement=agreement, person=agreement.person)


def in_force_for(person, kind: str, group: TherapyGroup | None = None) -> Agreement | None:
    """Return the agreement of `person` to the text as it is shown today, or None."""
    mine = Agreement.objects.standing().filter(person=person, kind=kind, about=group.code if group else None)
    return mine.filter(text_hash__in=digests_asked_for(kind, group)).order_by("agreed_at").first()


def still_to_do(person, *groups: TherapyGroup) -> list[Missing]:
    """Return what is asked of `person` for these groups, or for all of theirs. What must be comes first."""
    memberships = Membership.objects.current().filter(
        person=person, role__in=WHO_SIGNS, group__ended_at=None, group__program__ended_at=None
    )
    if groups:
        memberships = memberships.filter(group__in=groups)
    mine = list(memberships.select_related("group__program").order_by("group__name"))
    missing = [thing for things in missing_in(mine).values() for thing in things]
    return list(dict.fromkeys([*missing, *_chat_still_to_agree(mine, missing)]))


def _chat_still_to_agree(memberships: list[Membership], missing: list[Missing]) -> Iterator[Missing]:
    """Who agreed to all but to what is kept of the chat is asked for that too. They need not."""
    asked = {thing.link for thing in missing}
    for membership in memberships:
        group, link = membership.group, _link_to_sign(membership.group)
        if link in asked or not says_chat_is_kept(CONFIDENTIALITY, group):
            continue
        if not all_let_chat_be_kept(group, [membership.person_id]):
            yield Missing("kept_chat", _("Agree that the chat is kept"), link, group.name)


def all_let_chat_be_kept(group: TherapyGroup, people: Iterable[int]) -> bool:
    """Whether each of these has agreed that what is written in the room of `group` is kept."""
    if not says_chat_is_kept(CONFIDENTIALITY, group):
        return False
    agreed = Agreement.objects.standing().filter(
        person__in=people, about=group.code, text_hash__in=digests_asked_for(CONFIDENTIALITY, group)
    )
    return set(people) == set(agreed.values_list("person", flat=True))


def _link_to_sign(group: TherapyGroup) -> str:
    return reverse("agree_in_group", args=[CONFIDENTIALITY.value, group.code])


def check_seats(memberships: list[Membership]) -> dict[int, list[Missing]]:
    """What is missing before a seat. Staff need nothing; relatives need no contact of their own."""
    signing = [membership for membership in memberships if membership.role in WHO_SIGNS]
    if not signing:
        return {}
    people = {membership.person_id for membership in signing}
    agreed = _agreed({membership.group for membership in signing}, people)
    reachable = set(
        EmergencyContact.objects.current().filter(patient__in=people).values_list("patient", flat=True)
    )
    missing = {
        membership.pk: list(_missing(membership, agreed.get(membership.person_id, set()), reachable))
        for membership in signing
    }
    return {membership: things for membership, things in missing.items() if things}


def _agreed(groups: set[TherapyGroup], people: set[int]) -> dict[int, set[tuple]]:
    """Return, by person, what they agreed to (kind, and the group it is about) as the texts are today."""
    in_force: dict[tuple[str, UUID | None], set[str]] = {
        (TELEHEALTH.value, None): digests_in_force(TELEHEALTH)
    }
    for group in groups:
        in_force[CONFIDENTIALITY.value, group.code] = digests_in_force(CONFIDENTIALITY, group)
    agreed: dict[int, set[tuple]] = {}
    rows = Agreement.objects.standing().filter(person__in=people)
    for person, kind, about, digest in rows.values_list("person", "kind", "about", "text_hash"):
        if digest in in_force.get((kind, about), ()):
            agreed.setdefault(person, set()).add((kind, about))
    return agreed


def _missing(membership: Membership, agreed: set[tuple], reachable: set[int]):
    group = membership.group
    if (TELEHEALTH.value, None) not in agreed:
        yield Missing("telehealth", _("Agree to meeting by video"), reverse("agree", args=[TELEHEALTH.value]))
    if needs_confidentiality(group) and (CONFIDENTIALITY.value, group.code) not in agreed:
        words = _("Agree to keep what is said in group")
        yield Missing("confidentiality", words, _link_to_sign(group), group.name)
    if membership.role == MembershipRole.PATIENT and membership.person_id not in reachable:
        yield Missing("emergency_contact", _("Tell us whom we may call"), reverse("add_contact"))
