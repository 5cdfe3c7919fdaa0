"""What goes on by itself: looking, draining, signs of life, and settings that would break the promises."""

import asyncio
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from tests.wire.conftest import JUNE, OMAR, Browser
from wire import hubs, leaving
from wire.checks import layer_is_sealed, layer_waits_long_enough
from wire.heartbeat import beat, last_beat
from wire.models import Stream
from wire.tick import Tick

pytestmark = pytest.mark.django_db(transaction=True)


async def test_when_the_database_is_away_the_tick_goes_on_and_says_so_once(browser, monkeypatch, caplog):
    june = await browser(JUNE)
    tick = Tick(hubs.here(), every=0.02)

    def away(streams):
        raise ConnectionError

    monkeypatch.setattr("wire.tick.heads", away)
    tick.start()
    await asyncio.sleep(0.3)
    assert not tick.task.done()
    assert len([record for record in caplog.records if record.name == "wire.tick"]) == 1
    monkeypatch.undo()
    tick.task.cancel()
    assert (await june.says("still here"))["seq"] == 1


async def test_the_tick_ends_when_nobody_is_left_and_begins_again(browser, monkeypatch):
    monkeypatch.setattr("wire.tick.EVERY", 0.02)
    june = await browser(JUNE)
    here = hubs.here()
    here.tick.every = 0.02
    here.tick.task.cancel()
    here.tick.task = None
    here.tick.start()
    await june.disconnect()
    await asyncio.wait_for(here.tick.task, 3)
    assert here.hubs == {}
    await browser(OMAR)
    assert not here.tick.task.done()


async def test_a_draining_server_takes_nothing_more_and_sends_everyone_elsewhere(browser, stream, mouth):
    june, omar = await browser(JUNE), await browser(OMAR)
    draining = hubs.here().drain(0.1)
    answers = []
    for tab in (june, omar):
        while (message := await tab.receive_output())["type"] == "websocket.send":
            answers.append(message["text"])
        assert message["code"] == 1012
    assert answers == ['{"kind":"moving"}'] * 2
    await draining
    late = Browser(stream, JUNE, mouth=mouth)
    assert not (await late.connect())[0]
    hubs.here()._reopen()
    assert (await browser(JUNE)).heard


async def test_a_command_on_a_draining_server_is_refused(browser):
    june = await browser(JUNE)
    hubs.here().is_draining = True
    assert (await june.says("too late"))["refused"] == "not_now"


async def test_drain_by_command_needs_a_layer(settings):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    assert not await sync_to_async(leaving.drain_everywhere)(1)


def test_a_part_that_works_on_its_own_gives_signs_of_life():
    assert last_beat("sweeper") is None
    beat("sweeper")
    first = last_beat("sweeper")
    beat("sweeper")
    assert first <= last_beat("sweeper")
    assert timezone.now() - last_beat("sweeper") < timedelta(seconds=5)


def layer(**config):
    return {"default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": config}}


def test_an_open_layer_is_refused(settings):
    hosts = [{"address": "redis://localhost", "socket_timeout": None}]
    settings.CHANNEL_LAYERS = layer(hosts=hosts)
    assert [problem.id for problem in layer_is_sealed(None)] == ["wire.E001"]
    settings.CHANNEL_LAYERS = layer(hosts=hosts, symmetric_encryption_keys=["key"])
    assert layer_is_sealed(None) == [] == layer_waits_long_enough(None)


def test_a_layer_that_gives_up_on_idle_sockets_is_refused(settings):
    settings.CHANNEL_LAYERS = layer(hosts=["redis://localhost"])
    assert [problem.id for problem in layer_waits_long_enough(None)] == ["wire.E002"]
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    assert layer_is_sealed(None) == [] == layer_waits_long_enough(None)


def test_a_stream_has_a_name_for_the_back_office():
    stream = Stream.objects.create()
    assert str(stream.code) in str(stream)
