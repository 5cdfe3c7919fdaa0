"""Whom the team may call for a patient. To add someone is to allow the call; to withdraw ends it."""

from django.db import transaction
from django.utils import timezone

from audit.services import record
from care.models import EmergencyContact


@transaction.atomic
def add_contact(patient, *, name: str, relation: str, phone: str) -> EmergencyContact:
    contact = EmergencyContact.objects.create(
        patient=patient, name=name, relation=relation, phone=phone, may_call_since=timezone.now()
    )
    record("emergency_contact.added", patient, contact)
    return contact


@transaction.atomic
def change_contact(contact: EmergencyContact, by, **fields: str) -> None:
    """Change what differs, and write down which fields, never what they say."""
    differing = [name for name, value in fields.items() if getattr(contact, name) != value]
    for name in differing:
        setattr(contact, name, fields[name])
    if differing:
        contact.save(update_fields=differing)
        record("emergency_contact.changed", by, contact, fields=differing)


@transaction.atomic
def withdraw_contact(contact: EmergencyContact, by) -> None:
    """From now on nobody may call this person, and nobody sees them."""
    current = EmergencyContact.objects.current().filter(pk=contact.pk)
    if current.update(withdrawn_at=timezone.now(), may_call_since=None):
        record("emergency_contact.withdrawn", by, contact)
