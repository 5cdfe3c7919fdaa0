"""May this person see, or change, this paper or contact? The only way for a view to get one."""

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from accounts.models import RoleName
from care.models import Agreement, AgreementKind, EmergencyContact, patients_of
from care.texts import needs_confidentiality
from groups.access import NotYours
from groups.models import MembershipRole, TherapyGroup

WHO_SIGNS = frozenset({MembershipRole.PATIENT, MembershipRole.RELATIVE})


def own_papers_of(person) -> QuerySet[Agreement]:
    """Return what `person` agreed to and did not take back, newest first. For patients and relatives."""
    if not person.has_role(RoleName.PATIENT, RoleName.RELATIVE):
        raise NotYours
    return Agreement.objects.standing().filter(person=person).order_by("-agreed_at")


def own_agreement_for(person, code) -> Agreement:
    """Return an agreement that `person` made and that still stands."""
    return _the_one(own_papers_of(person), code=code)


def group_to_sign_for(person, kind: str, group_code) -> TherapyGroup | None:
    """Return the group whose agreement `person` is asked for; None for a kind that is about no group."""
    own_papers_of(person)
    if kind not in AgreementKind.values:
        raise NotYours
    if (kind == AgreementKind.GROUP_CONFIDENTIALITY) != (group_code is not None):
        raise NotYours
    if group_code is None:
        return None
    theirs = person.memberships.filter(ended_at=None, role__in=WHO_SIGNS, group__ended_at=None)
    group = _the_one(TherapyGroup.objects.filter(pk__in=theirs.values("group")), code=group_code)
    if not needs_confidentiality(group):
        raise NotYours
    return group


def own_contacts_of(person) -> QuerySet[EmergencyContact]:
    """Return whom the team may call for `person`, who must be a patient."""
    if not person.has_role(RoleName.PATIENT):
        raise NotYours
    return EmergencyContact.objects.current().filter(patient=person).order_by("added_at")


def own_contact_for(person, code) -> EmergencyContact:
    return _the_one(own_contacts_of(person), code=code)


def patient_for(person, code):
    """Return the patient `code` if `person` is part of their care team today."""
    return _the_one(get_user_model().objects.filter(pk__in=patients_of(person)), code=code)


def contacts_for(person, patient) -> QuerySet[EmergencyContact]:
    """Return whom `person` may call for `patient`."""
    return EmergencyContact.objects.visible_to(person).filter(patient=patient).order_by("added_at")


def _the_one(things, **which):
    thing = things.filter(**which).first()
    if thing is None:
        raise NotYours
    return thing
