"""Unique words planted wherever people's own words go, and looked for everywhere they must not be."""

import logging
import re
import subprocess
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
import redis
from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.conf import settings
from django.core import mail
from django.db import connection

from accounts.outbox import deliver_due
from tests.sessions.conftest import ARRIVED, change
from wire import hubs

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = SimpleNamespace(full="Canaria Quirrelby", peers="Quirrel")
WORDS = SimpleNamespace(
    said="canary-chat-5d1",
    whispered="canary-whisper-8a2",
    answered="canary-answer-c31",
    place="canary-place-77e",
    call_back="555-0199-4242",
    held="canary-hold-b06",
    removed="canary-removal-e4f",
    late="canary-late-1c9",
    reported="canary-report-f05",
)
EVERYTHING = [*vars(NAMES).values(), *vars(WORDS).values()]


class Overheard(InMemoryChannelLayer):
    """A layer that never leaves the process, and all that was ever sent over it, unsealed."""

    def __init__(self):
        super().__init__()
        self.sent: list[bytes] = []

    async def group_send(self, group, message):
        self.sent.append(repr(message).encode())
        await super().group_send(group, message)


@pytest.fixture
async def layer(transactional_db):
    """`layer()` is all that has left this process: over the Redis there is, or else in memory."""
    if settings.REDIS_URL:
        ear = redis.Redis.from_url(settings.REDIS_URL).pubsub(ignore_subscribe_messages=True)
        ear.psubscribe("*")
        between = get_channel_layer()
    else:
        between = Overheard()
    ours, another = hubs.here(), hubs.Hubs(layer=between, hears_commits=False, ticks=False)
    ours.doorbell.layer = between
    another.doorbell.start()

    def sent() -> list[bytes]:
        if not settings.REDIS_URL:
            return between.sent
        told = [ear.get_message(timeout=0.02) for _ in range(100)]
        return [bytes(each["data"]) for each in told if each]

    yield sent
    another.doorbell.stop()
    ours.doorbell.stop()
    if settings.REDIS_URL:
        ear.close()


@sync_to_async
def stored() -> bytes:
    """Every value of every table, and on SQLite the bytes of the file itself."""
    values = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            values += [value for row in cursor.fetchall() for value in row]
    found = [bytes(each) if isinstance(each, memoryview | bytes) else str(each).encode() for each in values]
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        found += [read_elsewhere(name + end) for end in ("", "-wal") if Path(name + end).exists()]
    return b"\n".join(found)


def read_elsewhere(name: str) -> bytes:
    """Read by a process of its own: closing the file in this one would take away all locks of SQLite's."""
    return subprocess.run(["cat", name], capture_output=True, check=True).stdout


def planted_in(text: bytes, canaries) -> list[str]:
    return [canary for canary in canaries if canary.encode() in text]


class Pages:
    """Pages that a person opens: their titles and addresses are what others may see over a shoulder."""

    def __init__(self, browser):
        self.browser, self.seen = browser, []

    async def open(self, path: str, **facts) -> str:
        ask = self.browser.post if facts else self.browser.get
        answer = await sync_to_async(ask)(path, facts or None)
        assert answer.status_code in (200, 302), path
        page = answer.content.decode()
        self.seen += [
            path,
            answer.headers.get("Location", ""),
            *re.findall(r"<title>(.*?)</title>", page, re.S),
        ]
        self.seen += re.findall(r'(?:href|action|src)="([^"]*)"', page)
        return page


async def an_evening(cast, browser, tonight, signed_in) -> SimpleNamespace:
    """June, who has the canaries' names, says something wherever one can say something."""
    await change(cast.june, name=NAMES.full, peer_name=NAMES.peers)
    await cast.june.memberships.aupdate(shown_as=NAMES.peers)
    june = Pages(await sync_to_async(signed_in)(cast.june))
    room = f"/sessions/{tonight.code}/"
    await june.open(f"{room}word/", what="late", minutes_late="10", words=WORDS.late)
    for path in ("/", "/week/", f"{room}room/", f"{room}word/"):
        await june.open(path)

    maya, omar = await browser(cast.maya).come(), await browser(cast.omar).knock()
    hers = await browser(cast.june, client=june.browser).come()
    await hers.done("arrive", **ARRIVED | {"place": WORDS.place, "call_back": WORDS.call_back})
    seat = next(row["seat"] for row in (await maya.come_again())["roster"] if row["shown_as"] == NAMES.peers)
    await maya.done("door.hold", seat=seat, message=WORDS.held)
    await maya.done("door.admit", seat=seat)
    await hers.hears("room.state")
    await hers.done("chat.say", text=WORDS.said, to="everyone")
    await hers.done("chat.say", text=WORDS.whispered, to="facilitators")
    await hers.done("quiet.raise", kind="need_a_word")
    call = (await maya.hears("quiet.raised"))["call"]
    await maya.done("quiet.answer", call=call, text=WORDS.answered)
    await hers.send({"kind": "react", "body": {"reaction": "yes"}})
    await maya.done("door.remove", seat=seat, reason=WORDS.removed)
    await june.open(f"{room}report/", words=WORDS.reported, about="")
    await omar.settles()
    return SimpleNamespace(june=june, maya=maya)


async def test_what_people_say_is_found_where_it_belongs_and_nowhere_else(
    cast, browser, tonight, signed_in, layer, caplog
):
    caplog.set_level(logging.DEBUG)
    evening = await an_evening(cast, browser, tonight, signed_in)
    # In the middle of it all words are sealed. (Names are not: they show that one would have been found.)
    assert planted_in(await stored(), EVERYTHING) == [NAMES.full, NAMES.peers]
    pages = [evening.june]
    await sync_to_async(evening.june.browser.get)(f"/sessions/{tonight.code}/record/")  # 404, and logged
    for person in (cast.maya, cast.ines):
        pages.append(Pages(await sync_to_async(signed_in)(person)))
        for path in ("/", f"/sessions/{tonight.code}/record/", f"/groups/{cast.tuesday.code}/"):
            await pages[-1].open(path)
    report = re.search(r"/reports/[0-9a-f-]{36}/", await pages[-1].open("/reports/"))
    assert WORDS.reported in await pages[-1].open(report.group())  # those whom it is for do read it
    await evening.maya.send({"kind": "room.end", "id": str(uuid4()), "body": {}})
    await evening.maya.closes()
    await sync_to_async(deliver_due)()

    assert planted_in(await stored(), vars(WORDS).values()) == []
    assert planted_in("\n".join(entry for each in pages for entry in each.seen).encode(), EVERYTHING) == []
    assert caplog.records and planted_in(caplog.text.encode(), EVERYTHING) == []
    letters = [str(letter.message()) for letter in mail.outbox]
    assert letters and planted_in("\n".join(letters).encode(), EVERYTHING) == []
    sent = layer()
    assert len(sent) > 3 and planted_in(b"\n".join(sent), EVERYTHING) == []
