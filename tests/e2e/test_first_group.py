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
from tests.e2e.roster import Moment, Stay, is_true, moment, roster

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

    stays = {"Maya": Stay(), "June": Stay(), "Omar": Stay()}
    arrive(june)
    maya_came = moment(go_in, maya)
    june_came = moment(comes_in, maya, june, "June")
    arrive(omar)
    omar_came = moment(comes_in, maya, omar, "Omar")
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

    stays["Omar"].add(omar_came, moment(is_removed, maya, omar))
    stays_out(maya, june, omar, code)
    undo(maya)
    omar_came = moment(comes_in, maya, omar, "Omar")
    turn_on_camera(omar)
    sees(june, 3)

    killed, back = server_is_killed_and_everyone_is_back(server, everyone)
    for name, came in (("Maya", maya_came), ("June", june_came), ("Omar", omar_came)):
        stays[name].add(came, killed)
    for one in everyone:
        sees(one, 3)
        sees_pictures(one, 2)
    reads(june, "Good evening, all.")

    ended = moment(everyone_is_shown_out, maya, everyone)
    for stay in stays.values():
        stay.add(back, ended)
    rows = roster(maya)
    assert set(rows) >= set(stays)
    assert {name for name, stay in stays.items() if not is_true(rows[name], stay, EXACT_WITHIN)} == set(), (
        rows,
        stays,
    )
    assert [
        complaint for one in everyone for complaint in one.complaints if not of_a_lost_line(complaint)
    ] == []


def comes_in(maya, patient, name):
    admit(maya, name)
    is_in(patient)


def is_removed(maya, omar):
    remove(maya, "Omar")
    waits(omar)


def stays_out(maya, june, omar, code):
    """By no path: not by waiting, reloading, another window, or coming in again from Today."""
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


def server_is_killed_and_everyone_is_back(server, everyone) -> tuple[Moment, Moment]:
    """kill -9, then a start. Each has written a word without a line, and each reads all of them in time.

    That cannot be true before both ends are back: a word gets its number from the server that returned.
    """
    for one in everyone:
        reads(one, "Good evening, all.")
    killed = moment(server.kill)
    for one in everyone:
        expect(one.page.locator("[data-part=lost]")).to_be_visible(timeout=15_000)
        say_in_chat(one, word_of(one))
        expect(unsent(one)).to_have_text([re.compile(word_of(one))])
    server.start()
    up_at = time.monotonic()
    for one in everyone:
        for other in everyone:
            expect(arrived(one, word_of(other))).to_have_count(1, timeout=BACK_WITHIN * 1000)
        expect(unsent(one)).to_have_count(0)
        expect(one.page.locator("[data-part=lost]")).to_be_hidden()
    back = Moment(up_at, time.monotonic())
    assert back.before - up_at <= BACK_WITHIN, f"back after {back.before - up_at:.1f} s"
    return killed, back


def word_of(one) -> str:
    return f"{one.key} is back."


def unsent(one):
    return one.page.locator("[data-part=said] .unsent")


def arrived(one, words: str):
    return one.page.locator("[data-part=said] .said:not(.unsent)", has_text=words)


def everyone_is_shown_out(maya, everyone):
    end_for_all(maya)
    for one in everyone:
        expect(one.page.locator("[data-state=ended]")).to_be_visible(timeout=20_000)


def of_a_lost_line(complaint: str) -> bool:
    """The browser itself writes an error for each try at a server that is down."""
    return bool(re.search(r"WebSocket connection to|ERR_CONNECTION_REFUSED|net::ERR_", complaint))
