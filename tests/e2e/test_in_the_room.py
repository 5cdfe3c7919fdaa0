"""What one does in the room by oneself: by keys, in one's own view, in a second window, and out at once."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.in_the_room import SECONDS, admit, arrive, go_in, go_to_room, is_in, sees, turn_on_camera
from tests.e2e.people import DESK, PHONE
from tests.e2e.test_first_group import SESSION_NOW

SIDE = {"width": 844, "height": 390}
LAID_WRONG = Path(__file__).with_name("laid_wrong.js").read_text()


@pytest.fixture(scope="module")
def code(server) -> str:
    return server.ask(SESSION_NOW)


@pytest.fixture
def inside(person, code):
    """Maya leads and June is in, each in a window of her own."""
    maya, june = person("maya"), person("june")
    for one in (maya, june):
        go_to_room(one, code)
    go_in(maya)
    june.page.wait_for_timeout(500)  # whoever was in before returns unasked
    if not june.page.locator("[data-state=room]").is_visible():
        arrive(june)
        admit(maya, "June")
    is_in(june)
    sees(june, 2)
    return maya, june


def pressed(someone, name: str, is_pressed: bool) -> None:
    control = someone.page.locator(f".controls [data-act={name}]")
    expect(control).to_have_attribute("aria-pressed", str(is_pressed).lower(), timeout=SECONDS)


def test_everything_can_be_done_by_keys_which_rest_while_one_types(inside):
    _maya, june = inside
    page = june.page
    page.keyboard.press("h")
    pressed(june, "hand", True)
    page.keyboard.press("h")
    pressed(june, "hand", False)
    page.keyboard.press("m")
    pressed(june, "microphone", False)  # "pressed" is silent
    page.keyboard.press("m")
    pressed(june, "microphone", True)
    page.keyboard.press("t")
    expect(page.locator("#chat-text")).to_be_focused()
    page.keyboard.type("hmm, much?")
    expect(page.locator("#chat-text")).to_have_value("hmm, much?")
    pressed(june, "hand", False)
    page.locator("[data-act=close-chat]").click()
    page.keyboard.press("?")
    expect(page.locator("#sheet")).to_contain_text("Quick exit")
    page.keyboard.press("Escape")
    page.keyboard.press("q")
    expect(page.locator("#sheet")).to_contain_text("Tell Maya quietly")
    page.locator("[data-act=close-sheet]").click()
    expect(page.locator("#sheet")).to_be_hidden()


def test_one_sees_the_room_as_one_likes_and_nobody_else_is_touched(inside):
    maya, june = inside
    page, tiles = june.page, june.page.locator("[data-part=tiles] > li")
    tiles.filter(has_text="Maya").locator(".tile-press").click()
    page.get_by_role("button", name=re.compile("Keep large")).click()
    expect(page.locator("[data-part=tiles] > [data-large]")).to_contain_text("Maya")
    page.keyboard.press("v")
    page.get_by_role("button", name=re.compile("Everyone the same size")).click()
    expect(page.locator("[data-part=tiles] > [data-large]")).to_have_count(0)
    page.keyboard.press("v")
    page.get_by_role("button", name=re.compile("Hide my own picture")).click()
    expect(tiles).to_have_count(1)
    sees(maya, 2)
    page.keyboard.press("v")
    page.get_by_role("button", name=re.compile("Show my own picture")).click()
    expect(tiles).to_have_count(2)


@pytest.mark.parametrize("size", [PHONE, SIDE, DESK], ids=["phone", "on its side", "desk"])
def test_nothing_is_cropped_too_small_or_over_a_face(size, inside):
    for one in inside:
        one.page.set_viewport_size(size)
        one.page.wait_for_timeout(300)
        assert one.page.evaluate(LAID_WRONG) == []


def test_a_second_window_takes_over_and_the_first_lets_go_of_camera_and_mic(inside, code):
    _maya, june = inside
    turn_on_camera(june)
    first = june.page
    first.evaluate("window.own = document.querySelector('[data-me] video').srcObject.getTracks()")
    second = june.context.new_page()
    second.goto(f"{june.url}/sessions/{code}/room/")
    expect(second.locator("[data-state=room]")).to_be_visible(timeout=SECONDS)
    expect(first.locator("[data-state=ended]")).to_contain_text("another window", timeout=SECONDS)
    assert first.evaluate("window.own.map((track) => track.readyState)") == ["ended"]
    first.get_by_role("button", name="Use this window").click()
    expect(first.locator("[data-state=room]")).to_be_visible(timeout=SECONDS)
    expect(second.locator("[data-state=ended]")).to_be_visible(timeout=SECONDS)
    second.close()


def test_escape_twice_leaves_the_room_and_nothing_comes_back(inside):
    maya, june = inside
    june.page.keyboard.press("Escape")
    june.page.keyboard.press("Escape")
    june.page.wait_for_url(re.compile("/away/"))
    assert "Tuesday evening" not in june.page.content()
    june.page.go_back()
    assert "Tuesday evening" not in june.page.content()
    row = maya.page.locator("[data-part=roster-list] li", has_text="June")
    expect(row).to_contain_text("left quickly", timeout=SECONDS)
    expect(row.locator("[data-part=call-link]")).to_have_attribute("href", re.compile("tel:978"))
    sees(maya, 1)
