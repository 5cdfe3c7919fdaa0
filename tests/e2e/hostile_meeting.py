"""A meeting in which everyone writes what they should not, wherever the room lets them."""

import json

from playwright.sync_api import Locator, expect

from tests.e2e.hostile_words import BREAKOUTS, TAGS, WORDS, many
from tests.e2e.in_the_room import SECONDS, end_for_all, go_in, go_to_room, is_in, waits
from tests.e2e.people import Person
from tests.e2e.trap import SIDEWAYS, Trap

KEEP_LINES = """
window.linesOfThisPage = [];
window.WebSocket = class extends WebSocket {
  constructor(...told) { super(...told); window.linesOfThisPage.push(this); }
};
"""
# What no page of ours would send: half a character and nothing. The answer is no, and the line stays.
SEND_RAW = r"""() => new Promise((answered) => {
  const id = crypto.randomUUID(), line = linesOfThisPage.at(-1);
  line.addEventListener("message", ({ data }) => {
    const { re, refused } = JSON.parse(data);
    if (re === id) answered(refused);
  });
  line.send(`{"kind":"chat.say","id":"${id}","body":{"text":"\\ud83d \\u0000 <b x-h>","to":"everyone"}}`);
})"""
AT_ONCE = 4  # words in one message: all of them in fewer messages than one may send at once


def notes_what_is_said(one: Person, heard: set[str]) -> None:
    """Keep the name of each field in which this window sends a hostile word over its line."""

    def sent(frame: str | bytes) -> None:
        told = json.loads(frame)
        for name, value in told.get("body", {}).items():
            if isinstance(value, str) and "x-h" in value:
                heard.add(f"{told['kind']}.{name}")

    one.page.on("websocket", lambda line: line.on("framesent", sent))


def a_whole_meeting(code: str, trap: Trap, ines: Person, maya: Person, june: Person, omar: Person) -> None:
    everyone = (ines, maya, june, omar)

    def look() -> None:
        for one in everyone:
            trap.look(one.page)
            if (over := one.page.evaluate(SIDEWAYS)) > 0:
                trap.sprung.append(f"{one.key}: {one.page.url} is too wide by {over}")

    ines.go("/people/")
    omar.context.add_init_script(KEEP_LINES)
    for one in (maya, june, omar):
        go_to_room(one, code)
    look()
    arrives(june, BREAKOUTS[0], TAGS[5])
    go_in(maya)
    calls_someone(june, ines, maya)
    look()
    is_answered(maya, june, many(300))
    look()
    is_held(maya, june, TAGS[0])
    look()
    is_let_in(maya, june)
    arrives(omar, TAGS[0], TAGS[4][:20])
    is_let_in(maya, omar)
    writes_all(omar, (maya, june))
    look()
    does_what_is_announced(june)
    look()
    is_removed(maya, june, many(500, 40))
    look()
    maya.page.locator("[data-part=roster-list] [data-part=undo]:visible").click()
    is_let_in(maya, june)
    end_for_all(maya)
    for one in (maya, june, omar):
        expect(one.page.locator("[data-state=ended]")).to_be_visible(timeout=SECONDS)
    look()
    is_reported(omar, code, many(4000))
    maya.page.get_by_role("link", name="See who was here").click()
    ines.go("/reports/")
    look()


def arrives(patient: Person, place: str, call_back: str) -> None:
    page = patient.page
    for name, value in (("place", place), ("call_back", f"978-555-0199 {call_back}")):
        change = page.locator(f"[data-known={name}] [data-act=change]")
        if change.is_visible():
            change.click()
        page.locator(f"[name={name}]").fill(value)
    page.locator(".choice", has_text="No").first.click()
    page.locator("[data-part=go]").click()
    waits(patient)


def calls_someone(patient: Person, coordinator: Person, facilitator: Person) -> None:
    patient.page.locator("[data-state=waiting] [data-act=someone]").click()
    expect(coordinator.page.locator(".desk-call")).to_be_visible(timeout=SECONDS)
    expect(facilitator.page.locator(".call-card")).to_be_visible(timeout=SECONDS)
    coordinator.page.locator(".desk-call .see").click()
    patient.page.locator("[data-act=close-crisis]").click()


def is_answered(facilitator: Person, patient: Person, words: str) -> None:
    page = facilitator.page
    page.locator(".call-card").get_by_role("button", name="Write").click()
    page.locator("#answer").fill(words)
    page.locator("#sheet").get_by_role("button", name="Send").click()
    expect(patient.page.locator("[data-part=call]")).to_contain_text(words[:20], timeout=SECONDS)
    page.locator(".call-card .done").click()


def is_held(facilitator: Person, patient: Person, words: str) -> None:
    page = facilitator.page
    card_of_who_signed(facilitator).locator(".only").click()
    page.locator("#hold-words").fill(words)
    page.locator("#sheet").get_by_role("button", name="Hold", exact=True).click()
    expect(patient.page.locator("[data-part=waiting-words]")).to_have_text(words, timeout=SECONDS)


def card_of_who_signed(facilitator: Person) -> Locator:
    """Names are of no use here. Whoever only read the page of the room stands at the door too, unsigned."""
    return facilitator.page.locator("[data-part=door-list] li:has(.admit:not([aria-disabled]))").first


def is_let_in(facilitator: Person, patient: Person) -> None:
    card_of_who_signed(facilitator).locator(".admit").click()
    is_in(patient)


def writes_all(writer: Person, readers: tuple[Person, ...]) -> None:
    """Every word, a few at a time, and then what only a page that is not ours would send."""
    for one in (writer, *readers):
        one.page.locator("[data-act=chat]:visible").first.click()
    field = writer.page.locator("#chat-text")
    for first in range(0, len(WORDS), AT_ONCE):
        field.fill("\n".join(WORDS[first : first + AT_ONCE]))
        field.press("Enter")
    expect(writer.page.locator("[data-part=said] .unsent")).to_have_count(0, timeout=SECONDS)
    assert writer.page.evaluate(SEND_RAW) == "bad_message"
    for one in readers:
        expect(one.page.locator("[data-part=said]")).to_contain_text("after nothing", timeout=SECONDS)


def does_what_is_announced(patient: Person) -> None:
    """The hand, a reaction and a quiet word, with a name that is no name."""
    page = patient.page
    page.locator("[data-act=close-chat]").click()
    page.keyboard.press("h")
    page.keyboard.press("q")
    page.locator("#sheet .call").nth(1).click()
    page.locator("[data-act=more]").click()
    page.locator("#sheet [role=group] button").first.click()


def is_removed(facilitator: Person, patient: Person, why: str) -> None:
    page = facilitator.page
    page.locator("[data-part=tiles] .tile-press").first.click()
    page.locator("#sheet .call.urgent").click()
    page.locator("#reason").fill(why)
    page.locator("#sheet").get_by_role("button", name="Remove", exact=True).click()
    waits(patient)


def is_reported(patient: Person, code: str, words: str) -> None:
    page = patient.go(f"/sessions/{code}/report/")
    page.locator("textarea[name=words]").fill(words)
    page.locator("main form button").first.click()
    page.wait_for_load_state()
