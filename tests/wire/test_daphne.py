"""The same behind a real Daphne: written at once, bounded, and leaving politely."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from wire.models import Stream

pytestmark = pytest.mark.django_db(transaction=True)
HERE = Path(__file__).parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def database_url():
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{name}"


class Server:
    def __init__(self, log):
        self.port = free_port()
        environment = os.environ | {
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "vioport.settings",
            "PYTHONPATH": f"{HERE}{os.pathsep}{HERE.parent.parent}",
        }
        command = [
            sys.executable,
            "-m",
            "daphne",
            "-b",
            "127.0.0.1",
            "-p",
            str(self.port),
            "served:application",
        ]
        self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        self._wait()

    def _wait(self):
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError("the server did not start")

    def url(self, stream, person):
        return f"ws://127.0.0.1:{self.port}/?code={stream.code}&person={person}"

    def megabytes(self):
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)


@pytest.fixture
def server(transactional_db, tmp_path):
    with open(tmp_path / "daphne.log", "wb") as log:
        server = Server(log)
        yield server
        server.end()


async def hello(tab, last_seq=None):
    await tab.send(json.dumps({"kind": "hello", "body": {"last_seq": last_seq}}))
    return json.loads(await tab.recv())


async def say(tab, text, times=1):
    await tab.send(json.dumps({"kind": "chat.say", "body": {"text": text, "times": times}}))


async def say_much(tab, times):
    """7 kB each, and hear it all. Not in more commands than one may send."""
    for _ in range(times // 50):
        await say(tab, "z" * 7000, 50)
        for _ in range(50):
            await event(tab)


async def event(tab):
    """The next event; a question whether one is there is answered."""
    while "seq" not in (message := json.loads(await tab.recv())):
        await tab.send(json.dumps({"kind": "still.here"}))
    return message


@pytest.fixture
def stream(transactional_db):
    return Stream.objects.create()


async def test_frames_of_every_length_arrive_whole_and_in_order(server, stream):
    async with connect(server.url(stream, 1)) as june, connect(server.url(stream, 2)) as omar:
        assert (await hello(june))["body"] == {"line": "DaphneLine"}
        await hello(omar)
        texts = ["a", "ü" * 40, "x" * 200, "y" * 7000]
        for text in texts:
            await say(june, text)
        for tab in (june, omar):
            heard = [json.loads(await tab.recv()) for _ in texts]
            assert [event["seq"] for event in heard] == [1, 2, 3, 4]
            assert [event["body"]["text"] for event in heard] == texts


class Deaf:
    """A browser on a line that nobody reads from."""

    def __init__(self, server, stream, person):
        self.socket = socket.socket()
        self.socket.settimeout(5)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect(("127.0.0.1", server.port))
        self.socket.sendall(
            f"GET /?code={stream.code}&person={person} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        assert self.socket.recv(4096).startswith(b"HTTP/1.1 101")  # not before this may one speak
        hello = b'{"kind":"hello"}'
        self.socket.sendall(bytes((0x81, 0x80 | len(hello), 0, 0, 0, 0)) + hello)

    def was_cut_off(self):
        """Read all that was on its way, up to the end."""
        try:
            while self.socket.recv(65536):
                pass
        except ConnectionResetError:
            pass
        except TimeoutError:
            return False
        return True


async def test_one_who_stops_reading_costs_no_memory_and_can_come_back(server, stream):
    """7 MB are said while Theo reads nothing: more than the kernel holds for him."""
    async with connect(server.url(stream, 1)) as june:
        await hello(june)
        theo = await asyncio.to_thread(Deaf, server, stream, 3)
        with closing(theo.socket):
            await say_much(june, 100)
            before = server.megabytes()
            await say_much(june, 1000)
            assert server.megabytes() - before < 4
            assert await asyncio.to_thread(theo.was_cut_off)
        async with connect(server.url(stream, 3)) as back:
            assert (await hello(back, last_seq=1090))["seq"] == 1091


async def test_told_to_end_the_server_says_move_and_then_ends(server, stream):
    async with connect(server.url(stream, 1)) as june, connect(server.url(stream, 2)) as omar:
        await hello(june)
        await hello(omar)
        server.process.send_signal(signal.SIGTERM)
        for tab in (june, omar):
            assert json.loads(await tab.recv()) == {"kind": "moving"}
            with pytest.raises(ConnectionClosed) as closed:
                await tab.recv()
            assert closed.value.rcvd.code == 1012
    assert await asyncio.to_thread(server.process.wait, 10) == 0


async def test_told_twice_it_ends_at_once(server, stream, monkeypatch):
    async with connect(server.url(stream, 1)) as june:
        await hello(june)
        server.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.1)
        server.process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(server.process.wait, 5)
        await june.wait_closed()
