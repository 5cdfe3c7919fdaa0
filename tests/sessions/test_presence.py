"""Who is here: known from being heard, in one window at a time."""

import uuid
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from sessions.models import Apology, Visit
from sessions.services import attendance
from sessions.services.sweeping import sweep
from tests.conftest import member
from tests.sessions.conftest import change

pytestmark = pytest.mark.django_db(transaction=True)
swept = sync_to_async(sweep)


async def silence(seat: str, seconds: int = 16) -> None:
    """Let a seat's line have been silent for so long."""
    heard_at = timezone.now() - timedelta(seconds=seconds)
    await Visit.objects.filter(attendance__seat=seat, closed_at=None).aupdate(last_heard_at=heard_at)


async def test_a_line_that_falls_silent_is_lost_and_not_left(evening):
    seat = evening.seat["Omar"]
    await evening.omar.done("microphone.set", on=True)
    await evening.omar.vanish()
    await silence(seat, 14)
    await swept()
    await evening.maya.settles()
    assert "person.lost" not in evening.maya.kinds()
    await silence(seat)
    await swept()
    await evening.maya.hears("person.lost", seat=seat)
    await evening.maya.hears("microphone.changed", seat=seat, on=False)
    assert (await evening.maya.hears("roster.changed", seat=seat))["status"] == "lost"
    await evening.maya.settles()
    assert "person.left" not in evening.maya.kinds()


async def test_two_sweepers_lose_nobody_twice(evening):
    await evening.omar.vanish()
    await silence(evening.seat["Omar"])
    await swept()
    await swept()
    await evening.maya.settles()
    assert evening.maya.kinds().count("person.lost") == 1


async def test_who_returns_has_seat_hand_and_words_and_is_muted(evening):
    seat = evening.seat["Omar"]
    await evening.omar.done("hand.raise")
    await evening.omar.done("microphone.set", on=True)
    await evening.omar.done("chat.say", text="Still here", to="everyone")
    await evening.omar.vanish()
    await silence(seat)
    await swept()
    state = await evening.omar.come_again()
    me = next(person for person in state["people"] if person["seat"] == seat)
    assert (me["state"], me["hand"], me["microphone_on"]) == ("in", 1, False)
    assert state["chat"][0]["text"] == "Still here"
    assert (await evening.maya.hears("person.returned"))["seat"] == seat


async def test_who_was_away_for_a_moment_hears_what_was_missed_and_nothing_twice(evening):
    await evening.omar.settles()
    await evening.omar.done("hand.raise")
    await evening.omar.settles()
    last = evening.omar.last_seq
    await evening.maya.done("chat.say", text="While you were gone", to="everyone")
    assert await evening.omar.come_again(last) == {}
    assert (await evening.omar.hears("chat.said"))["text"] == "While you were gone"
    await evening.omar.settles()
    seqs = [frame["seq"] for frame in evening.omar.heard if "seq" in frame and "re" not in frame]
    assert seqs == sorted(set(seqs)) and min(seqs) > last
    assert "media.granted" in evening.omar.kinds()


async def test_a_second_window_takes_over_and_the_first_says_so(cast, browser, evening):
    second = await browser(cast.omar).come()
    assert "room.state" in second.kinds()
    assert await evening.omar.closes() == 4409
    assert (await evening.maya.hears("person.returned"))["seat"] == evening.seat["Omar"]
    await second.done("hand.raise")


async def test_a_second_window_takes_over_at_the_door_too(cast, browser, evening):
    second = await browser(cast.june).come()
    assert await evening.june.closes() == 4409
    await evening.maya.done("door.admit", seat=evening.seat["June"])
    await second.hears("room.state")


async def test_leaving_is_told_as_leaving(evening):
    await evening.omar.send({"kind": "goodbye", "body": {}})
    assert await evening.omar.closes() == 1000
    await evening.maya.hears("person.left", seat=evening.seat["Omar"])
    assert (await evening.maya.hears("roster.changed"))["status"] == "left"


async def test_leaving_quickly_shows_facilitators_whom_to_call(cast, browser, evening):
    await evening.maya.done("door.admit", seat=evening.seat["June"])
    await evening.june.hears("room.state")
    await evening.omar.send({"kind": "goodbye", "body": {"quickly": True}})
    left = await evening.maya.hears("person.left_quickly")
    assert left == {"seat": evening.seat["Omar"], "call_back": "978-555-0177"}
    await evening.june.hears("person.left", seat=evening.seat["Omar"])
    await evening.june.settles()
    assert "person.left_quickly" not in evening.june.kinds()
    assert (await evening.maya.hears("roster.changed", left_quickly=True))["status"] == "left"


async def test_a_room_without_a_leader_rests_after_the_grace_time_and_goes_on_when_one_is_back(cast, evening):
    await change(cast.program, grace_minutes=3)
    await evening.omar.done("microphone.set", on=True)
    await evening.maya.vanish()
    await silence(evening.seat["Maya"])
    await swept()
    await evening.omar.hears("person.lost", seat=evening.seat["Maya"])
    await evening.june.hears("waiting.state", leader_is_here=False)
    await change(evening.session, leaderless_since=timezone.now() - timedelta(minutes=2, seconds=58))
    await swept()
    await evening.omar.settles()
    assert "room.held" not in evening.omar.kinds()
    await change(evening.session, leaderless_since=timezone.now() - timedelta(minutes=3, seconds=1))
    await swept()
    await evening.omar.hears("room.held", on=True)
    await evening.omar.hears("microphones.muted")
    assert await evening.omar.refused("microphone.set", on=True) == "not_now"
    assert await evening.omar.refused("chat.say", text="Anyone?", to="everyone") == "not_now"
    await evening.omar.done("quiet.raise", kind="need_a_word")
    await evening.maya.come_again()
    await evening.omar.hears("room.held", on=False)
    await evening.omar.done("microphone.set", on=True)


async def test_some_become_late_and_absent_by_the_clock_alone(cast, browser, tonight):
    await sync_to_async(member)(cast.tuesday, cast.cole, "co_facilitator")
    maya = await browser(cast.maya).come()
    statuses = {row["shown_as"]: row["status"] for row in maya.state["roster"]}
    assert statuses == {"Maya": "in", "June": "expected", "Omar": "expected", "Cole": "expected"}
    for minutes, status in [(6, "late"), (16, "absent")]:
        await change(tonight, starts_at=timezone.now() - timedelta(minutes=minutes))
        await swept()
        row = await maya.hears("roster.changed", shown_as="June")
        assert row["status"] == status
    rows = [frame["body"] for frame in maya.heard if frame.get("kind") == "roster.changed"]
    # Who leads with her is neither late nor absent.
    assert {row["status"] for row in rows if row["shown_as"] == "Cole"} == {"expected"}
    await Apology.objects.acreate(group_session=tonight, person=cast.june, is_absence=True)
    await swept()
    assert (await maya.hears("roster.changed", shown_as="June"))["status"] == "excused"


async def test_a_session_that_nobody_ended_is_ended_when_all_have_gone(evening):
    long_ago = timezone.now() - timedelta(hours=3)
    await change(evening.session, starts_at=long_ago, ends_at=long_ago + timedelta(hours=1))
    await swept()
    await evening.session.arefresh_from_db()
    assert evening.session.ended_at is None
    for each in (evening.maya, evening.omar):
        await each.send({"kind": "goodbye", "body": {}})
        await each.closes()
    await swept()
    await evening.session.arefresh_from_db()
    assert evening.session.ended_at is not None


async def test_a_window_left_open_where_nobody_leads_does_not_keep_a_room_open(evening):
    long_ago = timezone.now() - timedelta(hours=3)
    await change(evening.session, starts_at=long_ago, ends_at=long_ago + timedelta(hours=1))
    await evening.maya.send({"kind": "goodbye", "body": {}})
    await evening.maya.closes()
    await swept()
    await evening.session.arefresh_from_db()
    assert evening.session.ended_at is None
    await change(evening.session, leaderless_since=timezone.now() - timedelta(minutes=31))
    await swept()
    assert await evening.omar.closes() == 4410


async def test_minutes_count_each_moment_once_and_not_the_waiting(cast, browser, evening):
    await browser(cast.omar).come()
    shift = timedelta(minutes=30)
    async for visit in Visit.objects.exclude(mode="waiting").filter(attendance__seat=evening.seat["Omar"]):
        await Visit.objects.filter(pk=visit.pk).aupdate(opened_at=visit.opened_at - shift)
    records = await sync_to_async(attendance.record_of)(evening.session)
    minutes = {row.attendance.shown_as: row.minutes_counted for row in records}
    assert minutes["Omar"] == 30 and minutes["June"] == 0


# --- Ends that come late ------------------------------------------------------------


async def minutes_of(name: str, evening) -> int:
    records = await sync_to_async(attendance.record_of)(evening.session)
    return next(row.minutes_counted for row in records if row.attendance.shown_as == name)


async def fell_silent(evening, came: int, heard: int) -> None:
    """Omar came and was last heard of so many minutes ago, and no sweeper has looked since."""
    await evening.omar.vanish()
    now = timezone.now()
    line = Visit.objects.filter(attendance__seat=evening.seat["Omar"], closed_at=None)
    await line.aupdate(opened_at=now - timedelta(minutes=came), last_heard_at=now - timedelta(minutes=heard))


async def test_a_silent_line_counts_up_to_when_it_was_heard_when_the_room_ends(evening):
    await fell_silent(evening, came=40, heard=35)
    await evening.maya.send({"kind": "room.end", "id": str(uuid.uuid4()), "body": {}})
    await evening.maya.closes()
    assert await minutes_of("Omar", evening) == 5


async def test_a_silent_line_counts_up_to_when_it_was_heard_when_its_person_is_removed(evening):
    await fell_silent(evening, came=40, heard=35)
    await evening.maya.done("door.remove", seat=evening.seat["Omar"], reason="")
    assert await minutes_of("Omar", evening) == 5


async def test_a_telephone_call_that_nobody_ended_counts_up_to_the_planned_end(evening):
    await evening.maya.done("phone.seat", seat=evening.seat["June"])
    long_ago = timezone.now() - timedelta(hours=10)
    await change(evening.session, starts_at=long_ago, ends_at=long_ago + timedelta(hours=1))
    await Visit.objects.filter(mode="telephone").aupdate(opened_at=long_ago)
    for each in (evening.maya, evening.omar):
        await each.send({"kind": "goodbye", "body": {}})
        await each.closes()
    await evening.june.vanish()
    await silence(evening.seat["June"])
    await swept()
    await evening.session.arefresh_from_db()
    assert evening.session.ended_at is not None
    assert await minutes_of("June", evening) == 60
