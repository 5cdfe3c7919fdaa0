"""People in real browsers: each has a window of their own, and everything that goes wrong in it is kept."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}


@dataclass
class Person:
    """One of the cast, in one window."""

    key: str
    url: str
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> "Person":
        """Keep what the console, the page and our Content-Security-Policy complain of."""
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        return self

    def _console(self, message) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def go(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def sign_in(self) -> "Person":
        """By one click on the demo's page."""
        self.go("/demo/")
        self.page.locator(f"form[action$='/demo/as/{self.key}/'] button").click()
        self.page.wait_for_url(re.compile(r"^(?!.*/demo/)"))
        return self


def newcomer(browser: Browser, url: str, key: str = "", viewport: dict | None = None, **more) -> Person:
    """A fresh window, signed in as nobody."""
    context = browser.new_context(viewport=viewport or DESK, permissions=["camera", "microphone"], **more)
    page = context.new_page()
    page.set_default_timeout(20_000)
    return Person(key, url, context, page).watch()
