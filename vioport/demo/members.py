"""Simulated members: they knock, arrive, raise hands and chat over the same socket as a browser.

They are marked as simulated wherever they are shown and never take a place for sound and picture. A program
of its own, without Django: `manage.py demo_members` tells it on its input where to connect and as whom. When
that input ends, however whoever held it ended, they go.
"""

import asyncio
import json
import random
import sys
import uuid
from dataclasses import dataclass

from autobahn.asyncio.websocket import WebSocketClientFactory, WebSocketClientProtocol

SAYINGS = [
    "Glad to be here tonight.",
    "That was a long week.",
    "I tried the breathing. It helped a bit.",
    "Can we come back to what Omar said?",
    "Evenings are the hard part for me.",
    "I called a friend instead.",
    "Thank you, that helps.",
]
PLACES = ["Home", "My sister's place", "Home, kitchen", "Parked car"]
FINAL_CODES = {4401, 4403, 4409, 4410}
TRY_AGAIN_SECONDS = 2.0


@dataclass(frozen=True)
class Way:
    """Where a member connects and as whom: what a browser's address bar and cookie jar hold."""

    url: str
    origin: str
    cookie: str
    name: str


class Member(WebSocketClientProtocol):
    """One simulated member on one socket; a fresh one is made after each lost line."""

    way: Way
    say: staticmethod
    is_over: asyncio.Event
    life: asyncio.Task | None = None
    was_open = False

    def onOpen(self):
        self.was_open = True
        self.command("hello", last_seq=None, mode="audio")

    def command(self, kind: str, **body) -> None:
        frame = {"kind": kind, "id": str(uuid.uuid4()), "body": body}
        self.sendMessage(json.dumps(frame).encode())

    def onMessage(self, payload, isBinary):
        frame = json.loads(payload)
        match frame.get("kind"):
            case "are.you.there":
                self.command("still.here")
            case "waiting.state":
                self.wait(frame["body"])
            case "room.state":
                self.begin_to_take_part()
            case "speaking.asked":
                self.command("chat.say", text="I only have my keyboard today.", to="everyone")

    def wait(self, state: dict) -> None:
        self.stop_taking_part()
        if state["state"] == "not_arrived":
            self.arrive()
        self.say(f"{self.way.name}: {state['state'].replace('_', ' ')}")

    def arrive(self) -> None:
        self.command(
            "arrive",
            place=random.choice(PLACES),  # noqa: S311 (a simulation)
            call_back="978-555-0199",
            is_alone=random.random() < 0.8,  # noqa: S311
            has_headphones=True,
            may_call_contact=True,
            mood=random.randint(2, 8),  # noqa: S311
        )

    def begin_to_take_part(self) -> None:
        if self.life is None:
            self.say(f"{self.way.name}: in the room")
            self.life = asyncio.get_running_loop().create_task(self.take_part())

    def stop_taking_part(self) -> None:
        if self.life is not None:
            self.life.cancel()
            self.life = None

    async def take_part(self) -> None:
        while True:
            await asyncio.sleep(random.uniform(6, 30))  # noqa: S311
            match random.choice(["say", "say", "hand", "react"]):  # noqa: S311
                case "say":
                    self.command("chat.say", text=random.choice(SAYINGS), to="everyone")  # noqa: S311
                case "react":
                    self.sendMessage(json.dumps({"kind": "react", "body": {"reaction": "thanks"}}).encode())
                case "hand":
                    self.command("hand.raise")
                    await asyncio.sleep(random.uniform(5, 20))  # noqa: S311
                    self.command("hand.lower")

    def onClose(self, wasClean, code, reason):
        self.stop_taking_part()
        if code in FINAL_CODES:
            self.say(f"{self.way.name}: the door is closed ({code})")
            self.is_over.set()
        elif not self.was_open:
            self.say(f"{self.way.name}: nobody opened, trying again")


async def live(way: Way, say) -> None:
    """Keep one member coming back until the room says that it is over."""
    over = asyncio.Event()
    while not over.is_set():
        await _one_line(way, say, over)
        await asyncio.sleep(TRY_AGAIN_SECONDS)


async def _one_line(way: Way, say, over: asyncio.Event) -> None:
    factory = WebSocketClientFactory(way.url, origin=way.origin, headers={"Cookie": way.cookie})
    factory.protocol = type("ThisMember", (Member,), {"way": way, "say": staticmethod(say), "is_over": over})
    loop = asyncio.get_running_loop()
    try:
        _transport, protocol = await loop.create_connection(factory, factory.host, factory.port)
        await protocol.is_closed
    except OSError:
        say(f"{way.name}: no server, trying again")


async def live_all(ways: list[Way], say) -> None:
    """Run all members until each one's room is over, or until nobody holds our input any more."""
    everyone = asyncio.gather(*(live(way, say) for way in ways))
    asyncio.get_running_loop().add_reader(sys.stdin, everyone.cancel)
    await everyone


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        asyncio.run(live_all([Way(**way) for way in json.loads(sys.stdin.readline())], say))
    except (KeyboardInterrupt, asyncio.CancelledError):
        say("\nThe simulated members have gone.")
