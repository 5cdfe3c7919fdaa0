"""Access that ended has ended: nothing reaches a person after the commit that put them out."""

import asyncio
import json
import threading

import pytest
from asgiref.sync import sync_to_async
from django.db import transaction

from tests.wire.conftest import JUNE, OMAR, THEO
from wire import codes, hubs, log, news

pytestmark = pytest.mark.django_db(transaction=True)


async def test_the_event_that_puts_someone_out_is_the_first_they_do_not_hear(browser, happens, mouth):
    june, omar = await browser(JUNE), await browser(OMAR)
    await happens("before")
    mouth.refused[JUNE] = codes.NOT_YOURS
    await happens("person.shown_out", nudges=[JUNE])
    await happens("after")
    assert (await june.hears())["kind"] == "before"
    assert await june.closed_with() == codes.NOT_YOURS
    assert [message["kind"] for message in await omar.hears_all(3)] == ["before", "person.shown_out", "after"]


async def test_not_even_events_of_the_same_moment_slip_through(browser, mouth, stream):
    june = await browser(JUNE)

    @sync_to_async
    def storm():
        with transaction.atomic():
            mouth.refused[JUNE] = codes.SIGNED_OUT
            log.append(stream, "person.shown_out", {}, nudges=[JUNE])
            for _ in range(20):
                log.append(stream, "secret", {})

    await storm()
    assert await june.closed_with() == codes.SIGNED_OUT


async def test_who_is_asked_again_and_may_stay_misses_nothing(browser, happens, mouth):
    june = await browser(JUNE)
    mouth.facilitators.add(JUNE)
    await happens("role.changed", nudges=[JUNE])
    await happens("quiet", audience=["facilitators"])
    assert [message["kind"] for message in await june.hears_all(2)] == ["role.changed", "quiet"]


async def test_while_the_door_thinks_nothing_passes(browser, happens, mouth):
    june = await browser(JUNE)
    may_answer = threading.Event()
    ask = mouth.ask_again
    mouth.ask_again = lambda self: may_answer.wait(5) and ask(self)
    await happens("nudging", nudges=[JUNE])
    await happens("later")
    assert await june.hears_nothing()
    may_answer.set()
    assert [message["kind"] for message in await june.hears_all(2)] == ["nudging", "later"]


async def test_asked_twice_while_the_door_thinks_the_last_answer_counts(browser, happens, mouth):
    june = await browser(JUNE)
    may_answer = threading.Event()
    ask = mouth.ask_again
    mouth.ask_again = lambda self: (ask(self), may_answer.wait(5))[0]
    await happens("nudging", nudges=[JUNE])
    await asyncio.sleep(0.1)  # the door has looked, and has not said yet
    mouth.refused[JUNE] = codes.NOT_YOURS
    news_of_june = sync_to_async(transaction.atomic(lambda: news.nudge(JUNE)))
    await news_of_june()
    may_answer.set()
    assert await june.closed_with() == codes.NOT_YOURS


async def test_signing_out_closes_every_socket_of_that_person_only(browser, mouth):
    june, second, omar = await browser(JUNE), await browser(JUNE), await browser(OMAR)
    mouth.refused[JUNE] = codes.SIGNED_OUT
    await sync_to_async(news.nudge)(JUNE)
    assert await june.closed_with() == await second.closed_with() == codes.SIGNED_OUT
    assert (await omar.says("still here"))["seq"] == 1


async def test_who_is_put_out_while_standing_in_the_doorway_does_not_get_in(browser, mouth, happens):
    looked, may_go_on = threading.Event(), threading.Event()

    def slow_snapshot(self, welcome):
        looked.set()
        may_go_on.wait(5)
        return {}

    mouth.snapshot = slow_snapshot
    june = await browser(JUNE, knocks=True)
    await asyncio.to_thread(looked.wait, 5)
    mouth.refused[JUNE] = codes.NOT_YOURS
    await happens("person.shown_out", nudges=[JUNE])
    may_go_on.set()
    heard = []
    while (message := await june.receive_output())["type"] == "websocket.send":
        heard.append(json.loads(message["text"]))
    assert message["code"] == codes.NOT_YOURS
    # The state was read before the end, and nothing of or after the end may follow it.
    assert [each.get("kind") for each in heard] in ([], ["room.state"])


async def test_signing_out_in_the_doorway_counts_too(browser, mouth):
    looked, may_go_on = threading.Event(), threading.Event()
    mouth.snapshot = lambda self, welcome: looked.set() or (may_go_on.wait(5) and {})
    june = await browser(JUNE, knocks=True)
    await asyncio.to_thread(looked.wait, 5)
    mouth.refused[JUNE] = codes.SIGNED_OUT
    await sync_to_async(news.nudge)(JUNE)
    may_go_on.set()
    while (message := await june.receive_output())["type"] == "websocket.send":
        pass
    assert message["code"] == codes.SIGNED_OUT


async def test_every_command_is_asked_at_the_door(browser, mouth, stream):
    june = await browser(JUNE)
    mouth.refused[JUNE] = codes.NOT_YOURS
    await june.send_json_to({"kind": "chat.say", "body": {"text": "too late"}})
    assert await june.closed_with() == codes.NOT_YOURS
    assert await sync_to_async(log.head)(stream) == 0


async def test_what_no_signal_told_is_noticed_by_asking_now_and_then(browser, mouth):
    june, omar = await browser(JUNE), await browser(OMAR)
    mouth.refused[JUNE] = codes.SIGNED_OUT
    await hubs.here().tick.ask_door()
    assert await june.closed_with() == codes.SIGNED_OUT
    assert (await omar.says("here"))["seq"] == 1


async def test_a_door_that_does_not_answer_lets_nobody_hear_on_but_try_again(browser, mouth, happens):
    june = await browser(JUNE)

    def broken(self):
        raise RuntimeError

    mouth.ask_again = broken
    await happens("nudging", nudges=[JUNE])
    assert await june.closed_with() == codes.RESYNC


async def test_who_was_refused_gets_no_state(browser, mouth, happens):
    await happens("secret")
    mouth.refused[THEO] = codes.NOT_YOURS
    theo = await browser(THEO, knocks=True)
    assert await theo.closed_with() == codes.NOT_YOURS


async def test_an_old_nudge_on_the_way_back_is_asked_once_and_passes(browser, happens, mouth):
    await happens("a", nudges=[JUNE])
    await happens("b")
    mouth.questions.clear()
    june = await browser(JUNE, last_seq=0)
    assert [message.get("kind") for message in june.heard] == ["a", "b", None]
    assert mouth.questions == [JUNE]  # the door knew of both when it said yes


# --- At the door ------------------------------------------------------------------


async def test_at_the_door_one_hears_nothing_of_the_room(browser, happens, mouth):
    mouth.at_the_door.add(JUNE)
    june = await browser(JUNE)
    assert [list(message) for message in june.heard] == [["re", "seq"]]
    assert june.heard[0]["seq"] == 0
    await happens("secret")
    await sync_to_async(news.signal)(1, "speaking", {})
    assert await june.hears_nothing()


async def test_one_is_let_in_by_an_event(browser, happens, mouth):
    mouth.at_the_door.add(JUNE)
    june = await browser(JUNE)
    await happens("secret")
    mouth.at_the_door.clear()
    await happens("admitted", nudges=[JUNE])
    assert await june.hears() == {"kind": "room.state", "seq": 2, "body": {}}
    await happens("heard")
    assert (await june.hears())["kind"] == "heard"


async def test_one_is_sent_back_to_the_door_by_an_event(browser, happens, mouth):
    june = await browser(JUNE)
    mouth.at_the_door.add(JUNE)
    await happens("sent.back", nudges=[JUNE])
    await happens("secret")
    assert await june.hears() == {"kind": "waiting.state"}
    assert await june.hears_nothing()


async def test_everyone_at_the_door_can_be_told_at_once(browser, happens, mouth):
    mouth.at_the_door.update({JUNE, OMAR})
    tabs = [await browser(JUNE), await browser(OMAR)]
    theo = await browser(THEO)
    mouth.questions.clear()
    await happens("opened", nudges=[0])
    for tab in tabs:
        assert await tab.hears() == {"kind": "waiting.state"}
    assert (await theo.hears())["kind"] == "opened"
    assert THEO not in mouth.questions


async def test_let_in_while_walking_to_the_door(browser, happens, mouth):
    """The event that admits comes between the door's answer and standing there."""
    looked, may_go_on = threading.Event(), threading.Event()
    ask = mouth.ask_at_the_door

    def slow_ask(self):
        welcome = ask(self)
        if not looked.is_set():
            looked.set()
            may_go_on.wait(5)
        return welcome

    mouth.ask_at_the_door = slow_ask
    mouth.at_the_door.add(JUNE)
    mouth.enter = lambda self, hello: _at_the_door(self)
    june = await browser(JUNE, knocks=True)
    await asyncio.to_thread(looked.wait, 5)
    mouth.at_the_door.clear()
    await happens("admitted", nudges=[JUNE])
    may_go_on.set()
    assert (await june.hears())["kind"] == "room.state"


def _at_the_door(consumer):
    from wire.entering import Entrance

    welcome = consumer.ask_at_the_door()
    return Entrance(welcome, after=welcome.stream.head)
