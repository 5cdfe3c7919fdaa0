"""A browser in the live room, as tests use it: it says things, waits for replies, and keeps all it heard."""

import asyncio
import json
import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.sessions.quiet import quiet
from vioport.asgi import application

ORIGIN = settings.SITE_URL.encode()
ARRIVED = {
    "place": "At home, 12 Mill Road",
    "call_back": "978-555-0177",
    "is_alone": True,
    "has_headphones": True,
    "may_call_contact": False,
    "mood": 5,
}


class Closed(Exception):
    def __init__(self, code: int):
        super().__init__(code)
        self.code = code


class Browser:
    """One window. `heard` holds every frame in the order in which it came."""

    def __init__(self, client, path: str):
        self.client, self.path = client, path
        self.heard: list[dict] = []
        self.code: int | None = None

    # --- Coming -------------------------------------------------------------------

    async def come(self, last_seq: int | None = None, mode: str = "video") -> "Browser":
        """Open the socket and say hello."""
        await self.open()
        await self.say("hello", last_seq=last_seq, mode=mode)
        return self

    async def open(self) -> "Browser":
        if not isinstance(self.client, Client):
            self.client = await sync_to_async(self.client)()
        cookie = self.client.cookies[settings.SESSION_COOKIE_NAME].value
        headers = [(b"origin", ORIGIN), (b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode())]
        self.line = WebsocketCommunicator(application, self.path, headers=headers)
        assert (await self.line.connect())[0]
        return self

    async def come_again(self, last_seq: int | None = None) -> dict:
        """Reload the page: the old line breaks, a new one says hello. Returns the state, if one is given."""
        await self.vanish()
        self.code, self.heard = None, []
        await self.come(last_seq)
        states = [frame["body"] for frame in self.heard if frame.get("kind", "").endswith(".state")]
        return states[-1] if states else {}

    async def knock(self) -> "Browser":
        """Come, and tell the safe arrival."""
        await self.come()
        await self.done("arrive", **ARRIVED)
        await self.until(lambda frame: frame.get("kind") == "waiting.state")
        return self

    # --- Saying -------------------------------------------------------------------

    async def say(self, command: str, /, *, id: str | None = None, **body) -> dict:
        """Send a command and return its reply."""
        id = id or str(uuid.uuid4())
        await self.send({"kind": command, "id": id, "body": body})
        return await self.until(lambda frame: frame.get("re") == id)

    async def send(self, content) -> None:
        text = content if isinstance(content, str) else json.dumps(content)
        await self.line.send_to(text_data=text)

    async def done(self, command: str, /, **body) -> int:
        reply = await self.say(command, **body)
        assert "refused" not in reply, reply
        return reply["seq"]

    async def refused(self, command: str, /, **body) -> str:
        reply = await self.say(command, **body)
        assert "refused" in reply, reply
        return reply["refused"]

    # --- Hearing ------------------------------------------------------------------

    async def until(self, wanted, within: float = 20.0) -> dict:
        """Return the first new frame that is wanted, keeping those that come before it."""
        async with asyncio.timeout(within):
            while True:
                frame = await self.next()
                if wanted(frame):
                    return frame

    async def next(self) -> dict:
        if self.code is not None:
            raise Closed(self.code)
        message = await self.line.receive_output(timeout=30)
        if message["type"] == "websocket.close":
            self.code = message["code"]
            raise Closed(self.code)
        frame = json.loads(message["text"])
        self.heard.append(frame)
        if frame.get("kind") == "are.you.there":
            await self.send({"kind": "still.here"})
        return frame

    async def hears(self, event: str, /, **body) -> dict:
        """Return the body of the next `event` (with these values), heard already or to come."""

        def fits(frame: dict) -> bool:
            told = frame.get("body", {})
            return frame.get("kind") == event and all(told.get(name) == value for name, value in body.items())

        for place, frame in enumerate(self.heard):
            if fits(frame):
                del self.heard[place]
                return frame["body"]
        frame = await self.until(fits)
        self.heard.remove(frame)
        return frame["body"]

    async def settles(self) -> "Browser":
        """Hear all that is on its way."""
        async with asyncio.timeout(30):
            await quiet()
        try:
            while self.code is None and not self.line.output_queue.empty():
                await self.next()
        except Closed:
            pass
        return self

    async def hears_nothing(self) -> None:
        before = len(self.heard)
        await self.settles()
        new = [frame for frame in self.heard[before:] if frame.get("kind") != "are.you.there"]
        assert not new, new

    async def closes(self, within: float = 20.0) -> int:
        """Return the code with which the socket closes."""
        try:
            await self.until(lambda frame: False, within)
        except Closed as closed:
            return closed.code
        raise AssertionError("still open")

    def kinds(self) -> list[str]:
        return [frame["kind"] for frame in self.heard if "kind" in frame]

    @property
    def state(self) -> dict:
        """The newest state that was given: of the room, or of one's own admission."""
        return next(
            frame["body"] for frame in reversed(self.heard) if frame.get("kind", "").endswith(".state")
        )

    @property
    def last_seq(self) -> int:
        return max(frame["seq"] for frame in self.heard if "seq" in frame and "re" not in frame)

    # --- Going --------------------------------------------------------------------

    async def vanish(self) -> None:
        """The line breaks: nobody says goodbye."""
        await self.line.disconnect()


async def change(thing, **values) -> None:
    """Change rows behind everyone's back: no signal, no news."""
    await type(thing).objects.filter(pk=thing.pk).aupdate(**values)


@pytest.fixture
def tonight(cast, a_session):
    """Tuesday's group meets now."""
    return a_session(cast.tuesday, starts_at=timezone.now() - timedelta(minutes=1))


@pytest.fixture
async def browser(signed_in, tonight):
    """`browser(person)` is a window of theirs at tonight's door."""
    windows: list[Browser] = []

    def window(person, session=None, client=None) -> Browser:
        path = f"/ws/sessions/{(session or tonight).code}/"
        windows.append(Browser(client or (lambda: signed_in(person)), path))
        return windows[-1]

    yield window
    for each in windows:
        try:
            await each.line.disconnect()
        except Exception:
            pass


@pytest.fixture
async def evening(cast, browser, tonight):
    """Maya leads; Omar is in; June waits. `seat["June"]` is the name of her seat."""
    here = SimpleNamespace(session=tonight, maya=await browser(cast.maya).come())
    here.omar = await browser(cast.omar).knock()
    await here.maya.done("door.admit_all")
    await here.omar.hears("room.state")
    here.june = await browser(cast.june).knock()
    here.seat = {row["shown_as"]: row["seat"] for row in here.maya.state["roster"]}
    for each in (here.maya, here.omar, here.june):
        (await each.settles()).heard.clear()
    return here
