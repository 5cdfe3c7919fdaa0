"""A page that nobody touches, and a device that knows its owner."""

import re
import time

import pytest

from tests.e2e.server import Server
from tests.e2e.test_signing_in import newest_code

LIMIT = 6  # seconds, instead of half an hour
VEIL = "dialog[data-lock][open]"


@pytest.fixture(scope="module")
def server(tmp_path_factory, seeded):
    """The demo clinic in a hurry: its pages lock after seconds."""
    minutes = str(LIMIT / 60)
    folder = tmp_path_factory.mktemp("hurry")
    server = Server(folder, IDLE_MINUTES=minutes, IDLE_MINUTES_STAFF=minutes).prepare(seeded).start()
    yield server
    server.stop()


def with_a_device(person) -> None:
    """Give this window a device that keeps passkeys and knows its owner's finger."""
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    browser = person.context.new_cdp_session(person.page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": device})


def test_what_june_typed_is_still_there_after_the_lock(person):
    june, postman = person("june"), person()
    page = june.go("/accounts/about/")
    page.get_by_label("Pronouns").fill("she, and a long thought")
    page.wait_for_selector(VEIL)
    assert page.evaluate("document.elementFromPoint(600, 400).closest('dialog') !== null"), "it is covered"
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("The code from the email").fill("WRONGX")
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("That is not the code").first.wait_for()
    page.get_by_label("The code from the email").fill(newest_code(postman))
    page.get_by_role("button", name="Go on").click()
    page.wait_for_selector(VEIL, state="detached")
    assert page.get_by_label("Pronouns").input_value() == "she, and a long thought"
    page.get_by_role("button", name="Save").click()
    page.get_by_text("she, and a long thought").wait_for()
    assert [one for one in june.complaints if "422" not in one] == []


def test_typing_keeps_a_page_open_and_looking_does_not(person):
    page = person("omar").go("/accounts/about/")
    until = time.monotonic() + 1.5 * LIMIT
    while time.monotonic() < until:
        page.keyboard.press("Shift")
        page.wait_for_timeout(300)
    assert page.locator(VEIL).count() == 0
    page.wait_for_selector(VEIL)


def test_escape_does_not_lift_the_veil_and_twice_is_the_quick_exit(person):
    page = person("omar").go("/accounts/about/")
    page.wait_for_selector(VEIL)
    page.keyboard.press("Escape")
    page.wait_for_timeout(1500)
    assert page.locator(VEIL).count() == 1
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_url("**/away/")


def test_who_signed_out_elsewhere_leaves_no_page_behind(person):
    june = person("june")
    page = june.go("/accounts/")
    other = june.context.new_page()
    other.goto(june.url + "/accounts/logout/")
    other.get_by_role("button", name="Sign out").last.click()
    other.wait_for_url("**/login/**")
    page.bring_to_front()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_url("**/login/**")


def test_maya_makes_a_passkey_and_opens_the_lock_and_the_door_with_it(person):
    maya = person("maya")
    with_a_device(maya)
    page = maya.go("/accounts/passkeys/add/")
    page.get_by_role("button", name="Add this device").click()
    page.wait_for_url("**/second/codes/")
    maya.go("/groups/")
    page.wait_for_selector(VEIL)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_selector(VEIL, state="detached")
    maya.go("/accounts/logout/")
    page.get_by_role("button", name="Sign out").last.click()
    page.wait_for_url("**/login/**")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(re.compile(r"localhost:\d+/$"))
    maya.go("/groups/")
    assert page.url.endswith("/groups/")
    assert maya.complaints == []
