"""One's own account: name, language, time, and how one signs in."""

import pytest
from django.test import Client

from accounts.models import User
from audit.models import AuditEntry
from tests.accounts.ways_in import code_sent_to

ABOUT = {
    "name": "June M.",
    "pronouns": "she/her",
    "peer_name": "Junie",
    "time_zone": "America/Chicago",
    "language": "es",
}


def test_what_one_changes_holds(cast, signed_in):
    june = signed_in(cast.june)
    assert june.post("/accounts/about/", ABOUT).headers["Location"] == "/accounts/"
    saved = User.objects.get(pk=cast.june.pk)
    assert {name: getattr(saved, name) for name in ABOUT} == ABOUT
    entry = AuditEntry.objects.get(action="person.changed")
    assert entry.detail == {"fields": sorted(ABOUT)}


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "", "UTC'"])
def test_a_place_that_has_no_clock_is_refused_and_the_rest_is_kept(cast, signed_in, zone):
    page = signed_in(cast.june).post("/accounts/about/", ABOUT | {"time_zone": zone})
    assert page.status_code == 200
    assert b"Junie" in page.content
    assert User.objects.get(pk=cast.june.pk).time_zone == "America/New_York"


def test_nobody_changes_another_by_naming_them(cast, signed_in):
    signed_in(cast.june).post("/accounts/about/", ABOUT | {"pk": cast.theo.pk, "email": "x@evil.example"})
    assert User.objects.get(pk=cast.theo.pk).name == "Theo"
    assert User.objects.get(pk=cast.june.pk).email == "june@example.org"


def test_pages_speak_the_readers_language_wherever_they_sit(cast):
    User.objects.filter(pk=cast.june.pk).update(language="es")
    june = Client(headers={"Accept-Language": "en", "Accept": "text/html"})
    june.force_login(cast.june)
    assert b'<html lang="es">' in june.get("/accounts/").content


def test_a_language_chosen_on_any_page_stays_with_the_person(cast, signed_in):
    june = signed_in(cast.june)
    june.post("/i18n/setlang/", {"language": "es", "next": "/accounts/"})
    assert User.objects.get(pk=cast.june.pk).language == "es"
    june.post("/i18n/setlang/", {"language": "xx", "next": "https://evil.example/"})
    assert User.objects.get(pk=cast.june.pk).language == "es"


def test_choosing_a_language_leads_to_no_other_site(db):
    answer = Client().post("/i18n/setlang/", {"language": "es", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


def test_times_are_the_readers_own(cast, signed_in, time_machine):
    time_machine.move_to("2026-11-22 18:00:00+00:00", tick=False)
    User.objects.filter(pk=cast.june.pk).update(time_zone="America/Los_Angeles")
    assert "It is 10:00\xa0am there now." in signed_in(cast.june).get("/accounts/").content.decode()


# --- Changing how one signs in ------------------------------------------------------


@pytest.mark.parametrize("door", ["second/app/add/", "passkeys/add/", "password/set/"])
def test_how_one_signs_in_is_changed_only_by_whoever_just_proved_who_they_are(cast, signed_in, door):
    """An unlocked telephone on the kitchen table is not enough."""
    june = signed_in(cast.june, second_factor=False)
    first = june.get(f"/accounts/{door}")
    assert first.headers["Location"] == f"/accounts/unlock/?next=%2Faccounts%2F{door.replace('/', '%2F')}"
    june.post("/accounts/unlock/", {"way": "mail", "send": "1"})
    june.post("/accounts/unlock/", {"way": "mail", "code": code_sent_to("june@example.org")})
    assert june.get(f"/accounts/{door}").status_code == 200


def test_a_proof_is_good_for_five_minutes(cast, signed_in, time_machine):
    time_machine.move_to("2026-11-22 18:00", tick=False)
    june = signed_in(cast.june)
    assert june.get("/accounts/passkeys/add/").status_code == 200
    time_machine.move_to("2026-11-22 18:06", tick=False)
    assert june.get("/accounts/passkeys/add/").status_code == 302


def test_a_password_that_everyone_tries_is_refused(cast, signed_in):
    june = signed_in(cast.june)
    page = june.post("/accounts/password/set/", {"password1": "password1234", "password2": "password1234"})
    assert page.status_code == 200
    assert not User.objects.get(pk=cast.june.pk).has_usable_password()
