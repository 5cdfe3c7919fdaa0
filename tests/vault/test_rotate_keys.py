import base64
import io

import pytest
from django.core.management import CommandError, call_command

from care.models import EmergencyContact
from vault import rotation
from vault.models import DataKey
from vault.sealing import new_key

NEW = "k2:" + base64.urlsafe_b64encode(bytes(range(100, 132))).decode()


@pytest.fixture
def contacts(cast):
    EmergencyContact.objects.all().delete()
    return [
        EmergencyContact.objects.create(patient=cast.june, name=f"Name {n}", relation="", phone="1")
        for n in range(5)
    ]


def rotate():
    out, err = io.StringIO(), io.StringIO()
    call_command("rotate_keys", stdout=out, stderr=err)
    return out.getvalue()


def test_after_rotation_the_old_key_can_be_taken_away(contacts, settings):
    settings.FIELD_KEYS = [NEW, *settings.FIELD_KEYS]
    report = rotate()
    assert "care.EmergencyContact.name: sealed again 5, left 0" in report
    settings.FIELD_KEYS = [NEW]
    assert {contact.name for contact in EmergencyContact.objects.all()} == {f"Name {n}" for n in range(5)}


def test_a_second_run_has_nothing_to_do(contacts, settings):
    settings.FIELD_KEYS = [NEW, *settings.FIELD_KEYS]
    rotate()
    assert "care.EmergencyContact.name: sealed again 0, left 0" in rotate()


def test_a_stopped_run_goes_on_where_it_was(contacts, settings, monkeypatch):
    settings.FIELD_KEYS = [NEW, *settings.FIELD_KEYS]
    monkeypatch.setattr(rotation, "BATCH", 2)
    field = EmergencyContact._meta.get_field("name")
    assert next(rotation.rotate_field(EmergencyContact, field)) == 2
    assert rotation.count_left(EmergencyContact, field) == 3
    assert sum(rotation.rotate_field(EmergencyContact, field)) == 3


def test_what_somebody_writes_meanwhile_is_not_undone(contacts, settings):
    settings.FIELD_KEYS = [NEW, *settings.FIELD_KEYS]
    field = EmergencyContact._meta.get_field("name")
    pk, old = rotation._under_older_keys(EmergencyContact, field)[0]
    EmergencyContact.objects.filter(pk=pk).update(name="Newer")
    assert rotation._seal_again(EmergencyContact, field, pk, bytes(old), []) == 0
    assert EmergencyContact.objects.get(pk=pk).name == "Newer"


def test_a_row_whose_key_is_gone_is_reported_and_the_rest_is_done(contacts, settings):
    sealed_before = settings.FIELD_KEYS
    settings.FIELD_KEYS = [NEW]
    EmergencyContact.objects.filter(pk=contacts[0].pk).update(name="Only under k2")
    settings.FIELD_KEYS = sealed_before
    with pytest.raises(CommandError, match="1 rows are still under an older key"):
        rotate()


def test_what_a_session_key_sealed_outlives_rotation(db, settings):
    key = new_key()
    sealed = key.seal(b"said", b"1")
    settings.FIELD_KEYS = [NEW, *settings.FIELD_KEYS]
    rotate()
    settings.FIELD_KEYS = [NEW]
    assert DataKey.objects.get(pk=key.pk).open(sealed, b"1") == b"said"


def test_what_a_room_seals_elsewhere_is_sealed_again_too(db, monkeypatch):
    monkeypatch.setitem(rotation.further, "second factors", lambda: (3, 0))
    assert "second factors: sealed again 3, left 0" in rotate()
    monkeypatch.setitem(rotation.further, "second factors", lambda: (0, 2))
    with pytest.raises(CommandError, match="2 rows are still under an older key"):
        rotate()
