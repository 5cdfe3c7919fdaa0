"""The check of the day before, the page of the way in, and the words of our scripts."""

from pathlib import Path

from django.conf import settings
from django.urls import reverse

CHECK = "/sessions/check/"


def test_anyone_signed_in_can_try_camera_and_sound(cast, signed_in):
    for person in (cast.june, cast.rosa, cast.maya, cast.theo):
        page = signed_in(person).get(CHECK)
        assert page.status_code == 200
        assert "Can we see and hear you?" in page.content.decode()


def test_whoever_cannot_be_seen_or_heard_there_gets_the_number_to_call(cast, signed_in):
    for person in (cast.june, cast.rosa):
        assert 'href="tel:978-555-0100"' in signed_in(person).get(CHECK).content.decode()


def test_the_check_asks_strangers_to_sign_in(client, db):
    answer = client.get(CHECK)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_whoever_lost_access_cannot_try(cast, signed_in):
    window = signed_in(cast.june)
    cast.june.is_active = False
    cast.june.save(update_fields=["is_active"])
    assert window.get(CHECK).status_code == 302


def test_the_page_of_the_way_in_says_that_nothing_is_recorded(cast, signed_in, a_session):
    page = signed_in(cast.june).get(reverse("sessions:room", args=[a_session(cast.tuesday).code]))
    assert "Nothing here is recorded" in page.content.decode()


def test_the_page_of_the_way_in_names_nobody_but_the_leaders(cast, signed_in, a_session):
    body = signed_in(cast.june).get(reverse("sessions:room", args=[a_session(cast.tuesday).code])).content
    assert b"Omar" not in body
    assert b"Admit" not in body


def test_a_leaders_page_has_the_door_and_a_patients_the_way_out(cast, signed_in, a_session):
    address = reverse("sessions:room", args=[a_session(cast.tuesday).code])
    mayas, junes = (signed_in(person).get(address).content.decode() for person in (cast.maya, cast.june))
    assert "At the door" in mayas
    assert "data-exit" in junes
    assert "I need someone now" in junes


def test_the_ways_out_are_ones_own_and_need_no_line_to_us(cast, signed_in, a_session):
    address = reverse("sessions:room", args=[a_session(cast.tuesday).code])
    junes = signed_in(cast.june).get(address).content.decode()
    mayas = signed_in(cast.maya).get(address).content.decode()
    for number in ("988", "978-555-0100", "978-555-0101", "911"):
        assert f'href="tel:{number}"' in junes
    assert "978-555-0101" not in mayas


def test_the_words_of_our_scripts_come_in_the_readers_language(client, db):
    english, spanish = (client.get("/jsi18n/", headers={"accept-language": code}) for code in ("en", "es"))
    assert english.status_code == spanish.status_code == 200
    assert "max-age" in english["Cache-Control"]
    assert b"gettext" in english.content
    assert spanish["Content-Language"] == "es"


def test_no_script_of_ours_records_anything():
    scripts = Path(settings.BASE_DIR, "static", "js").rglob("*.js")
    words = (
        "MediaRecorder",
        "captureStream",
        "ImageCapture",
        "MediaStreamTrackProcessor",
        "RTCRtpScriptTransform",
    )
    assert [script.name for script in scripts if any(word in script.read_text() for word in words)] == []
