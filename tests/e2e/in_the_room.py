"""What people do on the page of the live room, in the words of the page."""

import re
import time

from playwright.sync_api import expect

from tests.e2e.people import Person

SECONDS = 20_000
KEEP_CONNECTIONS = """
window.connectionsOfThisPage = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...told) { super(...told); window.connectionsOfThisPage.push(this); }
};
"""
FRAMES = """async () => {
  const frames = [];
  for (const one of window.connectionsOfThisPage) {
    if (one.connectionState !== "connected") continue;
    let decoded = 0;
    for (const row of (await one.getStats()).values())
      if (row.type === "inbound-rtp" && row.kind === "video") decoded += row.framesDecoded ?? 0;
    frames.push(decoded);
  }
  return frames;
}"""


def go_to_room(person: Person, code: str) -> None:
    person.context.add_init_script(KEEP_CONNECTIONS)
    person.go(f"/sessions/{code}/room/")
    expect(person.page.locator("[data-part=go]")).to_be_enabled(timeout=SECONDS)


def arrive(patient: Person, place: str = "Home, my room") -> None:
    """The safe-arrival check, then the knock. What was told last time is filled in when the line is there."""
    page = patient.page
    expect(page.locator("[data-part=go]")).not_to_have_text("Tell them I'm here", timeout=SECONDS)
    for name, value in (("place", place), ("call_back", "978-555-0199")):
        field = page.locator(f"[name={name}]")
        if field.is_visible():
            field.fill(value)
    page.locator(".choice", has_text=re.compile(r"^\s*No\s*$")).first.click()
    page.locator("[data-part=go]").click()
    expect(page.locator("[data-state=waiting]")).to_be_visible(timeout=SECONDS)


def go_in(facilitator: Person) -> None:
    facilitator.page.locator("[data-part=go]").click()
    expect(facilitator.page.locator("[data-state=room]")).to_be_visible(timeout=SECONDS)


def admit(facilitator: Person, name: str) -> None:
    card = facilitator.page.locator("[data-part=door-list] li", has_text=name)
    card.get_by_role("button", name=re.compile("^(Admit|Let)")).click(timeout=SECONDS)


def is_in(person: Person) -> None:
    expect(person.page.locator("[data-state=room]")).to_be_visible(timeout=SECONDS)


def sees(person: Person, count: int, within: float = 20) -> None:
    """There are so many faces on the page, one's own included."""
    expect(person.page.locator("[data-part=tiles] > li")).to_have_count(count, timeout=within * 1000)


def turn_on_camera(person: Person) -> None:
    """Whoever comes back gets the picture they had chosen by itself; a press then would turn it off again."""
    button = person.page.locator(".controls [data-act=camera]")
    try:
        expect(button).to_have_attribute("aria-pressed", "false", timeout=4000)
    except AssertionError:
        button.click()
        expect(button).to_have_attribute("aria-pressed", "false")


def sees_pictures(person: Person, count: int, within: float = 30) -> None:
    """Pictures from `count` others are decoded, and go on being decoded."""
    deadline, before = time.monotonic() + within, []
    while time.monotonic() < deadline:
        now = person.page.evaluate(FRAMES)
        moving = len(now) == len(before) and all(after > was for after, was in zip(now, before, strict=True))
        if len(now) == count and moving:
            return
        before = now
        person.page.wait_for_timeout(500)
    raise AssertionError(f"{person.key} decodes {before}, not {count} moving pictures")


def raise_hand(person: Person) -> None:
    person.page.locator("[data-act=hand]").first.click()


def say_in_chat(person: Person, words: str) -> None:
    page = person.page
    if not page.locator("[data-part=chat]").is_visible():
        page.locator("[data-act=chat]:visible").first.click()
    page.locator("#chat-text").fill(words)
    page.locator("#chat-text").press("Enter")


def reads(person: Person, words: str) -> None:
    page = person.page
    if not page.locator("[data-part=chat]").is_visible():
        page.locator("[data-act=chat]:visible").first.click()
    expect(page.locator("[data-part=said]")).to_contain_text(words, timeout=SECONDS)


def remove(facilitator: Person, name: str, why: str = "Talked over others.") -> None:
    page = facilitator.page
    page.locator("[data-part=tiles] > li", has_text=name).locator(".tile-press").click()
    page.get_by_role("button", name=re.compile(f"Remove {name}")).click()
    page.locator("#reason").fill(why)
    page.locator("#sheet").get_by_role("button", name="Remove", exact=True).click()


def undo(facilitator: Person) -> None:
    """On the roster, where it stands as long as someone is removed; the note over the page goes sooner."""
    facilitator.page.locator("[data-part=roster-list] [data-part=undo]:visible").click()


def end_for_all(facilitator: Person) -> None:
    facilitator.page.locator("[data-act=end]:visible").first.click()
    facilitator.page.get_by_role("button", name="End for all").click()


def waits(patient: Person) -> None:
    expect(patient.page.locator("[data-state=waiting]")).to_be_visible(timeout=SECONDS)
