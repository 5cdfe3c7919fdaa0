"""Half a minute in which nobody does anything, between two real servers over PostgreSQL and Redis.

Beside the other tests on those two (`.ci/check.py idle`), because nothing is what it does.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection
from websockets.asyncio.client import connect

pytestmark = [
    pytest.mark.idle,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not settings.REDIS_URL, reason="needs Redis"),
]
NOTHING_HAPPENS_FOR = (
    30.0  # seconds; as it comes, the layer gives up on Redis after 5 and takes the sockets with it
)


@pytest.fixture
def two_servers(cast, tmp_path):
    """The ports of two of them, on this test's data."""
    with ExitStack() as stack:
        yield [stack.enter_context(Served(tmp_path / f"{number}.log")).port for number in range(2)]


class Served:
    """vioport as `make run` and production serve it."""

    def __init__(self, log):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        data = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{connection.settings_dict['NAME']}"
        self.environment = os.environ | {
            "DATABASE_URL": data,
            "EPHEMERAL_KEYS_URL": settings.EPHEMERAL_KEYS_URL,
            "EMBEDDED_WORKER": "1",
        }
        self.log = log

    def __enter__(self) -> "Served":
        command = [sys.executable, "-m", "vioport.serve", "--port", str(self.port)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.1)
        self.__exit__()
        raise AssertionError(self.log.read_text()[-2000:])

    def __exit__(self, *_) -> None:
        self.process.kill()
        self.process.wait(10)


class Window:
    """A browser's end of one line: says that it is still there when asked, as our page does."""

    def __init__(self, port: int, path: str, browser):
        cookie = browser.cookies[settings.SESSION_COOKIE_NAME]
        self.line = connect(
            f"ws://localhost:{port}{path}",
            origin=settings.SITE_URL,
            additional_headers={"Cookie": f"{cookie.key}={cookie.value}"},
        )

    async def __aenter__(self) -> "Window":
        self.socket = await self.line.__aenter__()
        return self

    async def __aexit__(self, *problem) -> None:
        await self.line.__aexit__(*problem)

    async def says(self, kind: str, **body) -> None:
        await self.socket.send(json.dumps({"kind": kind, "id": str(uuid4()), "body": body}))

    async def passes(self, kind: str, **body) -> None:
        await self.socket.send(json.dumps({"kind": kind, "body": body}))

    async def hears(self, kind: str, within: float = 20) -> dict:
        """The next frame of that kind."""
        async with asyncio.timeout(within):
            while (frame := await self._next()).get("kind") != kind:
                pass
            return frame

    async def all_it_hears(self, within: float) -> list[dict]:
        """Everything that is said to it meanwhile. Raises where the line closes."""
        heard = []
        try:
            async with asyncio.timeout(within):
                while True:
                    heard.append(await self._next())
        except TimeoutError:
            return heard

    async def _next(self) -> dict:
        while (frame := json.loads(await self.socket.recv())).get("kind") == "are.you.there":
            await self.passes("still.here")
        return frame


async def test_two_lines_on_which_nobody_speaks_stay_open(cast, a_session, signed_in, two_servers):
    path, here, there = await the_way_in(cast, a_session, signed_in)
    async with Window(two_servers[0], path, here) as maya, Window(two_servers[1], path, there) as june:
        await maya.says("hello")
        await maya.hears("room.state")
        await june.says("hello")
        await june.hears("waiting.state")
        await june.says("arrive", place="Home", call_back="978-555-0199", is_alone=True)
        card = await maya.hears("door.changed")
        await maya.says("door.admit", seat=card["body"]["seat"])
        await june.hears("room.state")
        await asyncio.gather(maya.all_it_hears(2), june.all_it_hears(2))

        heard = await asyncio.gather(
            maya.all_it_hears(NOTHING_HAPPENS_FOR), june.all_it_hears(NOTHING_HAPPENS_FOR)
        )
        assert heard == [[], []]

        await june.passes("react", reaction="thanks")  # what is never stored has no other way than the layer
        assert (await maya.hears("reacted"))["body"]["reaction"] == "thanks"
        await maya.says("chat.say", text="Still there?", to="everyone")
        assert (await june.hears("chat.said"))["body"]["text"] == "Still there?"


async def the_way_in(cast, a_session, signed_in):
    """The path of the room, and a browser each for Maya and June."""

    def find():
        return a_session(cast.tuesday).code, signed_in(cast.maya), signed_in(cast.june)

    code, maya, june = await sync_to_async(find)()
    return f"/ws/sessions/{code}/", maya, june
