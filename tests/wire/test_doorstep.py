"""Someone who knocks without end costs the others nothing: counted by login, before anything is looked up."""

import asyncio
import threading
from uuid import uuid4

import pytest
from django.conf import settings

from tests.wire.conftest import JUNE, OMAR, Browser
from wire.limits import Doorstep

pytestmark = pytest.mark.django_db(transaction=True)


def tab(stream, person, mouth):
    one = Browser(stream, person, mouth=mouth)
    one.scope["cookies"] = {settings.SESSION_COOKIE_NAME: f"login of {person}"}
    return one


async def test_too_many_hellos_are_hung_up_on_and_others_come_in(stream, mouth):
    codes = []
    for _ in range(22):
        june = tab(stream, JUNE, mouth)
        await june.knock()
        while (message := await june.receive_output())["type"] == "websocket.send":
            if b'"seq"' in message["text"].encode() or "state" in message["text"]:
                break
        codes.append(message.get("code"))
        await june.disconnect()
    assert codes[:20] == [None] * 20 and codes[-1] == 4429
    omar = tab(stream, OMAR, mouth)
    assert (await omar.open())[0]["kind"] == "room.state"
    await omar.disconnect()


async def test_a_new_socket_is_no_new_allowance(stream, mouth):
    refused = 0
    for _ in range(3):
        june = tab(stream, JUNE, mouth)
        await june.open()
        replies = [(await june.ask("chat.say", text="x"))[-1] for _ in range(20)]
        refused += sum(reply.get("refused") == "too_fast" for reply in replies)
        await june.disconnect()
    assert refused >= 10


async def test_one_login_cannot_hold_more_sockets_than_a_person_has_windows(stream, mouth):
    tabs = [tab(stream, JUNE, mouth) for _ in range(Doorstep.SOCKETS + 1)]
    accepted = [(await each.connect())[0] for each in tabs]
    assert accepted == [True] * Doorstep.SOCKETS + [False]
    await tabs[0].disconnect()
    again = tab(stream, JUNE, mouth)
    assert (await again.connect())[0]
    for each in [*tabs[1:-1], again]:
        await each.disconnect()


async def test_whoever_hung_up_while_others_were_served_is_not_asked_about(stream, mouth):
    busy, asked = threading.Event(), mouth.questions
    omar = tab(stream, OMAR, mouth)
    await omar.open()
    plain = mouth.handle
    mouth.handle = lambda self, command: busy.wait(5) and plain(self, command)
    await omar.send_json_to({"kind": "chat.say", "id": str(uuid4()), "body": {"text": "slow"}})
    june = tab(stream, JUNE, mouth)
    await june.knock()
    await asyncio.sleep(0.1)  # her hello is in the queue
    await june.send_input({"type": "websocket.disconnect", "code": 1001})
    await asyncio.sleep(0.05)
    busy.set()
    while "re" not in (heard := await omar.hears()):
        pass
    assert heard["seq"] == 1
    await asyncio.sleep(0.1)
    assert JUNE not in asked
    await omar.disconnect()
