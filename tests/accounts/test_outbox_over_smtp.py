"""The outbox against a real mail server, with workers that are killed at the worst moments."""

import os
import signal
import socketserver
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection

from accounts import outbox
from accounts.models import Notice

pytestmark = pytest.mark.django_db(transaction=True)

WORKER = """
import time, django
django.setup()
from datetime import timedelta
from accounts import outbox
outbox.CLAIM, outbox.PAUSE = timedelta(seconds=1), 0.1
while True:
    outbox.deliver_due()
    time.sleep(0.05)
"""


class Talk(socketserver.StreamRequestHandler):
    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        self.say("220 sink")
        recipient = ""
        for raw in self.rfile:
            line = raw.decode().strip()
            word = line.upper().partition(" ")[0]
            self.server.heard.append(word)
            if word == self.server.hangs_at:
                time.sleep(60)
            if word == "RCPT":
                recipient = line[line.index("<") + 1 : line.index(">")]
            if word == "DATA":
                self.say("354 go on")
                self.take(recipient)
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say(self.server.answers.get(recipient if word == "RCPT" else word, "250 yes"))

    def take(self, recipient: str) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return  # cut off in the middle: never a letter
            lines.append(line.decode())
        self.server.letters.append((recipient, "".join(lines)))
        time.sleep(self.server.seconds_until_yes)
        self.say("250 taken")


class Sink(socketserver.ThreadingTCPServer):
    """Takes letters over SMTP and remembers each, whether or not the sender lived to hear the yes."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int = 0):
        super().__init__(("127.0.0.1", port), Talk)
        self.port = self.server_address[1]
        self.letters: list[tuple[str, str]] = []
        self.heard: list[str] = []
        self.answers: dict[str, str] = {}
        self.hangs_at = ""
        self.seconds_until_yes = 0.0

    def handle_error(self, request, client_address):
        """A sender that is killed in the middle of a talk is what these tests are about."""

    def message_ids(self) -> list[str]:
        lines = "".join(letter for _recipient, letter in list(self.letters)).splitlines()
        return [line.partition(":")[2].strip() for line in lines if line.startswith("Message-ID:")]


@pytest.fixture
def sink():
    with Sink() as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def by_smtp(sink, monkeypatch, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    monkeypatch.setattr(outbox._MailServer, "silent_until", 0.0)
    return sink


def database_url() -> str:
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    return f"postgresql://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"


@contextmanager
def worker(sink, count: int = 1):
    """Processes that empty the outbox into `sink`, killed with -9 at the end of the block."""
    environment = os.environ | {
        "PYTHONPATH": str(settings.BASE_DIR),
        "DJANGO_SETTINGS_MODULE": "vioport.settings",
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
    }
    processes = [subprocess.Popen([sys.executable, "-c", WORKER], env=environment) for _n in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.send_signal(signal.SIGKILL)
            process.wait()


def until(fact, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


def all_sent() -> bool:
    return not Notice.objects.filter(sent_at=None).exists()


def test_killed_again_and_again_it_neither_loses_nor_doubles(sink, cast):
    for number in range(40):
        outbox.post("message", person=cast.june, key=f"message {number}")
    sink.seconds_until_yes = 0.01
    for enough in (7, 19, 31):
        with worker(sink, count=2):
            until(lambda enough=enough: len(sink.letters) >= enough)
    with worker(sink):
        until(all_sent)
    ids = sink.message_ids()
    assert len(set(ids)) == 40
    # Two workers, three kills: at most one letter each was in the moment that SMTP leaves open.
    assert len(ids) - 40 <= 6
    letters = dict(zip(ids, (letter for _to, letter in sink.letters), strict=True))
    assert all(letters[one] == letter for one, (_to, letter) in zip(ids, sink.letters, strict=True))


def test_killed_before_the_letter_was_handed_over_it_goes_out_once(sink, cast):
    outbox.post("message", person=cast.june, key="one")
    sink.hangs_at = "MAIL"
    with worker(sink):
        until(lambda: "MAIL" in sink.heard)
    assert sink.letters == []
    sink.hangs_at = ""
    with worker(sink):
        until(all_sent)
    assert len(sink.letters) == 1


def test_killed_before_it_heard_the_yes_the_second_letter_is_the_first_one_again(sink, cast):
    outbox.post("message", person=cast.june, key="one")
    sink.seconds_until_yes = 60
    with worker(sink):
        until(lambda: len(sink.letters) == 1)
    sink.seconds_until_yes = 0
    with worker(sink):
        until(all_sent)
    (first, second) = sink.letters
    assert first == second


def test_an_address_that_does_not_exist_is_given_up_and_shown(by_smtp, cast):
    by_smtp.answers["june@example.org"] = "550 no such person june@example.org"
    notice = outbox.post("message", person=cast.june, key="one")
    assert outbox.deliver_due() == 0
    notice.refresh_from_db()
    assert notice.given_up_at
    assert notice.last_error == "address refused 550"
    assert list(outbox.stuck()) == [notice]


def test_a_busy_server_is_asked_again_later_and_others_get_their_mail(by_smtp, cast):
    by_smtp.answers["june@example.org"] = "451 later please"
    waiting = outbox.post("message", person=cast.june, key="one")
    outbox.post("message", person=cast.omar, key="two")
    assert outbox.deliver_due() == 1
    waiting.refresh_from_db()
    assert (waiting.attempts, waiting.given_up_at, waiting.last_error) == (1, None, "address refused 451")
    assert outbox.deliver_due() == 0
    by_smtp.answers.clear()
    assert outbox.deliver_due(now=waiting.claimed_until) == 1


def test_a_silent_mail_server_costs_no_notice_its_attempts(by_smtp, cast, settings, monkeypatch):
    settings.EMAIL_PORT = 1  # nobody listens there
    notices = [outbox.post("message", person=cast.june, key=f"{n}") for n in range(3)]
    assert outbox.deliver_due() == 0
    notices[0].refresh_from_db()
    assert notices[0].attempts == 0
    assert notices[0].last_error == "ConnectionRefusedError"
    assert Notice.objects.filter(last_error="").count() == 2, "one refusal was enough for this round"
    settings.EMAIL_PORT = by_smtp.port
    monkeypatch.setattr(outbox._MailServer, "silent_until", 0.0)
    assert outbox.deliver_due(now=notices[0].claimed_until) == 3


def test_a_letter_on_which_the_server_hangs_up_does_not_hold_up_the_rest(by_smtp, cast, monkeypatch):
    by_smtp.answers["DATA"] = ""
    monkeypatch.setattr(Talk, "take", lambda talk, recipient: talk.request.close() or talk.rfile.close())
    notice = outbox.post("message", person=cast.june, key="one")
    assert outbox.deliver_due() == 0
    notice.refresh_from_db()
    assert (notice.attempts, notice.given_up_at) == (1, None)


def test_a_wrong_password_is_not_the_letters_fault(by_smtp, cast, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "vioport", "wrong"
    notice = outbox.post("message", person=cast.june, key="one")
    assert outbox.deliver_due() == 0
    notice.refresh_from_db()
    assert (notice.attempts, notice.given_up_at) == (0, None)
