"""Coming in, hearing, speaking, coming back."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest

from tests.wire.conftest import JUNE, OMAR

pytestmark = pytest.mark.django_db(transaction=True)


async def test_one_gets_the_state_first_and_then_what_happens(browser, happens):
    await happens("before")
    june = await browser(JUNE)
    state, answer = june.heard
    assert state == {"kind": "room.state", "seq": 1, "body": {"you": JUNE}}
    assert answer["seq"] == 1
    await happens("after", {"a": "ü"})
    event = await june.hears()
    assert (event["seq"], event["kind"], event["body"]) == (2, "after", {"a": "ü"})


async def test_what_one_says_everyone_hears_in_the_same_order(browser):
    june, omar = await browser(JUNE), await browser(OMAR)
    for number in range(5):
        await june.send_json_to({"kind": "chat.say", "id": str(uuid4()), "body": {"text": f"j{number}"}})
        await omar.send_json_to({"kind": "chat.say", "id": str(uuid4()), "body": {"text": f"o{number}"}})
    heard = [
        [(e["seq"], e["body"]["text"]) for e in await tab.hears_all(15) if "kind" in e]
        for tab in (june, omar)
    ]
    assert heard[0] == heard[1]
    assert [seq for seq, _ in heard[0]] == list(range(1, 11))


async def test_saying_it_again_after_a_lost_answer_says_it_once(browser, stream):
    june, id = await browser(JUNE), str(uuid4())
    assert (await june.says("hello", id))["seq"] == 1
    assert (await june.ask("chat.say", id, text="hello"))[-1]["seq"] == 1
    assert await june.hears_nothing()


async def test_who_comes_back_gets_what_was_missed_and_no_state(browser, happens):
    for number in range(3):
        await happens(f"e{number}")
    june = await browser(JUNE, last_seq=1)
    assert [message.get("kind") for message in june.heard] == ["e1", "e2", None]
    assert june.heard[-1]["seq"] == 3


async def test_who_was_away_for_very_long_gets_the_state_anew(browser, happens, monkeypatch):
    monkeypatch.setattr("wire.entering.RESUMABLE", 2)
    for number in range(4):
        await happens(f"e{number}")
    assert (await browser(JUNE, last_seq=0)).heard[0]["kind"] == "room.state"
    assert (await browser(OMAR, last_seq=2)).heard[0]["kind"] == "e2"


@pytest.mark.parametrize("nonsense", [-1, 99, True, "3", 1.5, 2**70, [], {}])
async def test_a_position_that_cannot_be_true_means_the_state_anew(browser, happens, nonsense):
    await happens()
    assert (await browser(JUNE, last_seq=nonsense)).heard[0]["kind"] == "room.state"


async def test_a_browser_that_notices_a_gap_asks_from_where_it_was(browser, happens):
    june = await browser(JUNE)
    for _ in range(3):
        await happens()
    await june.hears_all(3)
    assert [message["seq"] for message in await june.ask("catch.up", last_seq=1)] == [2, 3, 3]
    assert (await june.ask("catch.up", last_seq="x"))[-1]["refused"] == "bad_message"


async def test_what_was_before_ones_time_is_not_told_however_far_back_one_asks(browser, happens, mouth):
    for _ in range(3):
        await happens("secret")
    ask = mouth.ask_at_the_door
    mouth.ask_at_the_door = lambda self: replace(ask(self), since=2)
    june = await browser(JUNE, last_seq=1)
    assert june.heard[0]["kind"] == "room.state"
    back = await browser(OMAR, last_seq=2)
    assert back.heard[0]["seq"] == 3
    await june.send_json_to({"kind": "catch.up", "body": {"last_seq": 1}})
    assert await june.closed_with() == 4408


async def test_a_long_way_back_is_read_from_the_log_page_by_page(browser, happens, monkeypatch):
    monkeypatch.setattr("wire.hub.KEPT", 3)
    monkeypatch.setattr("wire.hub.PAGE", 4)
    omar = await browser(OMAR)
    for _ in range(12):
        await happens()
    assert [message["seq"] for message in await omar.hears_all(12)] == list(range(1, 13))
    june = await browser(JUNE, last_seq=0)
    assert [message["seq"] for message in june.heard] == [*range(1, 13), 12]


async def test_what_is_not_for_you_keeps_its_place_only(browser, happens, mouth):
    mouth.facilitators.add(OMAR)
    june, omar = await browser(JUNE), await browser(OMAR)
    await happens("quiet.raised", {"why": "private"}, audience=["facilitators"])
    await happens("asked", {"you": 1}, audience=["person:1"])
    assert await june.hears() == {"seq": 1}
    assert (await june.hears())["kind"] == "asked"
    assert (await omar.hears())["body"] == {"why": "private"}
    assert await omar.hears() == {"seq": 2}
    back = await browser(JUNE, last_seq=0)
    assert back.heard[0] == {"seq": 1}


async def test_what_happens_in_the_doorway_is_not_missed(browser, happens, mouth):
    happened = asyncio.Event()

    def slow_snapshot(self, welcome):
        loop.call_soon_threadsafe(happened.set)
        return {"head": welcome.stream.head}

    loop = asyncio.get_running_loop()
    mouth.snapshot = slow_snapshot
    entering = asyncio.ensure_future(browser(JUNE))
    await happened.wait()
    await happens("in.the.doorway")
    june = await entering
    seqs = [message["seq"] for message in june.heard]
    if seqs[0] == 0:
        seqs.append((await june.hears())["seq"]) if 1 not in seqs else None
    assert 1 in seqs


async def test_a_busy_room_can_still_be_entered(browser, happens, mouth, stream):
    """Something happens at each look, so the state can only be read while everyone is held."""
    from django.db import transaction

    from wire import log

    looks = []

    def busy_snapshot(self, welcome):
        looks.append(1)
        if len(looks) <= 3:
            with transaction.atomic():
                log.append(stream, "busy", {})
        return {}

    mouth.snapshot = busy_snapshot
    june = await browser(JUNE)
    assert june.heard[0]["seq"] == 3 and len(looks) == 4


async def test_a_command_refused_says_why_and_the_socket_stays(browser):
    june = await browser(JUNE)
    answer = (await june.ask("hand.steal"))[-1]
    assert answer["refused"] == "not_yours" and answer["words"] == "That is not for you."
    assert (await june.says("still here"))["seq"] == 1


async def test_a_second_hello_is_answered_like_a_gap(browser, happens):
    june = await browser(JUNE)
    await happens()
    await june.hears()
    assert [message["seq"] for message in await june.ask("hello", last_seq=0)] == [1, 1]


async def test_goodbye_closes_the_socket(browser, mouth):
    gone = []
    mouth.on_goodbye = lambda self, body: gone.append(body)
    june = await browser(JUNE)
    await june.send_json_to({"kind": "goodbye", "body": {"quickly": True}})
    assert await june.closed_with() == 1000
    assert gone == [{"quickly": True}]


async def test_short_lived_signals_reach_whom_they_are_for_and_leave_no_trace(browser, stream):
    june, omar = await browser(JUNE), await browser(OMAR)
    await june.send_json_to({"kind": "speaking", "body": {"to": OMAR, "on": True}})
    assert await omar.hears() == {"kind": "speaking", "body": {"to": OMAR, "on": True}}
    assert await june.hears_nothing()
    assert (await june.says("x"))["seq"] == 1


async def test_the_fourth_window_of_a_person_replaces_the_first(browser):
    tabs = [await browser(JUNE) for _ in range(4)]
    assert await tabs[0].closed_with() == 4409
    assert (await tabs[3].says("here"))["seq"] == 1


async def test_the_last_event_is_heard_and_then_the_door_closes(browser, stream, happens, mouth):
    mouth.at_the_door.add(OMAR)
    june, omar = await browser(JUNE), await browser(OMAR)
    await happens("room.ended", closes=True)
    assert (await june.hears())["kind"] == "room.ended"
    assert await june.closed_with() == 4410
    assert await omar.closed_with() == 4410


async def test_speaking_into_a_closed_stream_is_refused(browser, stream, happens, mouth):
    june = await browser(JUNE)
    june_has = june.receive_output
    await happens("room.ended", closes=True)
    await june.hears()
    assert (await june_has(timeout=1))["code"] == 4410
