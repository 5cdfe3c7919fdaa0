"""Members of one stream in two processes: whatever happens to the doorbell, nobody misses a word."""

import asyncio
import os
from collections import defaultdict

import pytest
from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer, get_channel_layer

from tests.wire.conftest import JUNE, OMAR
from wire import codes, doorbell
from wire.hubs import Hubs
from wire.models import Stream

pytestmark = pytest.mark.django_db(transaction=True)


class Post:
    """A layer between two processes that live in one loop."""

    def __init__(self):
        self.queues, self.groups, self.sent = {}, defaultdict(set), []

    async def new_channel(self, prefix):
        name = f"{prefix}.{len(self.queues)}"
        self.queues[name] = asyncio.Queue()
        return name

    async def receive(self, channel):
        return await self.queues[channel].get()

    async def group_add(self, group, channel):
        self.groups[group].add(channel)

    async def group_discard(self, group, channel):
        self.groups[group].discard(channel)

    async def send(self, channel, message):
        self.queues[channel].put_nowait(message)

    async def group_send(self, group, message):
        self.sent.append((group, message))
        for channel in self.groups[group]:
            await self.send(channel, message)


class Dropping(Post):
    async def group_send(self, group, message):
        pass


class Raising(Post):
    async def new_channel(self, prefix):
        raise ConnectionError("refused")

    async def group_send(self, group, message):
        raise ConnectionError("refused")


class Hanging(Post):
    async def new_channel(self, prefix):
        await asyncio.sleep(3600)

    async def group_send(self, group, message):
        await asyncio.sleep(3600)


@pytest.fixture
async def two(monkeypatch):
    """`two(layer)` returns the process where things are committed, and the other one."""

    def make(layer):
        return (
            Hubs(layer=layer, ticks=False),
            Hubs(layer=layer, hears_commits=False, ticks=False),
        )

    return make


async def test_the_bell_brings_it_to_the_other_process_at_once(browser, happens, two):
    here, there = two(Post())
    june, omar = await browser(JUNE, hubs=here), await browser(OMAR, hubs=there)
    await asyncio.sleep(0.05)
    assert (await june.says("hello"))["seq"] == 1
    assert (await omar.hears())["body"] == {"text": "hello"}


async def test_the_bell_carries_no_content(browser, two):
    post = Post()
    here, there = two(post)
    june, _ = await browser(JUNE, hubs=here), await browser(OMAR, hubs=there)
    await june.says("a secret")
    await asyncio.sleep(0.05)
    assert post.sent and "secret" not in repr(post.sent) and "chat" not in repr(post.sent)


@pytest.mark.parametrize("layer", [Dropping, Raising, Hanging])
async def test_without_a_bell_the_tick_finds_it(browser, two, layer, stream, monkeypatch):
    monkeypatch.setattr(doorbell, "PATIENCE", 0.1)
    here, there = two(layer())
    june, omar = await browser(JUNE, hubs=here), await browser(OMAR, hubs=there)
    await asyncio.gather(*there.hubs[stream.pk].tasks)  # its first look
    for number in range(3):
        assert (await june.says(str(number)))["seq"] == number + 1
    assert await omar.hears_nothing()
    from wire.tick import Tick

    await Tick(there).look()
    assert [message["body"]["text"] for message in await omar.hears_all(3)] == ["0", "1", "2"]


@pytest.mark.parametrize("layer", [Raising, Hanging])
async def test_a_broken_layer_closes_nobody_and_is_mentioned_once(browser, two, layer, caplog, monkeypatch):
    monkeypatch.setattr(doorbell, "PATIENCE", 0.05)
    monkeypatch.setattr(doorbell, "REST", 0.05)
    here, _ = two(layer())
    june = await browser(JUNE, hubs=here)
    for number in range(4):
        await june.says(str(number))
        await asyncio.sleep(0.1)
    assert (await june.says("still here"))["seq"] == 5
    assert [record.message for record in caplog.records if record.name == "wire.doorbell"] == [
        caplog.records[0].message
    ]


async def test_many_rings_at_once_become_few(browser, two, happens):
    post = Post()

    async def slow_send(group, message):
        post.sent.append(message)
        await asyncio.sleep(0.1)

    post.group_send = slow_send
    here, _ = two(post)
    june = await browser(JUNE, hubs=here)
    for number in range(12):
        await june.says(str(number))
    await asyncio.sleep(0.3)
    assert 1 <= len([message for message in post.sent if "rings" in message]) <= 6


async def test_one_query_for_the_gap_however_many_members(browser, two, stream, mouth):
    reads = []

    def counting(stream, after, limit=200):
        from wire.log import read

        reads.append(after)
        return read(stream, after, limit)

    here, there = two(Dropping())
    there.read = counting
    june = await browser(JUNE, hubs=here)
    others = [await browser(person, hubs=there) for person in range(10, 18)]
    await asyncio.gather(*there.hubs[stream.pk].tasks)
    for number in range(5):
        await june.says(str(number))
    reads.clear()
    there.hubs[stream.pk].look()
    for other in others:
        assert [message["seq"] for message in await other.hears_all(5)] == [1, 2, 3, 4, 5]
    assert reads == [0]


async def test_put_out_in_one_process_hears_nothing_more_in_the_other(browser, happens, two, mouth):
    here, there = two(Post())
    await browser(OMAR, hubs=here)
    june = await browser(JUNE, hubs=there)
    await asyncio.sleep(0.05)
    mouth.refused[JUNE] = codes.NOT_YOURS
    await happens("person.shown_out", nudges=[JUNE])
    await happens("secret")
    assert await june.closed_with() == codes.NOT_YOURS


async def test_signing_out_travels_to_the_other_process(browser, two, mouth):
    here, there = two(Post())
    await browser(OMAR, hubs=here)
    june = await browser(JUNE, hubs=there)
    await asyncio.sleep(0.05)
    mouth.refused[JUNE] = codes.SIGNED_OUT
    here.nudge_everywhere(JUNE)
    assert await june.closed_with() == codes.SIGNED_OUT


async def test_signals_travel_to_the_other_process(browser, two, stream):
    here, there = two(Post())
    june, omar = await browser(JUNE, hubs=here), await browser(OMAR, hubs=there)
    await asyncio.sleep(0.05)
    await june.send_json_to({"kind": "speaking", "body": {"to": OMAR}})
    assert (await omar.hears())["kind"] == "speaking"


async def test_one_ear_per_process_however_many_rooms(browser, two):
    post = Post()
    here, _ = two(post)
    for person in range(5):
        await browser(person, hubs=here, in_stream=await sync_to_async(Stream.objects.create)())
    await asyncio.sleep(0.05)
    assert len(post.queues) == len(post.groups[doorbell.EVERY_PROCESS]) == 1


async def test_a_process_alone_does_not_ring_until_another_says_that_it_is_there(browser, two, monkeypatch):
    monkeypatch.setattr(doorbell, "PATIENCE", 0.1)
    post = Post()
    here, there = two(post)
    june = await browser(JUNE, hubs=here)
    await asyncio.sleep(0.3)
    await here.doorbell.check()  # it hears itself, and nobody else
    await asyncio.sleep(0.05)
    post.sent.clear()
    await june.says("nobody there")
    await asyncio.sleep(0.05)
    assert post.sent == []
    omar = await browser(OMAR, hubs=there)
    await asyncio.sleep(0.05)
    await june.says("somebody there")
    assert (await omar.hears())["body"] == {"text": "somebody there"}


async def test_an_empty_hub_is_closed(browser, two):
    here, _ = two(Post())
    june = await browser(JUNE, hubs=here)
    await june.disconnect()
    here.sweep()
    assert here.hubs == {}


async def test_an_ear_that_went_deaf_is_replaced(browser, two, stream, monkeypatch):
    monkeypatch.setattr(doorbell, "DEAF_AFTER", 0.05)
    post = Post()
    here, there = two(post)
    june, omar = await browser(JUNE, hubs=here), await browser(OMAR, hubs=there)
    await asyncio.sleep(0.1)
    post.queues = {name: asyncio.Queue() for name in post.queues}  # as if the connection had died silently
    post.groups.clear()
    there.doorbell.checked_at = asyncio.get_running_loop().time()
    await there.doorbell.check()
    await asyncio.sleep(0.1)
    assert (await june.says("hello"))["seq"] == 1
    assert (await omar.hears())["body"] == {"text": "hello"}


@pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="needs Redis")
async def test_over_redis(browser, two, stream):
    layer = get_channel_layer()
    assert not isinstance(layer, InMemoryChannelLayer)
    here, there = two(layer)
    june, omar = await browser(JUNE, hubs=here), await browser(OMAR, hubs=there)
    await asyncio.sleep(0.3)
    await june.says("hello")
    assert (await omar.hears(timeout=1))["body"] == {"text": "hello"}
    await june.send_json_to({"kind": "speaking", "body": {}})
    assert (await omar.hears(timeout=1))["kind"] == "speaking"
    here.doorbell.stop(), there.doorbell.stop()
    await layer.flush()
