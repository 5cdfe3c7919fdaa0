"""Coming in: what the door may say, and how state and events are joined without a gap between them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from wire import codes, log
from wire.events import EVERYONE, Cipher, Event
from wire.member import Member
from wire.models import Stream

RESUMABLE = 500  # a browser further behind than this gets the state anew


class Refused(Exception):
    """The door says no. `code` closes the socket."""

    def __init__(self, code: int = codes.NOT_YOURS):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Welcome:
    """The door says yes: to this stream, as this person, hearing what is meant for these labels.

    Load the stream before deciding anything, and pass it as it was loaded: its `head` then tells how much
    the door knew. `at_the_door`: hears nothing, but is asked again when nudged. `open` unseals bodies, on a
    thread. `witness` sees each event of the stream, in order, once per process, in the event loop. What
    happened up to `since` is told in the state only, however far back a browser asks.
    """

    stream: Stream
    person: int | None
    labels: frozenset[str] = frozenset()
    at_the_door: bool = False
    open: Cipher | None = None
    witness: Callable[[Event], None] | None = None
    since: int = 0

    @property
    def all_labels(self) -> frozenset[str]:
        return self.labels | {EVERYONE, f"person:{self.person}"}


@dataclass(frozen=True)
class Entrance:
    """Coming in, or to the door: what is heard first, and the event after which one hears on.

    `after=None` carries on where one was; only for someone who was in already.
    """

    welcome: Welcome
    frames: Sequence[dict] = ()
    after: int | None = None
    lease: Any = None


def enter(consumer, hello: dict) -> Entrance:
    """Ask at the door and read the state, such that nothing happened between the two."""
    for _ in range(3):
        welcome = consumer.ask_at_the_door()
        entrance = _resume(consumer, welcome, last_seq(hello)) or _arrive(consumer, welcome)
        if entrance.after != welcome.stream.head or log.head(welcome.stream) == welcome.stream.head:
            return entrance
    with transaction.atomic():  # where something happens all the time: hold everyone for the moment it takes
        log.hold(welcome.stream)
        return _arrive(consumer, consumer.ask_at_the_door())


def _resume(consumer, welcome: Welcome, last: int | None) -> Entrance | None:
    if welcome.at_the_door or last is None or last < welcome.since:
        return None
    if not 0 <= welcome.stream.head - last <= RESUMABLE:
        return None
    return Entrance(welcome, after=last, lease=_lease(consumer, welcome))


def _arrive(consumer, welcome: Welcome) -> Entrance:
    head = welcome.stream.head
    frames = []
    if not welcome.at_the_door:
        frames = [{"kind": consumer.state_kind, "seq": head, "body": consumer.snapshot(welcome)}]
    return Entrance(welcome, frames, head, _lease(consumer, welcome))


def _lease(consumer, welcome: Welcome) -> Any:
    consumer.lease = consumer.lease or consumer.open_lease(welcome)
    return consumer.lease


def changed(members: list[Member]) -> list[Member]:
    """Those for whom the door no longer says the same, asked one by one. Runs on a thread."""
    return [member for member in members if _differs(member)]


def _differs(member: Member) -> bool:
    try:
        welcome = member.owner.ask_at_the_door()
    except Refused:
        return True
    return welcome.all_labels != member.labels or welcome.at_the_door != member.owner.welcome.at_the_door


def last_seq(body: dict) -> int | None:
    """The browser's own position, if it says one that can be true."""
    last = body.get("last_seq")
    return last if type(last) is int and 0 <= last < 2**63 else None
