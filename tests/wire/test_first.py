"""A socket follows a stream."""

import json
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.db import transaction

from wire import log
from wire.consumer import StreamConsumer
from wire.entering import Welcome
from wire.models import Stream

pytestmark = pytest.mark.django_db(transaction=True)


class Mouth(StreamConsumer):
    state_kind = "room.state"

    def ask_at_the_door(self):
        stream = Stream.objects.get(code=self.scope["code"])
        return Welcome(stream, self.scope["person"])

    def snapshot(self, welcome):
        return {"hello": welcome.person}

    def handle(self, command):
        with transaction.atomic():
            return log.append(
                self.welcome.stream,
                "chat.said",
                command.body,
                person=self.welcome.person,
                client_id=command.id,
            )


async def browser(stream, person):
    communicator = WebsocketCommunicator(Mouth.as_asgi(), "/")
    communicator.scope |= {"code": stream.code, "person": person}
    assert (await communicator.connect())[0]
    await communicator.send_json_to({"kind": "hello", "id": str(uuid4())})
    return communicator


async def test_what_one_says_everyone_hears(db):
    stream = await sync_to_async(Stream.objects.create)()
    june, omar = await browser(stream, 1), await browser(stream, 2)
    assert (await june.receive_json_from())["kind"] == "room.state"
    assert (await omar.receive_json_from())["body"] == {"hello": 2}
    assert (await june.receive_json_from())["seq"] == (await omar.receive_json_from())["seq"] == 0
    await june.send_json_to({"kind": "chat.say", "id": str(uuid4()), "body": {"text": "hi"}})
    heard = [await june.receive_json_from(), await june.receive_json_from()]
    assert {message.get("kind") for message in heard} == {"chat.said", None}
    assert (await omar.receive_json_from())["seq"] == 1
    await june.disconnect()
    await omar.disconnect()
    assert json.dumps(heard)
