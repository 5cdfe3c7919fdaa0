"""A crowd of members in rooms, on sockets as bare as they can be, so that the server is what is measured.

Runs as a process of its own: reads what to do from stdin as JSON, prints what it saw as JSON.
"""

import asyncio
import json
import os
import sys
import time
import uuid
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
KEY = "dGhlIHNhbXBsZSBub25jZQ=="


def cpu_seconds(pids: list[int]) -> float:
    """User and system time of these processes so far."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def masked(text: str) -> bytes:
    """A client's frame; a mask of zeros leaves the text as it is."""
    payload = text.encode()
    size = len(payload)
    header = bytes((0x81, 0x80 | size)) if size < 126 else b"\x81\xfe" + size.to_bytes(2, "big")
    return header + b"\0\0\0\0" + payload


class Ours:
    path = "/?room={room}"
    hello = ('{"kind":"hello"}',)
    ready = b'"head"'

    @staticmethod
    def say(text: str) -> str:
        return json.dumps({"kind": "chat.say", "id": str(uuid.uuid4()), "body": {"text": text}})


class Plain(Ours):
    hello = ()

    @staticmethod
    def say(text: str) -> str:
        return json.dumps({"kind": "said", "text": text})


class SocketIO(Ours):
    path = "/socket.io/?EIO=4&transport=websocket&room={room}"
    hello = ("40",)

    @staticmethod
    def say(text: str) -> str:
        return "42" + json.dumps(["say", {"text": text}])


SPEAKS = {"ours": Ours, "plain": Plain, "socketio": SocketIO}


class Member(asyncio.Protocol):
    """Counts what it hears; the first of a room also speaks."""

    def __init__(self, crowd, room: int, is_speaker: bool):
        self.crowd, self.room, self.is_speaker = crowd, room, is_speaker
        self.buffer = b""
        self.is_open = False
        self.heard = 0

    def connection_made(self, transport):
        self.transport = transport
        path = self.crowd.speaks.path.format(room=self.room)
        transport.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n\r\n".encode()
        )

    def data_received(self, data):
        buffer = self.buffer + data if self.buffer else data
        if not self.is_open:
            head, found, buffer = buffer.partition(b"\r\n\r\n")
            if not found:
                self.buffer = head
                return
            self.is_open = True
            for text in self.crowd.speaks.hello:
                self.transport.write(masked(text))
        at, end = 0, len(buffer)
        while end - at >= 2:
            size, start = buffer[at + 1] & 127, at + 2
            if size == 126:
                size, start = int.from_bytes(buffer[at + 2 : at + 4], "big"), at + 4
            if start + size > end or (buffer[at + 1] & 127 == 126 and end - at < 4):
                break
            self.frame(buffer[start : start + size])
            at = start + size
        self.buffer = buffer[at:]

    def frame(self, payload: bytes):
        if b'"said"' in payload:
            self.heard += 1
            self.crowd.hears(self, payload)
        elif payload == b"2":  # engine.io asks whether we are there
            self.transport.write(masked("3"))
        elif b"are.you.there" in payload:
            self.transport.write(masked('{"kind":"still.here"}'))


class Crowd:
    def __init__(self, asked: dict):
        self.asked = asked
        self.speaks = SPEAKS[asked["speaks"]]
        self.members: list[Member] = []
        self.sent = 0
        self.is_over = False
        self.delays: list[float] | None = None
        self.text = "x" * asked["size"]

    async def come(self):
        loop, ports = asyncio.get_running_loop(), self.asked["ports"]
        for room in self.asked["rooms"]:
            for number in range(self.asked["members"]):
                port = ports[number % len(ports)]
                make = lambda room=room, number=number: Member(self, room, number == 0)  # noqa: E731
                _, member = await loop.create_connection(make, "127.0.0.1", port)
                self.members.append(member)
        for _ in range(200):
            await asyncio.sleep(0.1)
            if all(member.is_open for member in self.members):
                await asyncio.sleep(1.0)
                return
        raise RuntimeError("not everyone came in")

    async def settle(self):
        """Wait until all has been heard, or nothing more comes."""
        heard, patience = -1, 5
        while self.heard() < self.sent * self.asked["members"] and patience:
            patience = 5 if self.heard() > heard else patience - 1
            heard = self.heard()
            await asyncio.sleep(0.5)

    def say(self, member: Member):
        self.sent += 1
        text = f"{time.perf_counter_ns():020d}{self.text}" if self.delays is not None else self.text
        member.transport.write(masked(self.speaks.say(text)))

    def hears(self, member: Member, payload: bytes):
        if self.delays is not None:
            at = payload.index(b'"text":"') if b'"text":"' in payload else payload.index(b'"text": "') + 1
            self.delays.append(time.perf_counter_ns() - int(payload[at + 8 : at + 28]))
        elif member.is_speaker and not self.is_over:
            self.say(member)

    async def saturate(self) -> dict:
        """Each room's speaker keeps a few words in the air."""
        for member in self.members:
            for _ in range(self.asked["in_flight"] if member.is_speaker else 0):
                self.say(member)
        await asyncio.sleep(self.asked["warm"])
        before, used, began = self.heard(), cpu_seconds(self.asked["pids"]), time.perf_counter()
        await asyncio.sleep(self.asked["seconds"])
        heard, used = self.heard() - before, cpu_seconds(self.asked["pids"]) - used
        seconds, self.is_over = time.perf_counter() - began, True
        await self.settle()
        lost = self.sent * self.asked["members"] - self.heard()
        return {"deliveries": heard, "cpu": used, "seconds": seconds, "lost": lost}

    async def measure_delay(self) -> dict:
        """A steady rate, however long an answer takes."""
        self.delays = []
        speakers = [member for member in self.members if member.is_speaker]
        pause = 1 / (self.asked["rate"] / self.asked["members"])
        began, number = time.perf_counter(), 0
        while (now := time.perf_counter() - began) < self.asked["seconds"]:
            self.say(speakers[number % len(speakers)])
            number += 1
            await asyncio.sleep(max(0, number * pause - now))
        await self.settle()
        delays = sorted(self.delays)
        at = lambda share: delays[int(len(delays) * share)] / 1e6  # noqa: E731
        lost = self.sent * self.asked["members"] - self.heard()
        return {"p50": at(0.5), "p99": at(0.99), "lost": lost, "deliveries": len(delays)}

    def heard(self) -> int:
        return sum(member.heard for member in self.members)


async def main():
    crowd = Crowd(json.load(sys.stdin))
    await crowd.come()
    result = await (crowd.measure_delay() if crowd.asked.get("rate") else crowd.saturate())
    for member in crowd.members:
        member.transport.abort()
    json.dump(result, sys.stdout)


asyncio.run(main())
