"""Every end of access ends it on the server, and is told once it is committed."""

import pytest
from django.db import transaction

from accounts import access
from accounts.services import people
from accounts.services.logins import logins_of
from accounts.signals import access_ended, left_quickly
from tests.accounts.ways_in import with_code_from_mail


@pytest.fixture
def told():
    """What listeners upstairs hear: (person, session key, why)."""
    heard = []

    def hear(sender, person, session_key, why="left_quickly", **kwargs):
        heard.append((person.name, session_key, why))

    access_ended.connect(hear)
    left_quickly.connect(hear)
    yield heard
    access_ended.disconnect(hear)
    left_quickly.disconnect(hear)


@pytest.mark.django_db(transaction=True)
def test_signing_out_is_told(cast, signed_in, told):
    june = signed_in(cast.june)
    key = june.session.session_key
    june.post("/accounts/logout/")
    assert told == [("June", key, "signed_out")]


@pytest.mark.django_db(transaction=True)
def test_leaving_quickly_is_told_and_then_that_access_ended(cast, signed_in, told):
    june = signed_in(cast.june)
    key = june.session.session_key
    june.post("/away/out/")
    assert told == [("June", key, "left_quickly"), ("June", key, "signed_out")]


@pytest.mark.django_db(transaction=True)
def test_a_login_ended_from_another_device_is_over_there(cast, told):
    phone, laptop = with_code_from_mail("june@example.org"), with_code_from_mail("june@example.org")
    key = phone.session.session_key
    page = laptop.get("/accounts/sessions/").content.decode()
    name = page.split('name="login" value="')[1].split('"')[0]
    laptop.post("/accounts/sessions/", {"login": name})
    assert ("June", key, "session_ended") in told
    assert phone.get("/accounts/").headers["Location"].startswith("/accounts/login/")
    assert laptop.get("/accounts/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_every_other_login_can_be_ended_at_once(cast):
    phone, tablet, laptop = (with_code_from_mail("june@example.org") for _device in range(3))
    laptop.post("/accounts/sessions/", {"login": "all"})
    assert [browser.get("/accounts/").status_code for browser in (phone, tablet, laptop)] == [302, 302, 200]


def test_nobody_ends_anothers_login(cast):
    theo, june = with_code_from_mail("theo@example.org"), with_code_from_mail("june@example.org")
    (place,) = logins_of(cast.june)
    theo.post("/accounts/sessions/", {"login": place.name})
    assert june.get("/accounts/").status_code == 200


def test_the_key_of_a_session_is_shown_nowhere(cast):
    june = with_code_from_mail("june@example.org")
    assert june.session.session_key not in june.get("/accounts/sessions/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_new_password_ends_the_others_and_is_told(cast, told):
    cast.june.set_password("four words in a row")
    cast.june.save()
    phone, laptop = with_code_from_mail("june@example.org"), with_code_from_mail("june@example.org")
    laptop.post("/accounts/unlock/", {"way": "password", "password": "four words in a row"})
    laptop.post(
        "/accounts/password/change/",
        {
            "oldpassword": "four words in a row",
            "password1": "five other words here now",
            "password2": "five other words here now",
        },
    )
    assert ("June", None, "password") in told
    assert phone.get("/accounts/").status_code == 302
    assert laptop.get("/accounts/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_someone_deactivated_is_out_and_stays_out(cast, signed_in, told):
    june = signed_in(cast.june)
    session = june.session
    people.deactivate(cast.june, by=cast.ines)
    assert ("June", None, "deactivated") in told
    assert june.get("/accounts/").headers["Location"].startswith("/accounts/login/")
    assert not access.may_enter(session, cast.june)


@pytest.mark.django_db(transaction=True)
def test_an_old_login_does_not_come_back_with_the_person(cast, signed_in):
    june = signed_in(cast.june)
    people.deactivate(cast.june, by=cast.ines)
    people.reactivate(cast.june, by=cast.ines)
    assert june.get("/accounts/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_a_role_that_ends_is_told(cast, told):
    people.end_role(cast.maya, "facilitator", by=cast.ines)
    assert told == [("Maya", None, "roles")]
    assert not cast.maya.is_clinic_staff


@pytest.mark.django_db(transaction=True)
def test_nothing_is_told_of_what_did_not_happen(cast, told):
    with pytest.raises(RuntimeError), transaction.atomic():
        people.deactivate(cast.june, by=cast.ines)
        raise RuntimeError
    assert told == []


@pytest.mark.django_db(transaction=True)
def test_a_listener_that_stumbles_keeps_nobody_in(cast, signed_in, told):
    def stumble(**kwargs):
        raise RuntimeError("the layer is down")

    access_ended.connect(stumble)
    try:
        june = signed_in(cast.june)
        june.post("/accounts/logout/")
    finally:
        access_ended.disconnect(stumble)
    assert "_auth_user_id" not in june.session
    assert len(told) == 1
