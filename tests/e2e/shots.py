"""`make shots`: photographs every page and every state of the room, and runs axe on each.

Pictures and an index page go to shots/, which git does not keep. Ends with a table of axe's violations and
fails if it is not empty.
"""

import html
import os
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e import in_the_room as room
from tests.e2e.people import CHROMIUM, DESK, FLAGS, PHONE, Person, newcomer
from tests.e2e.server import TOP, Server
from tests.e2e.shots_states import states_of_pages
from tests.e2e.test_every_page import alike, links_on
from tests.e2e.test_first_group import SESSION_NOW

FOLDER = TOP / "shots"
SIZES = {"390": PHONE, "1280": DESK}
ROOM_SIZES = SIZES | {"side": {"width": 844, "height": 390}}
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
CAST = ("june", "lena", "hana", "rosa", "maya", "cole", "ines", "ada")
SIGNED_OUT = (
    "/accounts/login/",
    "/accounts/password/reset/",
    "/away/",
    "/help/",
    "/nowhere/",
    "/demo/",
    "/demo/mail/",
)
MOST_PAGES = 40
SETTLED = 100  # milliseconds


@dataclass
class Album:
    """The pictures taken, and what axe found on each."""

    folder: Path
    pictures: list[tuple[str, str]] = field(default_factory=list)
    violations: list[tuple[str, str, str]] = field(default_factory=list)

    def take(
        self,
        page: Page,
        who: str,
        what: str,
        schemes: tuple[str, ...] = ("light", "dark"),
        sizes: dict[str, dict[str, int]] = SIZES,
    ) -> None:
        """Photograph the page as it stands: phone and desk, light and dark."""
        before = page.viewport_size
        for width, size in sizes.items():
            page.set_viewport_size(size)
            for scheme in schemes:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.wait_for_timeout(SETTLED)
                self._one(page, f"{who}-{_file_name(what)}-{width}-{scheme}", f"{who} {what}")
        page.set_viewport_size(before)

    def _one(self, page: Page, name: str, what: str) -> None:
        page.screenshot(path=self.folder / f"{name}.png", full_page=True)
        self.pictures.append((what, f"{name}.png"))
        for found in Axe().run(page).response["violations"]:
            where = "; ".join(" ".join(node["target"]) for node in found["nodes"][:3])
            self.violations.append((name, found["id"], where))
        if (over := page.evaluate(SIDEWAYS)) > 0:
            self.violations.append((name, "scrolls sideways", f"by {over} px"))

    def write_index(self) -> None:
        rows = "".join(
            f'<figure><a href="{name}"><img loading="lazy" src="{name}" width="240"></a>'
            f"<figcaption>{html.escape(name[:-4])}</figcaption></figure>"
            for _what, name in self.pictures
        )
        style = "figure{display:inline-block;vertical-align:top;margin:8px;font:12px system-ui}"
        head = f"<!doctype html><title>Shots</title><style>{style}</style>"
        (self.folder / "index.html").write_text(head + rows)

    def report(self) -> int:
        """Print the table of violations; return how many there are."""
        for name, rule, where in sorted(set(self.violations)):
            print(f"{rule:32} {name:48} {where[:120]}")
        print(f"{len(self.pictures)} pictures in {self.folder}, {len(set(self.violations))} violations")
        return len(set(self.violations))


def _file_name(what: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", alike(what).lower()).strip("-") or "today"


def every_page(album: Album, someone: Person) -> None:
    """All pages that a person reaches by links, one of each kind."""
    waiting, seen = [someone.url + "/"], set()
    while waiting and len(seen) < MOST_PAGES:
        url = waiting.pop(0)
        if alike(url) in seen or "/room/" in url:
            continue
        seen.add(alike(url))
        someone.page.goto(url)
        album.take(someone.page, someone.key, url.removeprefix(someone.url))
        waiting += sorted(links_on(someone.page, someone.url))


def signed_out(album: Album, browser: Browser, url: str) -> None:
    nobody = newcomer(browser, url)
    for path in SIGNED_OUT:
        nobody.go(path)
        album.take(nobody.page, "nobody", path)
    nobody.context.close()


def states_of_the_room(album: Album, browser: Browser, server: Server) -> None:
    """From the safe arrival to the end, as a patient and as who leads."""
    code = server.ask(SESSION_NOW)
    maya, june, omar = (newcomer(browser, server.url, key).sign_in() for key in ("maya", "june", "omar"))

    def take(someone: Person, what: str) -> None:
        album.take(someone.page, someone.key, f"room-{what}", ("dark",), ROOM_SIZES)

    for one in (maya, june, omar):
        room.go_to_room(one, code)
    album.take(june.page, "june", "room-arriving")
    take(maya, "arriving")
    room.arrive(june)
    take(june, "waiting")
    room.go_in(maya)
    room.arrive(omar, "Parked car, 12 Mill Road")
    maya.page.locator("[data-part=door-list] li").first.wait_for(state="attached")
    take(maya, "two-at-the-door")
    room.admit(maya, "June")
    room.admit(maya, "Omar")
    for one in (maya, june, omar):
        room.sees(one, 3)
        room.turn_on_camera(one)
    june.page.locator("[data-part=tiles] video:visible").first.wait_for()
    room.raise_hand(june)
    room.say_in_chat(omar, "Good evening, all.")
    take(june, "in")
    take(maya, "leading")
    room.reads(june, "Good evening, all.")
    take(june, "chat")
    june.page.locator("[data-act=close-chat]").click()
    take_sheets(take, maya, june)
    room.remove(maya, "Omar")
    room.waits(omar)
    take(omar, "removed")
    server.kill()
    june.page.locator("[data-part=lost]").wait_for(state="visible")
    take(june, "line-lost")
    server.start()
    room.sees(june, 2)
    room.end_for_all(maya)
    june.page.locator("[data-state=ended]").wait_for(state="visible")
    take(june, "ended")
    take(maya, "ended")
    for one in (maya, june, omar):
        one.context.close()


def take_sheets(take, maya: Person, june: Person) -> None:
    """What opens above the room."""
    june.page.locator(".controls [data-act=quietly]").click()
    take(june, "quietly")
    june.page.keyboard.press("Escape")
    june.page.locator(".controls [data-act=more]").click()
    take(june, "more")
    june.page.keyboard.press("Escape")
    maya.page.locator("[data-part=tiles] > li", has_text="June").locator(".tile-press").click()
    take(maya, "about-june")
    maya.page.keyboard.press("Escape")


def main() -> int:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    album = Album(FOLDER)
    wanted = set(sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", CHROMIUM), args=FLAGS)
        server = Server(Path(folder)).prepare().start()
        try:
            if not wanted or "nobody" in wanted:
                signed_out(album, browser, server.url)
            if not wanted or "states" in wanted:
                states_of_pages(album.take, browser, server.url)
            for key in [key for key in CAST if not wanted or key in wanted]:
                someone = newcomer(browser, server.url, key).sign_in()
                every_page(album, someone)
                someone.context.close()
            if not wanted or "room" in wanted:
                states_of_the_room(album, browser, server)
        finally:
            server.stop()
            browser.close()
            album.write_index()
            violations = album.report()
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
