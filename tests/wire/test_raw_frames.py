"""Whatever bytes a browser sends to a real Daphne: no traceback, no harm, and the others are served on.

A few seconds long, with frames that are the same each time; a minute and new ones in `make test`.
"""

import asyncio
import json
import os
import random
import socket
import struct
import time
from contextlib import closing, suppress

import pytest
from websockets.asyncio.client import connect

from tests.wire.test_daphne import Server, hello
from wire.models import Stream

pytestmark = pytest.mark.django_db(transaction=True)
IS_LONG = "CHECK_DATABASE_URL" in os.environ
SECONDS = 60 if IS_LONG else 3
SEED = int(os.environ.get("FUZZ_SEED", time.time() if IS_LONG else 1))
TEXT, BINARY, CLOSE, PING, MORE = 1, 2, 8, 9, 0
WORDS = [
    b'{"kind":"hello"}', b'{"kind":"hello","body":{"last_seq":-1}}', b'{"kind":"still.here"}', b"{", b"null",
    b'{"kind":"chat.say","body":{"text":"x"}}', b'{"kind":"catch.up","body":{"last_seq":0}}', b"[" * 3000,
    b'{"kind":"chat.say","body":{"times":"many"}}', "ü😀".encode() * 50, b"x" * 30_000, b"",
]  # fmt: skip


def frame(code: int, payload: bytes, *, last=True, masked=True, reserved=0, length=None) -> bytes:
    """A WebSocket frame, or what is one but for a lie in its head."""
    told = len(payload) if length is None else length
    head = bytes([(last << 7) | (reserved << 4) | code])
    mask = b"\x11\x22\x33\x44" if masked else b""
    bit = 0x80 if masked else 0
    if told < 126:
        head += bytes([bit | told])
    elif told < 65536:
        head += bytes([bit | 126]) + struct.pack("!H", told)
    else:
        head += bytes([bit | 127]) + struct.pack("!Q", told)
    if masked:
        payload = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
    return head + mask + payload


def noise(dice) -> bytes:
    return dice.randbytes(dice.randrange(1, 2000))


def flipped(dice) -> bytes:
    whole = bytearray(frame(TEXT, dice.choice(WORDS)))
    for _ in range(dice.randrange(1, 6)):
        whole[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
    return bytes(whole)


def not_utf8(dice) -> bytes:
    bad = dice.choice([b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", dice.randbytes(40)])
    return frame(TEXT, b'{"kind":"' + bad)


def in_pieces(dice) -> bytes:
    """A message in fragments: with control frames between them, never ended, or begun twice."""
    words = dice.choice(WORDS)
    cut = dice.randrange(len(words) + 1)
    between = dice.choice(
        [b"", frame(PING, b"?"), frame(TEXT, b"{}"), frame(MORE, dice.randbytes(9), last=False)]
    )
    end = dice.choice([frame(MORE, words[cut:]), frame(MORE, words[cut:], last=False), b""])
    return frame(TEXT, words[:cut], last=False) + between + end


def lying_length(dice) -> bytes:
    told = dice.choice([0, 1, 125, 126, 65535, 65536, 2**31, 2**40, 2**63 - 1, 2**63, 2**64 - 1])
    return frame(dice.choice([TEXT, BINARY, PING]), dice.randbytes(30), length=told)


def control(dice) -> bytes:
    codes = [0, 999, 1000, 1004, 1005, 1006, 1015, 2999, 4999, 5000, 65535]
    reason = struct.pack("!H", dice.choice(codes)) + dice.choice([b"", b"\xff", b"bye" * 60])
    return dice.choice([
        frame(CLOSE, reason), frame(CLOSE, b"\x03"), frame(PING, dice.randbytes(200)),
        frame(PING, b"", last=False), frame(10, b"unasked"),
    ])  # fmt: skip


def outlawed(dice) -> bytes:
    if dice.random() < 0.5:
        return frame(dice.choice([3, 4, 7, 11, 15]), b"reserved", reserved=dice.randrange(8))
    return frame(TEXT, dice.choice(WORDS), masked=False, reserved=dice.choice([0, 1, 4]))


def proper(dice) -> bytes:
    return b"".join(
        frame(dice.choice([TEXT, BINARY]), dice.choice(WORDS)) for _ in range(dice.randrange(1, 9))
    )


KINDS = [noise, flipped, not_utf8, in_pieces, lying_length, control, outlawed, proper]


def one_hostile_browser(server, stream, dice) -> None:
    """Shake hands, say what no browser says, whole or in drips, and hear what comes until it is enough."""
    with closing(socket.create_connection(("127.0.0.1", server.port), timeout=5)) as line:
        line.sendall(
            f"GET /?code={stream.code}&person=3 HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        assert line.recv(4096).startswith(b"HTTP/1.1 101")
        with suppress(BrokenPipeError, ConnectionResetError, TimeoutError):
            if dice.random() < 0.5:
                line.sendall(frame(TEXT, b'{"kind":"hello"}'))
            for _ in range(dice.randrange(1, 6)):
                said = dice.choice(KINDS)(dice)
                step = dice.choice([len(said), len(said), 1 + len(said) // 7])
                for start in range(0, len(said), step):
                    line.sendall(said[start : start + step])
            line.settimeout(0.02)
            while line.recv(65536):
                pass


def many_hostile_browsers(server, stream, seconds: float) -> int:
    dice, until, count = random.Random(SEED), time.monotonic() + seconds, 0
    while time.monotonic() < until:
        one_hostile_browser(server, stream, dice)
        count += 1
    return count


async def still_served(tab) -> None:
    """One says something and hears it, whatever else is going on."""
    await tab.send(json.dumps({"kind": "chat.say", "id": None, "body": {"text": "and here we go on"}}))
    async with asyncio.timeout(20):
        while "and here we go on" not in (said := await tab.recv()):
            if "are.you.there" in said:
                await tab.send(json.dumps({"kind": "still.here"}))


@pytest.mark.timeout(SECONDS + 100)
async def test_no_bytes_break_the_server_and_the_others_are_served_on(transactional_db, tmp_path):
    stream, log = Stream(), tmp_path / "daphne.log"
    await stream.asave()
    with open(log, "wb") as file:
        server = await asyncio.to_thread(Server, file)
        try:
            async with connect(server.url(stream, 1)) as june:
                await hello(june)
                hostile = asyncio.create_task(
                    asyncio.to_thread(many_hostile_browsers, server, stream, SECONDS)
                )
                while not hostile.done():
                    await still_served(june)
                    await asyncio.sleep(0.5)
                assert await hostile > 5, f"seed {SEED}"
                await still_served(june)
            assert server.process.poll() is None, f"seed {SEED}"
            assert server.megabytes() < 400
        finally:
            server.end()
    wrong = [line for line in log.read_text().splitlines() if "Traceback" in line or "rror" in line]
    assert wrong == [], f"seed {SEED}"
