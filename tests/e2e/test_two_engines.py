"""One in Chromium, one in Firefox: they come in, see each other and hear each other."""

import shutil

import pytest

from tests.e2e.firefox import Firefox
from tests.e2e.in_the_room import (
    FRAMES,
    KEEP_CONNECTIONS,
    admit,
    go_in,
    go_to_room,
    reads,
    sees,
    sees_pictures,
    turn_on_camera,
)
from tests.e2e.test_first_group import SESSION_NOW

LOUDNESS = """async () => {
  let loudness = 0;
  for (const one of window.connectionsOfThisPage)
    for (const row of (await one.getStats()).values())
      if (row.type === "inbound-rtp" && row.kind === "audio") loudness += row.totalAudioEnergy ?? 0;
  return loudness;
}"""

pytestmark = pytest.mark.skipif(
    shutil.which("firefox-esr") is None,
    reason="needs Debian's firefox-esr; it is not installed for the tests",
)


@pytest.fixture
def firefox(tmp_path):
    firefox = Firefox(tmp_path)
    firefox.before_each_page(KEEP_CONNECTIONS)
    yield firefox
    firefox.stop()


def test_a_patient_in_firefox_and_a_facilitator_in_chromium_see_and_hear_each_other(server, person, firefox):
    code = server.ask(SESSION_NOW)
    maya = person("maya")
    go_to_room(maya, code)
    go_in(maya)
    june_arrives(firefox, server.url, code)
    admit(maya, "June")
    firefox.wait_until("document.querySelector('[data-state=room]')?.offsetParent !== null")
    sees(maya, 2)
    turn_on_camera(maya)
    for name in ("camera", "microphone"):
        turn_on(firefox, name)
    maya.page.locator(".controls [data-act=microphone]").click()

    sees_pictures(maya, 1)
    firefox.wait_until(f"({FRAMES})().then(([frames]) => frames > 10)")
    firefox.wait_until(f"({LOUDNESS})().then((loudness) => loudness > 0)")
    maya.page.wait_for_function(LOUDNESS)
    june_writes(firefox, "Hello from here.")
    reads(maya, "Hello from here.")
    assert maya.complaints == firefox.complaints == []


def june_arrives(firefox, url, code):
    firefox.go(f"{url}/demo/")
    firefox.click("form[action$='/demo/as/june/'] button")
    firefox.wait_until("location.pathname === '/'")
    firefox.go(f"{url}/sessions/{code}/room/")
    firefox.wait_until("document.querySelector('[data-part=go]').textContent.includes('Maya')")
    firefox.wait_until("!document.querySelector('[data-part=preview]').classList.contains('off')")
    firefox.click(".choice input[value=no]")
    firefox.click("[data-part=go]")
    firefox.wait_until("document.querySelector('[data-state=waiting]').offsetParent !== null")


def turn_on(firefox, name):
    """Whoever had the camera on at the door comes in with it."""
    control = f".controls [data-act={name}]"
    is_on = f"document.querySelector('{control}').getAttribute('aria-pressed') === 'false'"
    firefox.evaluate("new Promise((done) => setTimeout(done, 1500))")
    if not firefox.evaluate(is_on):
        firefox.click(control)
    firefox.wait_until(is_on)


def june_writes(firefox, words):
    firefox.click("[data-act=chat]")
    firefox.wait_until("document.querySelector('#chat-text')?.offsetParent !== null")
    firefox.evaluate(f"document.querySelector('#chat-text').value = '{words}'")
    firefox.click(".composer .button")
