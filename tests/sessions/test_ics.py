"""The private calendar address."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from icalendar import Calendar

from groups.models import Membership
from sessions.models import CalendarFeed
from sessions.pattern import Pattern
from sessions.services import feeds, schedule, series

MONDAY_NOON = datetime(2026, 10, 26, 16, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY_NOON, tick=False) as clock:
        yield clock


def read(client, token: str) -> Calendar:
    return Calendar.from_ical(client.get(f"/calendar/{token}.ics").content)


def shown_in(page) -> str:
    return re.search(r"/calendar/([\w-]+)\.ics", page.content.decode())[1]


def test_the_file_says_when_and_nothing_else(cast, client):
    tuesdays = Pattern((1,), time(18), 60, "America/New_York", MONDAY_NOON.date())
    series.start_series(cast.tuesday, tuesdays, by=cast.ines, title="Relapse prevention")
    token = feeds.make_feed(cast.june)
    answer = client.get(f"/calendar/{token}.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, max-age=900"
    assert not answer.cookies
    text = answer.content.decode()
    for secret in ("Relapse", "Tuesday evening", "Evening program", "Riverside", "Maya", "June", "roup"):
        assert secret not in text
    first, second = Calendar.from_ical(text).walk("VEVENT")[:2]
    assert str(first["SUMMARY"]) == "Appointment"
    # The clocks change between the two: the wall time stays, and the file brings the zone's rules along.
    assert first["DTSTART"].params["TZID"] == "America/New_York"
    assert [event.decoded("DTSTART").strftime("%H:%M %z") for event in (first, second)] == [
        "18:00 -0400",
        "18:00 -0500",
    ]
    assert [str(zone["TZID"]) for zone in Calendar.from_ical(text).walk("VTIMEZONE")] == ["America/New_York"]


def test_a_moved_meeting_keeps_its_identity_and_a_cancelled_one_says_so(cast, client, a_session):
    meeting = a_session(cast.tuesday, MONDAY_NOON + timedelta(days=1))
    token = feeds.make_feed(cast.june)
    [before] = read(client, token).walk("VEVENT")
    schedule.move_session(meeting, starts_at=meeting.starts_at + timedelta(hours=1), minutes=60, by=cast.ines)
    [moved] = read(client, token).walk("VEVENT")
    schedule.cancel_session(meeting, reason="Holiday", by=cast.ines)
    [cancelled] = read(client, token).walk("VEVENT")
    assert before["UID"] == moved["UID"] == cancelled["UID"]
    assert [event["SEQUENCE"] for event in (before, moved, cancelled)] == [0, 1, 2]
    assert [str(event["STATUS"]) for event in (before, moved, cancelled)] == [
        "CONFIRMED",
        "CONFIRMED",
        "CANCELLED",
    ]
    assert "Holiday" not in cancelled.to_ical().decode()


def test_the_address_is_shown_once_and_works_until_it_is_revoked(cast, client, signed_in, a_session):
    june = signed_in(cast.june)
    assert "Make my private address" in june.get("/calendar/").content.decode()
    june.post("/calendar/new/")
    token = shown_in(june.get("/calendar/"))
    assert client.get(f"/calendar/{token}.ics").status_code == 200
    assert token not in june.get("/calendar/").content.decode()
    assert token not in str(CalendarFeed.objects.values())

    june.post("/calendar/new/")
    assert client.get(f"/calendar/{token}.ics").status_code == 404
    token = shown_in(june.get("/calendar/"))
    june.post("/calendar/revoke/")
    assert client.get(f"/calendar/{token}.ics").status_code == 404


def test_a_revoked_address_looks_like_one_that_never_was(cast, client):
    token = feeds.make_feed(cast.june)
    feeds.revoke_feeds(cast.june)
    revoked, unknown = client.get(f"/calendar/{token}.ics"), client.get("/calendar/nothing.ics")
    assert revoked.status_code == unknown.status_code == 404
    assert revoked.content == unknown.content


def test_someone_whose_access_ended_reads_no_more(cast, client, a_session):
    a_session(cast.tuesday, MONDAY_NOON + timedelta(days=1))
    junes, omars = feeds.make_feed(cast.june), feeds.make_feed(cast.omar)
    assert len(read(client, junes).walk("VEVENT")) == 1
    Membership.objects.filter(person=cast.june).update(ended_at=MONDAY_NOON)
    assert read(client, junes).walk("VEVENT") == []
    cast.omar.is_active = False
    cast.omar.save()
    assert client.get(f"/calendar/{omars}.ics").status_code == 404


def test_a_stranger_sees_only_their_own_meetings(cast, client, a_session):
    a_session(cast.tuesday, MONDAY_NOON + timedelta(days=1))
    assert read(client, feeds.make_feed(cast.theo)).walk("VEVENT") == []


def test_staff_without_a_second_factor_and_locked_pages_do_not_stop_a_calendar_app(cast, signed_in):
    token = feeds.make_feed(cast.maya)
    browser = signed_in(cast.maya, second_factor=False)
    assert browser.get(f"/calendar/{token}.ics").status_code == 200


def test_only_a_press_makes_or_revokes_an_address(cast, signed_in, client):
    june = signed_in(cast.june)
    assert june.get("/calendar/new/").status_code == june.get("/calendar/revoke/").status_code == 405
    for path in ("/calendar/", "/calendar/new/", "/calendar/revoke/"):
        assert client.post(path).status_code == 302
    assert not CalendarFeed.objects.exists()
