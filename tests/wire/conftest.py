"""A small live mouth on a bare stream, and browsers that talk to it."""

import asyncio
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.db import transaction

from wire import codes, log, news
from wire.consumer import BadCommand, StreamConsumer
from wire.entering import Entrance, Refused, Welcome
from wire.models import Stream

JUNE, OMAR, THEO = 1, 2, 3


class Mouth(StreamConsumer):
    """Everybody may come in, except who is in `refused`; who is in `at_the_door` has to wait there."""

    state_kind = "room.state"
    signal_kinds = frozenset({"speaking"})
    refused: dict = {}
    at_the_door: set = set()
    facilitators: set = set()
    questions: list = []

    def ask_at_the_door(self):
        person = self.scope["person"]
        stream = Stream.objects.get(code=self.scope["code"])
        self.questions.append(person)
        if person in self.refused:
            raise Refused(self.refused[person])
        labels = frozenset({"facilitators"} if person in self.facilitators else ())
        return Welcome(stream, person, labels, at_the_door=person in self.at_the_door)

    def ask_again(self):
        welcome = self.ask_at_the_door()
        if welcome.at_the_door:
            return Entrance(welcome, [{"kind": "waiting.state"}], welcome.stream.head)
        if self.welcome.at_the_door:
            head = welcome.stream.head
            return Entrance(welcome, [{"kind": "room.state", "seq": head, "body": {}}], head)
        return welcome

    def snapshot(self, welcome):
        return {"you": welcome.person}

    def handle(self, command):
        if command.kind != "chat.say":
            raise BadCommand("not_yours", "That is not for you.")
        with transaction.atomic():
            stream, said = self.welcome.stream, command.body
            return log.append(stream, "chat.said", said, person=self.scope["person"], client_id=command.id)

    def signal(self, kind, body):
        news.signal(self.welcome.stream.pk, kind, body, to=body.get("to"))


class Browser(WebsocketCommunicator):
    """One open tab."""

    def __init__(self, stream, person, hubs=None, mouth=Mouth):
        super().__init__(mouth.as_asgi(), "/")
        self.scope |= {"code": stream.code, "person": person, "path": f"/{stream.pk}"}
        if hubs is not None:
            self.scope["hubs"] = hubs

    async def knock(self):
        """Connect and say hello, and do not wait for what comes."""
        assert (await self.connect())[0]
        await self.send_json_to({"kind": "hello"})

    async def open(self, last_seq=None):
        """Connect and say hello; returns all that came up to the answer."""
        assert (await self.connect())[0]
        return await self.ask("hello", last_seq=last_seq)

    async def ask(self, kind, id=None, **body):
        """Send a command and return everything up to and with its answer."""
        id = id or str(uuid4())
        await self.send_json_to({"kind": kind, "id": id, "body": body})
        heard = [await self.hears()]
        while heard[-1].get("re") != id:
            heard.append(await self.hears())
        return heard

    async def says(self, text, id=None):
        return (await self.ask("chat.say", id, text=text))[-1]

    async def hears(self, timeout=3):
        return await self.receive_json_from(timeout=timeout)

    async def hears_all(self, count):
        return [await self.hears() for _ in range(count)]

    async def hears_nothing(self, timeout=0.2):
        return await self.receive_nothing(timeout=timeout)

    async def closed_with(self, timeout=3):
        message = await self.receive_output(timeout=timeout)
        assert message["type"] == "websocket.close", message
        return message["code"]


@pytest.fixture
def mouth():
    """A mouth of this test's own, so that its rules are forgotten afterwards."""
    return type(
        "Mouth", (Mouth,), {"refused": {}, "at_the_door": set(), "facilitators": set(), "questions": []}
    )


@pytest.fixture
def stream(transactional_db):
    return Stream.objects.create()


@pytest.fixture
async def browser(stream, mouth):
    """`await browser(JUNE)` is June, in the room."""
    opened = []

    async def open(person, last_seq=None, hubs=None, in_stream=None, knocks=False):
        tab = Browser(in_stream or stream, person, hubs, mouth)
        opened.append(tab)
        tab.heard = await (tab.knock() if knocks else tab.open(last_seq))
        return tab

    yield open
    for tab in opened:
        try:
            await tab.disconnect(timeout=0.2)
        except (TimeoutError, asyncio.CancelledError, AssertionError):
            pass


@pytest.fixture
def happens(stream):
    """`await happens("hand.raised", nudges=[2])` appends from a thread, as a verb does."""

    @sync_to_async
    def append(kind="hand.raised", body=None, to=None, **more):
        with transaction.atomic():
            return log.append(to or stream, kind, body or {}, **more)

    return append


@pytest.fixture
def final_codes():
    return codes.FINAL
