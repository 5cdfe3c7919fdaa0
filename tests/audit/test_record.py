from datetime import date, timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from audit.models import AuditEntry
from audit.services import LONGEST_NAME, digest_of, record, record_read
from groups.models import MembershipRole


def test_an_act_is_written_with_who_what_and_whose_matter_it_is(cast):
    membership = cast.june.memberships.get()
    record("membership.ended", cast.maya, membership, role=MembershipRole.PATIENT, on=date(2026, 11, 22))
    entry = AuditEntry.objects.get()
    assert entry.actor == str(cast.maya.code)
    assert (entry.subject_kind, entry.subject) == ("membership", str(membership.pk))
    assert entry.about == str(cast.june.code)
    assert entry.detail == {"role": "patient", "on": "2026-11-22"}


def test_a_person_is_their_own_matter_unless_told_otherwise(cast):
    record("signed_in", cast.june, cast.june)
    record("group.read", cast.maya, cast.tuesday, about=cast.omar)
    record("sign_in.failed", None, None)
    assert list(AuditEntry.objects.values_list("about", flat=True)) == [
        str(cast.june.code),
        str(cast.omar.code),
        "",
    ]


def test_the_digest_holds_after_the_database_gave_the_row_back(cast):
    record("group.changed", cast.ines, cast.tuesday, fields=["name", "é"], size=8, sure=True, none=None)
    entry = AuditEntry.objects.get()
    assert digest_of(entry) == bytes(entry.digest)


def test_what_people_wrote_is_refused(cast):
    with pytest.raises(ValueError, match="names and never words"):
        record("note.written", cast.maya, cast.june, text="x" * (LONGEST_NAME + 1))


def test_a_change_that_was_undone_leaves_no_entry(cast):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("group.ended", cast.ines, cast.tuesday)
        raise ZeroDivisionError
    assert not AuditEntry.objects.exists()


def test_a_page_reloaded_is_one_reading(cast):
    assert record_read(cast.maya, cast.june, "emergency_contact")
    assert record_read(cast.maya, cast.june, "emergency_contact") is None
    assert record_read(cast.ines, cast.june, "emergency_contact")
    assert record_read(cast.maya, cast.omar, "emergency_contact")
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert record_read(cast.maya, cast.june, "emergency_contact")
    assert AuditEntry.objects.filter(action="emergency_contact.read").count() == 4
