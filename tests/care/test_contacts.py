import uuid

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Role
from audit.models import AuditEntry
from care.models import EmergencyContact
from groups.models import Assignment, Enrolment, Membership, Program
from groups.seat_checks import missing_for

ADD = "/my-care/contacts/add/"
PAULA = {"name": "Paula Ríos", "relation": "friend", "phone": "(978) 555-0199"}


@pytest.fixture
def contact(cast):
    return EmergencyContact.objects.get(patient=cast.june)


def of(person) -> str:
    return f"/people/{person.code}/contacts/"


def test_june_adds_someone_and_thereby_allows_the_call(cast, signed_in):
    assert signed_in(cast.june).post(ADD, PAULA).url == "/my-care/"
    paula = EmergencyContact.objects.latest("pk")
    assert (paula.patient, paula.name, paula.phone) == (cast.june, "Paula Ríos", "(978) 555-0199")
    assert paula.may_call_since
    with connection.cursor() as cursor:
        cursor.execute("select name, phone from care_emergencycontact where id = %s", [paula.pk])
        assert all(b"Paula" not in bytes(cell) and b"555" not in bytes(cell) for cell in cursor.fetchone())
    entry = AuditEntry.objects.get(action="emergency_contact.added")
    assert "Paula" not in str(vars(entry))


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"name": ""}, "Fill this in."),
        ({"phone": "555"}, "Write the whole number"),
        ({"phone": "ask my sister"}, "Write the whole number"),
        ({"relation": "x" * 61}, "at most 60"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_is_kept(cast, signed_in, wrong, words):
    page = signed_in(cast.june).post(ADD, PAULA | wrong)
    assert page.status_code == 200
    assert words in page.content.decode()
    kept = next(value for name, value in PAULA.items() if name not in wrong)
    assert kept in page.content.decode()
    assert EmergencyContact.objects.filter(patient=cast.june).count() == 1


def test_june_changes_a_number_and_the_trail_names_the_field_only(cast, signed_in, contact):
    path = f"/my-care/contacts/{contact.code}/"
    browser = signed_in(cast.june)
    assert "978-555-0101" in browser.get(path).content.decode()
    browser.post(path, {"name": "Rosa", "relation": "mother", "phone": "978-555-7777"})
    contact.refresh_from_db()
    assert contact.phone == "978-555-7777"
    assert AuditEntry.objects.get(action="emergency_contact.changed").detail == {"fields": ["phone"]}


def test_one_taken_back_is_seen_by_nobody_and_asked_for_again(cast, signed_in, contact):
    browser, path = signed_in(cast.june), f"/my-care/contacts/{contact.code}/"
    assert "This is the only one." in browser.get(path + "withdraw/").content.decode()
    assert browser.post(path + "withdraw/").url == "/my-care/"
    assert [missing.code for missing in missing_for(cast.june, cast.tuesday)] == ["emergency_contact"]
    assert "978-555-0101" not in signed_in(cast.maya).get(of(cast.june)).content.decode()
    assert browser.get(path).status_code == 404
    contact.refresh_from_db()
    assert contact.withdrawn_at and contact.may_call_since is None


def test_nobody_else_changes_or_takes_back_a_contact(cast, signed_in, contact):
    for who in (cast.theo, cast.omar, cast.rosa, cast.maya, cast.ines, cast.ada):
        browser = signed_in(who)
        for path in (f"/my-care/contacts/{contact.code}/", f"/my-care/contacts/{contact.code}/withdraw/"):
            theirs, nobodys = (
                browser.get(path),
                browser.get(path.replace(str(contact.code), str(uuid.uuid4()))),
            )
            assert theirs.status_code == nobodys.status_code == 404
            assert theirs.content == nobodys.content
            assert browser.post(path, PAULA).status_code == 404
    contact.refresh_from_db()
    assert contact.phone == "978-555-0101"


@pytest.mark.parametrize("who", ["rosa", "maya"])
def test_only_patients_have_contacts(cast, signed_in, who):
    assert signed_in(getattr(cast, who)).get(ADD).status_code == 404


@pytest.mark.parametrize("who", ["maya", "ines", "cole"])
def test_the_care_team_reads_whom_to_call_and_that_is_recorded(cast, signed_in, who):
    person = getattr(cast, who)
    page = signed_in(person).get(of(cast.june))
    assert page.status_code == 200
    assert "978-555-0101" in page.content.decode()
    assert "June" not in page.content.decode().split("</title>")[0]
    entry = AuditEntry.objects.get(action="emergency_contact.read")
    assert (entry.actor, entry.about) == (str(person.code), str(cast.june.code))


@pytest.mark.parametrize("who", ["sam", "theo", "omar", "rosa", "june", "ada"])
def test_whoever_is_not_of_the_care_team_cannot_tell_that_the_patient_exists(cast, signed_in, who):
    browser = signed_in(getattr(cast, who))
    theirs, nobodys = browser.get(of(cast.june)), browser.get(f"/people/{uuid.uuid4()}/contacts/")
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.content == nobodys.content
    assert not AuditEntry.objects.filter(action="emergency_contact.read").exists()


def test_staff_of_another_program_cannot_read_them(cast, signed_in):
    elsewhere = Program.objects.create(site=cast.site, name="Elsewhere")
    Assignment.objects.filter(person=cast.ines).update(program=elsewhere)
    assert signed_in(cast.ines).get(of(cast.june)).status_code == 404


def test_access_that_ended_stays_ended(cast, signed_in):
    maya, ines = signed_in(cast.maya), signed_in(cast.ines)
    assert maya.get(of(cast.june)).status_code == ines.get(of(cast.june)).status_code == 200
    Membership.objects.filter(person=cast.maya).update(ended_at=timezone.now())
    Role.objects.filter(person=cast.ines).update(ended_at=timezone.now())
    assert maya.get(of(cast.june)).status_code == ines.get(of(cast.june)).status_code == 404


def test_a_patient_who_left_every_group_and_program_is_nobodys_to_read(cast, signed_in):
    Membership.objects.filter(person=cast.june).update(ended_at=timezone.now())
    assert signed_in(cast.maya).get(of(cast.june)).status_code == 404
    assert signed_in(cast.ines).get(of(cast.june)).status_code == 200, "still enrolled"
    Enrolment.objects.filter(patient=cast.june).update(ended_at=timezone.now())
    assert signed_in(cast.ines).get(of(cast.june)).status_code == 404
