"""How long everyone was there: what a journey's own clock says, and what the roster page says."""

import re
import time
from dataclasses import dataclass

from playwright.sync_api import expect

from tests.e2e.people import Person

ROWS = """rows => rows.map(row => ({
  name: row.querySelector("th").firstChild.textContent.trim(),
  minutes: Number(row.querySelector("td.number").firstChild.textContent),
  seconds: [...row.querySelectorAll("rect.video, rect.audio, rect.telephone")]
    .reduce((sum, block) => sum + 60 * block.width.baseVal.value, 0),
}))"""


@dataclass(frozen=True)
class Moment:
    """Something happened after the one and before the other: a page shows things later than they are."""

    after: float
    before: float


def moment(act, *given) -> Moment:
    """Do it, and say when."""
    began = time.monotonic()
    act(*given)
    return Moment(began, time.monotonic())


@dataclass
class Stay:
    """So many seconds were spent in the room, at least and at most."""

    least: float = 0.0
    most: float = 0.0

    def add(self, came: Moment, went: Moment) -> None:
        self.least += went.after - came.before
        self.most += went.before - came.after


def roster(facilitator: Person) -> dict[str, dict]:
    """The lines of the roster page, by first name; the facilitator stands at the end of a meeting."""
    facilitator.page.get_by_role("link", name="See who was here").click()
    rows = facilitator.page.locator("table.roster tbody tr")
    expect(rows.first).to_be_visible()
    return {re.split(r"\s", row["name"])[0]: row for row in rows.evaluate_all(ROWS)}


def is_true(row: dict, stay: Stay, within: float) -> bool:
    """Whether the bar is as long as the stay, and the whole minutes are the bar's, rounded."""
    bar, minutes = row["seconds"], row["minutes"]
    return stay.least - within <= bar <= stay.most + within and abs(60 * minutes - bar) <= 30 + 1
