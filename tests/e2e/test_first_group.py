"""The first live group, from the knock to the roster, with a server that is killed in the middle."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.e2e.in_the_room import (
    admit,
    arrive,
    end_for_all,
    go_in,
    go_to_room,
    is_in,
    raise_hand,
    reads,
    remove,
    say_in_chat,
    sees,
    sees_pictures,
    turn_on_camera,
    undo,
    waits,
)

SESSION_NOW = """
from sessions.models import GroupSession
from django.utils import timezone
now = timezone.now()
meeting = GroupSession.objects.filter(group__name="Tuesday evening", starts_at__lte=now, ends_at__gt=now)
print(meeting.first().code)
"""
# Of the return of the server, and of true minutes, in seconds.
BACK_WITHIN = 5.0
EXACT_WITHIN = 10.0


@pytest.fixture(scope="module")
def code(server) -> str:
    return server.ask(SESSION_NOW)


def test_a_group_meets_survives_its_server_and_is_written_down(server, person, code):
    maya, june, omar = person("maya"), person("june"), person("omar")
    for one in (maya, june, omar):
        go_to_room(one, code)

    arrive(june)
    go_in(maya)
    admit(maya, "June")
    is_in(june)
    june_came = time.time()
    arrive(omar)
    admit(maya, "Omar")
    everyone = (maya, june, omar)
    for one in everyone:
        sees(one, 3)
        turn_on_camera(one)
    for one in everyone:
        sees_pictures(one, 2)

    raise_hand(june)
    expect(maya.page.locator("[data-part=hands-list]")).to_contain_text("June")
    say_in_chat(omar, "Good evening, all.")
    reads(june, "Good evening, all.")
    reads(maya, "Good evening, all.")

    removed_stays_out(maya, june, omar, code)
    undo(maya)
    comes_back_after_undo(maya, omar)
    sees(june, 3)

    silence = server_is_killed_and_comes_back(server, everyone)
    for one in everyone:
        sees_pictures(one, 2)
    reads(june, "Good evening, all.")

    end_for_all(maya)
    for one in everyone:
        expect(one.page.locator("[data-state=ended]")).to_be_visible(timeout=20_000)
    minutes_are_true(server, code, time.time() - june_came, silence)
    assert [
        complaint for one in everyone for complaint in one.complaints if not of_a_lost_line(complaint)
    ] == []


def removed_stays_out(maya, june, omar, code):
    """By no path: not by waiting, reloading, another window, or coming in again from Today."""
    remove(maya, "Omar")
    waits(omar)
    for other in (maya, june):
        sees(other, 2)
    omar.page.reload()
    stays_at_the_door(omar)
    second = omar.context.new_page()
    second.goto(f"{omar.url}/")
    second.goto(f"{omar.url}/sessions/{code}/room/")
    second.locator("[data-part=go]").wait_for(state="attached")
    second.wait_for_timeout(1500)
    assert not second.locator("[data-state=room]").is_visible()
    second.close()
    omar.page.reload()
    stays_at_the_door(omar)
    sees(maya, 2)


def stays_at_the_door(omar):
    omar.page.locator("[data-part=go]").wait_for(state="attached")
    omar.page.wait_for_timeout(2000)
    assert not omar.page.locator("[data-state=room]").is_visible()
    assert omar.page.evaluate("window.connectionsOfThisPage.length") == 0


def comes_back_after_undo(maya, omar):
    """Undone, he waits again, and is let in like anyone."""
    admit(maya, "Omar")
    is_in(omar)
    turn_on_camera(omar)


def server_is_killed_and_comes_back(server, everyone) -> float:
    """kill -9, then a start: everyone is back by themselves. Returns for how many seconds."""
    killed_at = time.monotonic()
    server.kill()
    for one in everyone:
        expect(one.page.locator("[data-part=lost]")).to_be_visible(timeout=15_000)
    server.start()
    up_at = time.monotonic()
    for one in everyone:
        expect(one.page.locator("[data-part=lost]")).to_be_hidden(timeout=BACK_WITHIN * 1000)
        sees(one, 3, within=BACK_WITHIN)
    back_at = time.monotonic()
    assert back_at - up_at <= BACK_WITHIN + 1, f"back after {back_at - up_at:.1f} s"
    return back_at - killed_at


MINUTES = """
import json
from sessions.models import Attendance, GroupSession
session = GroupSession.objects.get(code="{code}")
found = {{}}
for seat in session.attendances.all():
    visits = [v for v in seat.visits.all() if v.mode != "waiting"]
    spans = sorted((v.opened_at.timestamp(), (v.closed_at or v.last_heard_at).timestamp()) for v in visits)
    total, until = 0, 0
    for begins, ends in spans:
        total += max(0, ends - max(begins, until)); until = max(until, ends)
    found[seat.shown_as] = total
print(json.dumps(found))
"""


def minutes_are_true(server, code, present: float, silence: float):
    """One fault: the seconds that were counted are right within ten."""
    import json

    counted = json.loads(server.ask(MINUTES.format(code=code)).splitlines()[-1])
    assert abs(counted["June"] - (present - silence)) <= EXACT_WITHIN, (counted, present, silence)


def of_a_lost_line(complaint: str) -> bool:
    """The browser itself writes an error for each try at a server that is down."""
    return bool(re.search(r"WebSocket connection to|ERR_CONNECTION_REFUSED|net::ERR_", complaint))
