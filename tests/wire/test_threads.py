"""A slow question in one room does not hold up another."""

import asyncio
import threading
import time

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.utils import translation

from tests.wire.conftest import JUNE, OMAR
from wire import threads
from wire.models import Stream

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_slow_command_in_one_room_does_not_delay_another(browser, mouth):
    other = await sync_to_async(Stream.objects.create)()
    june, omar = await browser(JUNE), await browser(OMAR, in_stream=other)
    may_end, handle = threading.Event(), mouth.handle

    def slow(self, command):
        if self.scope["person"] == JUNE:
            may_end.wait(5)
        return handle(self, command)

    mouth.handle = slow
    await june.send_json_to({"kind": "chat.say", "body": {"text": "slow"}})
    await asyncio.sleep(0.05)
    began = time.monotonic()
    assert (await omar.says("quick"))["seq"] == 1
    assert time.monotonic() - began < 1
    may_end.set()
    assert (await june.hears())["kind"] == "chat.said"


async def test_one_rooms_commands_happen_one_after_the_other():
    running, most, order = [], [], []

    def job(number):
        running.append(number)
        most.append(len(running))
        time.sleep(0.01)
        order.append(number)
        running.remove(number)

    await asyncio.gather(*(threads.run("room", job, number) for number in range(8)))
    assert order == list(range(8)) and max(most) == 1


async def test_a_command_whose_socket_went_away_still_ends_before_the_next():
    order = []

    def job(number, seconds):
        time.sleep(seconds)
        order.append(number)

    first = asyncio.ensure_future(threads.run("room", job, 1, 0.1))
    await asyncio.sleep(0.02)
    first.cancel()
    await threads.run("room", job, 2, 0)
    assert order == [1, 2]


async def test_an_error_comes_back_and_the_lane_goes_on():
    def broken():
        raise LookupError

    with pytest.raises(LookupError):
        await threads.run("room", broken)
    assert await threads.run("room", lambda: 1) == 1


async def test_connections_go_back_to_their_pool_after_each_job():
    def busy():
        Stream.objects.count()
        return threading.get_ident()

    await asyncio.gather(*(threads.run(number, busy) for number in range(12)))

    def held():
        return connection.connection is not None and connection.vendor == "postgresql"

    assert not await threads.run("room", held)


async def test_the_pool_can_be_closed_and_opens_again():
    assert await threads.look(Stream.objects.count) == 0
    await asyncio.to_thread(threads.close_pool)
    assert await threads.look(Stream.objects.count) == 0


async def test_a_language_chosen_for_one_person_is_not_the_next_ones():
    await asyncio.gather(*(threads.run(number, translation.activate, "es") for number in range(8)))
    assert await asyncio.gather(*(threads.run(number, translation.get_language) for number in range(8))) == (
        ["en"] * 8
    )
