"""Passkeys: made by the person, good for nobody else, and never without the person."""

import json
import re

import pytest
from django.test import Client
from django.utils.http import int_to_base36

from accounts import access
from accounts.models import User
from tests.accounts.device import Device
from tests.accounts.ways_in import with_code_from_mail

ADD = "/accounts/passkeys/add/"
ENTER = "/accounts/login/passkey/"
AT_HOME = {"SERVER_NAME": "localhost"}  # elsewhere a passkey needs https


def options_on(page) -> dict:
    found = re.search(rb'<script id="passkey-options" type="application/json">(.+?)</script>', page.content)
    return json.loads(found.group(1))


def add(browser: Client, device: Device, **how):
    browser.defaults |= AT_HOME
    credential = device.made_for(options_on(browser.get(ADD)), **how)
    return browser.post(ADD, {"name": "Telephone", "credential": credential})


def enter_with(device: Device, owner: User, **how) -> Client:
    browser = Client(headers={"Accept": "text/html"}, **AT_HOME)
    options = browser.get(ENTER, headers={"Accept": "application/json"}).json()["request_options"]
    credential = device.shown_for(options, int_to_base36(owner.pk), **how)
    browser.post(ENTER, {"credential": credential})
    return browser


def who_is_in(browser: Client) -> str:
    return browser.session.get("_auth_user_id", "")


@pytest.fixture
def mayas(cast):
    """Maya's telephone, with a passkey in it."""
    device = Device()
    maya = with_code_from_mail("maya@example.org")
    assert add(maya, device).headers["Location"] == "/accounts/second/codes/"
    assert access.has_shown_second_factor(maya.session, cast.maya)
    return device


def test_a_passkey_opens_the_door_and_is_the_second_factor(cast, mayas):
    browser = enter_with(mayas, cast.maya)
    assert who_is_in(browser) == str(cast.maya.pk)
    assert browser.get("/accounts/").status_code == 200


def test_a_device_that_did_not_ask_for_its_owner_is_not_added(cast):
    maya = with_code_from_mail("maya@example.org")
    add(maya, Device(), knows_owner=False)
    assert not access.owns_second_factor(cast.maya)


def test_a_found_device_without_its_owners_finger_opens_nothing(cast, mayas):
    assert who_is_in(enter_with(mayas, cast.maya, knows_owner=False)) == ""


def test_a_passkey_opens_no_other_persons_door(cast, mayas):
    assert who_is_in(enter_with(mayas, cast.ines)) == ""


def test_a_key_we_do_not_know_opens_nothing(cast, mayas):
    assert who_is_in(enter_with(Device(), cast.maya)) == ""


def test_an_answer_given_to_another_site_opens_nothing(cast, mayas):
    mayas.origin = "https://evil.example"
    assert who_is_in(enter_with(mayas, cast.maya)) == ""


def test_an_answer_works_once(cast, mayas):
    browser = Client(**AT_HOME)
    options = browser.get(ENTER, headers={"Accept": "application/json"}).json()["request_options"]
    credential = mayas.shown_for(options, int_to_base36(cast.maya.pk))
    browser.post(ENTER, {"credential": credential})
    again = Client(**AT_HOME)
    again.get(ENTER, headers={"Accept": "application/json"})
    again.post(ENTER, {"credential": credential})
    assert (who_is_in(browser), who_is_in(again)) == (str(cast.maya.pk), "")


def test_someone_whose_login_was_closed_does_not_come_in(cast, mayas):
    User.objects.filter(pk=cast.maya.pk).update(is_active=False)
    assert who_is_in(enter_with(mayas, cast.maya)) == ""


def test_a_passkey_opens_the_lock(cast, mayas, time_machine):
    time_machine.move_to("2026-11-22 18:00", tick=False)
    maya = enter_with(mayas, cast.maya)
    time_machine.move_to("2026-11-22 18:16", tick=False)
    options = options_on(maya.get("/accounts/unlock/"))
    assert access.is_locked(maya.session)
    refused = mayas.shown_for(options, "", knows_owner=False)
    maya.post("/accounts/unlock/", {"way": "passkey", "credential": refused})
    assert access.is_locked(maya.session)
    options = options_on(maya.get("/accounts/unlock/"))
    maya.post("/accounts/unlock/", {"way": "passkey", "credential": mayas.shown_for(options, "")})
    assert not access.is_locked(maya.session)
