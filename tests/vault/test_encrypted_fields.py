import base64

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from django.forms import Textarea, modelform_factory

from care.models import EmergencyContact
from groups.models import Site
from vault import keyring
from vault.fields import EncryptedJSONField, EncryptedTextField

OLD = "k1:" + base64.urlsafe_b64encode(bytes(range(32))).decode()
NEW = "k2:" + base64.urlsafe_b64encode(bytes(range(100, 132))).decode()


@pytest.fixture
def contact(cast):
    return EmergencyContact.objects.create(
        patient=cast.june, name="Rosa Marín", relation="mother", phone="978-555-0101"
    )


def stored(contact, column):
    with connection.cursor() as cursor:
        cursor.execute(f"select {column} from care_emergencycontact where id = %s", [contact.pk])
        return bytes(cursor.fetchone()[0])


def overwrite(contact, column, sealed):
    with connection.cursor() as cursor:
        cursor.execute(f"update care_emergencycontact set {column} = %s where id = %s", [sealed, contact.pk])


def test_the_database_holds_no_word_of_it(contact):
    assert "Marín".encode() not in stored(contact, "name")
    assert stored(contact, "name").startswith(b"v1:")
    assert EmergencyContact.objects.get(pk=contact.pk).name == "Rosa Marín"


def test_a_changed_byte_is_noticed(contact):
    sealed = bytearray(stored(contact, "name"))
    sealed[-1] ^= 1
    overwrite(contact, "name", bytes(sealed))
    with pytest.raises(keyring.Tampered):
        EmergencyContact.objects.get(pk=contact.pk)


@pytest.mark.parametrize("junk", [b"", b"v1", b"v1:k1:short", b"plain text", b"v2:k1:" + bytes(40)])
def test_whatever_else_stands_there_is_never_taken_for_text(contact, junk):
    overwrite(contact, "name", junk)
    with pytest.raises((keyring.Tampered, keyring.UnknownKey)):
        EmergencyContact.objects.get(pk=contact.pk)


def test_what_was_sealed_for_one_column_does_not_open_in_another(contact):
    overwrite(contact, "relation", stored(contact, "name"))
    with pytest.raises(keyring.Tampered):
        EmergencyContact.objects.get(pk=contact.pk)


def test_a_key_that_is_gone_is_named_without_showing_any(contact, settings):
    settings.FIELD_KEYS = [NEW]
    with pytest.raises(keyring.UnknownKey, match="k1 is not in FIELD_KEYS"):
        EmergencyContact.objects.get(pk=contact.pk)


def test_an_older_key_still_opens(contact, settings):
    settings.FIELD_KEYS = [NEW, *settings.FIELD_KEYS]
    assert EmergencyContact.objects.get(pk=contact.pk).phone == "978-555-0101"


def test_it_cannot_be_searched_by_its_words(contact):
    with pytest.raises(FieldError, match="encrypted"):
        EmergencyContact.objects.filter(name="Rosa Marín")
    with pytest.raises(FieldError, match="encrypted"):
        EmergencyContact.objects.filter(name__icontains="Rosa")


def test_empty_text_and_no_text_stay_apart(contact):
    EmergencyContact.objects.filter(pk=contact.pk).update(relation="")
    assert EmergencyContact.objects.get(pk=contact.pk).relation == ""
    assert EncryptedTextField(null=True).get_prep_value(None) is None


def test_it_is_written_and_shown_by_an_ordinary_form(contact):
    form_class = modelform_factory(EmergencyContact, fields=["name", "phone"])
    assert form_class().fields["name"].max_length == 120
    form = form_class({"name": "Ana", "phone": "1"}, instance=contact)
    form.save()
    assert EmergencyContact.objects.get(pk=contact.pk).name == "Ana"
    assert 'value="1"' in str(form_class(instance=contact)) or ">\n1<" in str(form_class(instance=contact))


def test_the_longest_text_is_checked_before_it_is_sealed():
    field = EncryptedTextField(max_length=3)
    with pytest.raises(Exception, match="at most 3"):
        field.run_validators("four")
    assert field.formfield().max_length == 3
    assert isinstance(EncryptedTextField().formfield().widget, Textarea)


def test_records_of_any_shape_come_back_as_they_were():
    field = EncryptedJSONField()
    field.model, field.column = Site, "anything"
    record = {"a": [1, None, "é"], "b": ""}
    assert field.from_db_value(field.get_prep_value(record), None, None) == record
    assert field.get_prep_value(None) is None


@pytest.mark.parametrize(
    "keys, complaint",
    [
        ([], "empty"),
        (["nokey"], "entry 1: write it as name:key"),
        (["a b:" + OLD[3:]], "entry 1: write it as name:key"),
        (["k1:not base64!"], r"entry 1 \(k1\): the key is not base64"),
        (["k1:" + base64.b64encode(b"short").decode()], "has 5 bytes, not 32"),
        ([OLD, OLD], "entry 2: the name k1 is used twice"),
    ],
)
def test_a_key_that_cannot_be_used_is_explained(keys, complaint):
    with pytest.raises(keyring.BadKey, match=complaint) as complaint_made:
        keyring.parse(keys)
    assert OLD[3:] not in str(complaint_made.value)
