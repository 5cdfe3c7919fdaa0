"""Simulated members go when whoever sent them is gone, and take a closed door without a fuss."""

import json
import signal
import socket
import subprocess
import sys
import threading

import pytest
from django.conf import settings

SEND = (
    "import django; django.setup(); import sys, json;"
    "from vioport.demo.management.commands.demo_members import Command;"
    "Command().let_live(json.loads(sys.argv[1]))"
)


@pytest.fixture
def door():
    """A server that refuses everybody; the port it listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def refuse():
            while True:
                try:
                    line, _from = server.accept()
                except OSError:
                    return
                with line:
                    line.recv(4096)
                    line.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

        threading.Thread(target=refuse, daemon=True).start()
        yield server.getsockname()[1]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_members_are_refused_quietly_and_go_with_whoever_sent_them(door, how):
    here = f"127.0.0.1:{door}"
    way = {"url": f"ws://{here}/ws/", "origin": f"http://{here}", "cookie": "a=b", "name": "Lena"}
    command = [sys.executable, "-c", SEND, json.dumps([way])]
    sent = subprocess.Popen(
        command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert "trying again" in sent.stdout.readline()
    sent.send_signal(how)
    # The end of both outputs comes only when the last process that holds them has ended.
    _said, complained = sent.communicate(timeout=30)
    assert "Traceback" not in complained
