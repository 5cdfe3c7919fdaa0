import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import AuditEntry
from care.models import Agreement, EmergencyContact
from care.services import agreements
from care.signals import agreement_withdrawn
from care.texts import text_of
from groups.models import GroupKind, Membership
from groups.seat_checks import missing_among, missing_for

VIDEO = "/my-care/agree/telehealth/"


@pytest.fixture
def unsigned(cast):
    """Nobody of Tuesday has signed or named anyone yet."""
    Agreement.objects.all().delete()
    EmergencyContact.objects.all().delete()
    return cast


def in_group(group) -> str:
    return f"/my-care/agree/confidentiality/{group.code}/"


def sign(browser, path, name="June Marín", **more):
    page = browser.get(path)
    shown = page.context["form"]["shown"].value()
    return browser.post(path, {"shown": shown, "typed_name": name, **more})


def codes(person, group) -> list[str]:
    return [missing.code for missing in missing_for(person, group)]


# --- Before a seat --------------------------------------------------------------------


def test_whoever_has_signed_all_lacks_nothing(cast):
    for person in (cast.june, cast.omar, cast.maya):
        assert missing_for(person, cast.tuesday) == []


def test_a_patient_needs_both_agreements_and_someone_to_call(unsigned):
    assert codes(unsigned.june, unsigned.tuesday) == ["telehealth", "confidentiality", "emergency_contact"]


def test_a_relative_needs_both_agreements_and_no_contact(unsigned):
    Membership.objects.create(
        group=unsigned.tuesday,
        person=unsigned.rosa,
        role="relative",
        shown_as="Rosa",
        from_on=timezone.localdate() - timezone.timedelta(days=2),
    )
    assert codes(unsigned.rosa, unsigned.tuesday) == ["telehealth", "confidentiality"]


def test_staff_and_those_who_do_not_belong_are_asked_for_nothing(unsigned):
    assert missing_for(unsigned.maya, unsigned.tuesday) == []
    assert missing_for(unsigned.theo, unsigned.tuesday) == []


@pytest.mark.parametrize("kind", [GroupKind.INDIVIDUAL, GroupKind.MEDICATION])
def test_where_there_are_no_peers_there_is_nothing_to_keep(unsigned, kind):
    unsigned.tuesday.kind = kind
    unsigned.tuesday.save()
    assert codes(unsigned.june, unsigned.tuesday) == ["telehealth", "emergency_contact"]


def test_when_the_group_changes_its_own_words_everyone_is_asked_again(cast):
    cast.tuesday.agreement_text = "We start on time."
    cast.tuesday.save()
    assert codes(cast.june, cast.tuesday) == ["confidentiality"]
    assert codes(cast.theo, cast.thursday) == []


def test_a_new_version_asks_again(cast, monkeypatch):
    Agreement.objects.filter(person=cast.june, kind="telehealth").update(
        text_hash="0" * 64, version="2020-01"
    )
    assert codes(cast.june, cast.tuesday) == ["telehealth"]


def test_what_was_signed_for_another_group_does_not_count(cast):
    Agreement.objects.filter(person=cast.june, kind="confidentiality").update(about=cast.thursday.code)
    assert codes(cast.june, cast.tuesday) == ["confidentiality"]


def test_the_language_in_which_it_was_signed_does_not_matter(unsigned, signed_in):
    agreements.agree(unsigned.june, text_of("telehealth", language="es"), typed_name="June")
    assert "telehealth" not in codes(unsigned.june, unsigned.tuesday)


def test_a_whole_group_is_asked_in_a_fixed_number_of_queries(unsigned):
    memberships = list(Membership.objects.filter(group=unsigned.tuesday))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        missing = missing_among(unsigned.tuesday, memberships)
    assert len(queries) == 2
    assert len(missing) == 2


def test_where_the_chat_is_kept_it_is_asked_for_and_keeps_nobody_out(cast, signed_in):
    cast.program.keeps_chat = True
    cast.program.save()
    browser, path = signed_in(cast.june), in_group(cast.tuesday)
    assert codes(cast.june, cast.tuesday) == []
    assert path in browser.get("/my-care/").content.decode()
    assert "in the chat is kept" in browser.get(path).content.decode()
    assert sign(browser, path).status_code == 302
    assert path not in browser.get("/my-care/").content.decode()
    cast.program.keeps_chat = False
    cast.program.save()
    assert codes(cast.june, cast.tuesday) == []  # who agreed to more has agreed to less


# --- Signing --------------------------------------------------------------------------


def test_june_signs_one_thing_after_the_other_and_is_led_through(unsigned, signed_in):
    browser = signed_in(unsigned.june)
    assert sign(browser, VIDEO).url == in_group(unsigned.tuesday)
    assert sign(browser, in_group(unsigned.tuesday)).url == "/my-care/contacts/add/"
    contact = {"name": "Rosa", "relation": "mother", "phone": "978 555 0101"}
    assert browser.post("/my-care/contacts/add/", contact).url == "/"
    assert missing_for(unsigned.june, unsigned.tuesday) == []


def test_what_is_kept_is_who_when_which_words_and_the_typed_name(unsigned, signed_in):
    sign(signed_in(unsigned.june), VIDEO)
    agreement = Agreement.objects.get()
    assert (agreement.person, agreement.kind, agreement.language) == (unsigned.june, "telehealth", "en")
    assert agreement.typed_name == "June Marín"
    assert agreement.text_hash == text_of("telehealth", language="en").digest
    entry = AuditEntry.objects.get(action="agreement.agreed")
    assert entry.about == str(unsigned.june.code)
    assert entry.detail["text"] == agreement.text_hash
    assert "Marín" not in str(entry.detail)


def test_a_spanish_reader_signs_the_spanish_words(unsigned, signed_in):
    unsigned.june.language = "es"
    unsigned.june.save()
    browser = signed_in(unsigned.june)
    assert "Reuniones por video" in browser.get(VIDEO).content.decode()
    sign(browser, VIDEO)
    assert Agreement.objects.get().language == "es"


def test_without_a_name_nothing_is_signed(unsigned, signed_in):
    answer = sign(signed_in(unsigned.june), VIDEO, name=" ")
    assert answer.status_code == 200
    assert "Fill this in." in answer.content.decode()
    assert not Agreement.objects.exists()


def test_words_that_changed_while_reading_are_shown_again(unsigned, signed_in):
    browser = signed_in(unsigned.june)
    path = in_group(unsigned.tuesday)
    shown = browser.get(path).context["form"]["shown"].value()
    unsigned.tuesday.agreement_text = "We start on time."
    unsigned.tuesday.save()
    answer = browser.post(path, {"shown": shown, "typed_name": "June Marín"})
    text = answer.content.decode()
    assert "The text has changed since you opened it" in text
    assert "We start on time." in text
    assert "June Marín" in text
    assert not Agreement.objects.exists()
    again = answer.context["form"]["shown"].value()
    assert browser.post(path, {"shown": again, "typed_name": "June Marín"}).status_code == 302


def test_signing_twice_is_signing_once(unsigned, signed_in):
    browser = signed_in(unsigned.june)
    sign(browser, VIDEO)
    agreement = Agreement.objects.get()
    assert browser.get(VIDEO).url == f"/my-care/agreed/{agreement.code}/"
    assert browser.post(VIDEO, {"shown": agreement.text_hash, "typed_name": "June"}).status_code == 302
    assert Agreement.objects.count() == 1


def test_hostile_words_of_a_group_are_shown_as_words(unsigned, signed_in):
    unsigned.tuesday.agreement_text = "<script>alert(1)</script>"
    unsigned.tuesday.save()
    page = signed_in(unsigned.june).get(in_group(unsigned.tuesday)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


# --- Reading again and taking back ----------------------------------------------------


def test_what_was_signed_is_shown_word_for_word_even_after_the_group_changed_it(unsigned, signed_in):
    unsigned.tuesday.agreement_text = "We start on time."
    unsigned.tuesday.save()
    browser = signed_in(unsigned.june)
    sign(browser, in_group(unsigned.tuesday))
    unsigned.tuesday.agreement_text = "We start when we like."
    unsigned.tuesday.save()
    page = browser.get(f"/my-care/agreed/{Agreement.objects.get().code}/").content.decode()
    assert "We start on time." in page
    assert "June Marín" in page
    assert "data-print" in page


def test_taking_back_says_what_it_does_first_and_then_asks_again_before_a_seat(cast, signed_in):
    browser = signed_in(cast.june)
    agreement = Agreement.objects.get(person=cast.june, kind="confidentiality")
    path = f"/my-care/agreed/{agreement.code}/take-back/"
    assert "you leave it at once" in browser.get(path).content.decode()
    assert missing_for(cast.june, cast.tuesday) == []
    assert browser.post(path).url == "/my-care/"
    assert codes(cast.june, cast.tuesday) == ["confidentiality"]
    assert AuditEntry.objects.filter(action="agreement.withdrawn", actor=str(cast.june.code)).exists()


def test_the_rooms_upstairs_hear_of_it_inside_the_transaction(cast):
    heard = []

    def listen(sender, agreement, person, **kwargs):
        heard.append(
            (person, agreement.about, agreement.withdrawn_at is not None, connection.in_atomic_block)
        )

    agreement_withdrawn.connect(listen)
    agreement = Agreement.objects.get(person=cast.june, kind="confidentiality")
    agreements.withdraw(agreement, by=cast.june)
    agreements.withdraw(agreement, by=cast.june)
    agreement_withdrawn.disconnect(listen)
    assert heard == [(cast.june, cast.tuesday.code, True, True)]


def test_an_agreement_taken_back_cannot_be_opened_again(cast, signed_in):
    browser = signed_in(cast.june)
    agreement = Agreement.objects.get(person=cast.june, kind="telehealth")
    agreements.withdraw(agreement, by=cast.june)
    assert browser.get(f"/my-care/agreed/{agreement.code}/").status_code == 404


# --- Doors ----------------------------------------------------------------------------


def test_a_stranger_cannot_tell_whose_agreement_it_is(cast, signed_in):
    agreement = Agreement.objects.get(person=cast.june, kind="telehealth")
    for who in (cast.theo, cast.omar, cast.rosa, cast.maya, cast.ada):
        browser = signed_in(who)
        for ending in ("", "take-back/"):
            theirs = browser.get(f"/my-care/agreed/{agreement.code}/{ending}")
            nobodys = browser.get(f"/my-care/agreed/{uuid.uuid4()}/{ending}")
            assert theirs.status_code == nobodys.status_code == 404
            assert theirs.content == nobodys.content
            assert browser.post(f"/my-care/agreed/{agreement.code}/take-back/").status_code == 404
    assert Agreement.objects.standing().filter(pk=agreement.pk).exists()


def test_a_stranger_cannot_tell_that_a_group_exists(unsigned, signed_in):
    browser = signed_in(unsigned.theo)
    theirs = browser.get(in_group(unsigned.tuesday))
    nobodys = browser.get(f"/my-care/agree/confidentiality/{uuid.uuid4()}/")
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.content == nobodys.content


def test_whose_membership_ended_is_not_asked_for_that_group_any_more(unsigned, signed_in):
    unsigned.june.memberships.update(ended_at=timezone.now())
    assert signed_in(unsigned.june).get(in_group(unsigned.tuesday)).status_code == 404


@pytest.mark.parametrize("who", ["maya", "ines", "ada"])
def test_staff_have_no_papers_of_their_own_here(cast, signed_in, who):
    browser = signed_in(getattr(cast, who))
    assert browser.get("/my-care/").status_code == 404
    assert browser.get(VIDEO).status_code == 404


@pytest.mark.parametrize("path", ["/my-care/agree/anything/", "/my-care/agree/confidentiality/"])
def test_no_other_kind_of_agreement_exists(unsigned, signed_in, path):
    assert signed_in(unsigned.june).get(path).status_code == 404


def test_my_care_shows_what_is_missing_what_was_signed_and_whom_we_may_call(cast, signed_in):
    Agreement.objects.filter(person=cast.june, kind="confidentiality").delete()
    page = signed_in(cast.june).get("/my-care/").content.decode()
    assert in_group(cast.tuesday) in page
    assert "Meeting by video" in page
    assert "978-555-0101" in page
    assert "<title>My care" in page


def test_a_relative_sees_their_own_papers_and_no_contacts(cast, signed_in):
    page = signed_in(cast.rosa).get("/my-care/").content.decode()
    assert "Meeting by video" in page
    assert "Whom we may call" not in page
