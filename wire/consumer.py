"""The base of every live mouth: a socket that follows one stream and gives commands.

A subclass says who may come in, what the state is and what a command does; those hooks are plain functions
that run on a thread and may use the database. Nothing here runs per delivered message: the hub writes to the
socket directly. (Channels' own consumers hop to a thread for each, which was 40 % of all CPU.)
"""

import asyncio
import json
import logging
import traceback
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from channels.consumer import AsyncConsumer
from django.db import transaction

from wire import codes, hubs, leases, limits, log, threads
from wire.events import EVERYONE, Cipher, frame
from wire.hub import Hub, Member
from wire.lines import line_for
from wire.models import Stream

logger = logging.getLogger(__name__)

HELLO_WITHIN = 10.0
RESUMABLE = 500  # a browser further behind than this gets the state anew
SOCKETS_PER_PERSON = 3
STILL_HERE = "still.here"


class Refused(Exception):
    """The door says no. `code` closes the socket; `why` names the reason, in the protocol's words."""

    def __init__(self, code: int = codes.NOT_YOURS):
        super().__init__(code)
        self.code = code


class BadCommand(Exception):
    """A command that cannot be carried out. The socket stays; the browser is told `why`."""

    def __init__(self, why: str = "bad.message", **more: Any):
        super().__init__(why)
        self.why, self.more = why, more


@dataclass(frozen=True)
class Welcome:
    """The door says yes: to this stream, as this person, hearing what is meant for these labels.

    Load the stream before deciding anything, and pass it as it was loaded: its `head` then tells how much
    the door knew. `open` unseals bodies; it is called in the event loop, so it must have its key already.
    """

    stream: Stream
    person: int | None
    labels: frozenset[str] = frozenset()
    open: Cipher | None = None

    @property
    def all_labels(self) -> frozenset[str]:
        return self.labels | {EVERYONE, f"person:{self.person}"}


class StreamConsumer(AsyncConsumer):
    # --- What a subclass says -----------------------------------------------------

    state_kind: ClassVar[str] = "state"
    signal_kinds: ClassVar[frozenset[str]] = frozenset()
    sockets_per_person: ClassVar[int] = SOCKETS_PER_PERSON

    def ask_at_the_door(self) -> Welcome:
        """Say who this is (from `self.scope`) and whether they may be here now, or raise `Refused`."""
        raise NotImplementedError

    def snapshot(self, welcome: Welcome) -> dict:
        """The state as this person may see it."""
        raise NotImplementedError

    def handle(self, command: dict) -> dict | log.Appended | None:
        """Carry out `{"kind", "client_id", "body"}`. The door has just said yes. `BadCommand` refuses it."""
        raise BadCommand("unknown.kind")

    def signal(self, kind: str, body: dict) -> None:
        """Pass on a short-lived `kind` out of `signal_kinds`. Runs in the loop: no database here."""

    def open_lease(self, welcome: Welcome) -> Any:
        """Open and return this connection's lease, if the subclass keeps any."""
        return None

    def on_goodbye(self) -> None:
        """The browser said that it leaves. The lease is closed already."""

    @classmethod
    async def ask_for_all(cls, hub: Hub, members: list[Member]) -> None:
        """Ask at the door for everyone on this stream. Override where one query can answer for all."""
        await threads.look(cls._ask_for_each, [(member.owner, member) for member in members])

    # --- The socket ---------------------------------------------------------------

    async def __call__(self, scope, receive, send) -> None:
        self.scope = scope
        self.hubs = scope.get("hubs") or hubs.here()
        self.loop = asyncio.get_running_loop()
        self.line = line_for(send)
        self.allowance = limits.Allowance()
        self.heard_at = self.loop.time()
        self.welcome: Welcome | None = None
        self.member: Member | None = None
        self.lease: Any = None
        self.todo: deque[dict] = deque()
        self.worker: asyncio.Task | None = None
        if (await receive())["type"] != "websocket.connect":
            return
        await send({"type": "websocket.accept"})
        waiting = self.loop.call_later(HELLO_WITHIN, self._hang_up_if_silent)
        try:
            await self._listen(receive)
        finally:
            waiting.cancel()
            self.line.close(codes.MOVING)
            self._leave()

    async def _listen(self, receive) -> None:
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            self._hear(message.get("text") or "")

    def _hear(self, text: str) -> None:
        """Count first, look later: what is over the limit costs us no more than this."""
        if self.line.is_closed:
            return
        now = self.loop.time()
        self._is_alive(now)
        if len(text) > limits.LONGEST_SIGNAL:
            self._drop(now, "too.long")
            return
        content = _parsed(text)
        is_signal = content is not None and content["kind"] in self.signal_kinds
        if not self.allowance.takes(is_signal, now):
            self._drop(now, "" if is_signal else "too.fast", content)
        elif content is None:
            self._drop(now, "bad.message")
        elif not is_signal and len(text) > limits.LONGEST_COMMAND:
            self._drop(now, "too.long", content)
        else:
            self._take(content, is_signal)

    def _drop(self, now: float, why: str, content: dict | None = None) -> None:
        if self.allowance.is_lost(now):
            self.close(codes.TOO_FAST)
        elif why:
            self._refuse(content or {}, why)

    def _take(self, content: dict, is_signal: bool) -> None:
        if content["kind"] == STILL_HERE:
            return
        if is_signal:
            self._pass_on(content)
            return
        self.todo.append(content)
        if self.worker is None:
            self.worker = self.loop.create_task(self._work())

    def _pass_on(self, content: dict) -> None:
        # Only from someone who is in step: while the door is being asked again, nothing passes.
        if self.member and not self.member.is_held and not self.hubs.is_draining:
            try:
                self.signal(content["kind"], content["body"])
            except BadCommand as refusal:
                self._refuse(content, refusal.why)

    async def _work(self) -> None:
        try:
            while self.todo and not self.line.is_closed:
                await self._do(self.todo.popleft())
        except Refused as refusal:
            self.close(refusal.code)
        except Exception as problem:
            # Where it happened, never with what words: an exception's text may quote a person.
            where = "".join(traceback.format_tb(problem.__traceback__))
            logger.error("%s broke on %s\n%s", type(self).__name__, type(problem).__name__, where)
            self.close(codes.BROKEN)
        finally:
            self.worker = None

    async def _do(self, command: dict) -> None:
        if command["kind"] == "hello":
            await self._hello(command)
        elif self.welcome is None:
            self._refuse(command, "say.hello.first")
        elif command["kind"] == "goodbye":
            await self._goodbye()
        elif self.hubs.is_draining:
            self._refuse(command, "moving")
        else:
            await self._command(command)

    # --- Hello --------------------------------------------------------------------

    async def _hello(self, command: dict) -> None:
        last = command["body"].get("last_seq")
        last = last if isinstance(last, int) and last >= 0 else None
        began = self.loop.time()
        welcome, head, state = await threads.look(self._enter, last)
        self._leave()
        self.welcome = welcome
        if state is not None:
            self._say(kind=self.state_kind, head=head, body=state)
        else:
            self._say(kind="resumed", head=last)
        self._make_room()
        self.member = Member(self.line, welcome.person, welcome.all_labels, self._ask_again, owner=self)
        after = head if state is not None else last
        self.hub = self.hubs.join(
            welcome.stream.pk, self.member, after=after, vouched=head, open=welcome.open
        )
        if self.hubs.was_nudged_since(welcome.person, began):
            self.hub.nudge(welcome.person)

    def _enter(self, last: int | None) -> tuple[Welcome, int, dict | None]:
        """Ask at the door and read the state, such that nothing happened between the two."""
        for _ in range(3):
            welcome = self.ask_at_the_door()
            head = welcome.stream.head
            self._ensure_lease(welcome)
            if last is not None and 0 <= head - last <= RESUMABLE:
                return welcome, head, None
            state = self.snapshot(welcome)
            if log.head(welcome.stream) == head:
                return welcome, head, state
        return self._enter_holding(welcome.stream)

    def _enter_holding(self, stream: Stream) -> tuple[Welcome, int, dict | None]:
        """In a room where something happens all the time: hold everyone for the moment it takes."""
        with transaction.atomic():
            log.hold(stream)
            welcome = self.ask_at_the_door()
            return welcome, welcome.stream.head, self.snapshot(welcome)

    def _ensure_lease(self, welcome: Welcome) -> None:
        if self.lease is None:
            self.lease = self.open_lease(welcome)

    def _make_room(self) -> None:
        others = self.hubs.of_person(self.welcome.stream.pk, self.welcome.person)
        others.sort(key=lambda member: getattr(member.owner, "heard_at", 0.0))
        for member in others[: max(0, len(others) - self.sockets_per_person + 1)]:
            self.hubs.leave(self.welcome.stream.pk, member)
            member.line.close(codes.REPLACED)

    # --- Commands -----------------------------------------------------------------

    async def _command(self, command: dict) -> None:
        try:
            done = await threads.run(self.welcome.stream.pk, self._ask_and_handle, command)
        except BadCommand as refusal:
            self._refuse(command, refusal.why, **refusal.more)
        except log.StreamClosed:
            self._refuse(command, "over")
        else:
            self._say(kind="done", client_id=command["client_id"], **_reply(done))

    def _ask_and_handle(self, command: dict) -> dict | log.Appended | None:
        self.welcome = self.ask_at_the_door()
        return self.handle(command)

    async def _goodbye(self) -> None:
        await threads.run(self.welcome.stream.pk, self._say_goodbye)
        self.close(1000)

    def _say_goodbye(self) -> None:
        if self.lease is not None:
            leases.close(self.lease)
        self.on_goodbye()

    # --- The door, again ----------------------------------------------------------

    async def _ask_again(self) -> frozenset[str] | None:
        """For the hub: the labels if still welcome; None, and the socket is closed, if not."""
        try:
            self.welcome = await threads.look(self.ask_at_the_door)
        except Refused as refusal:
            self.close(refusal.code)
            return None
        return self.welcome.all_labels

    @classmethod
    def _ask_for_each(cls, pairs: Iterable[tuple["StreamConsumer", Member]]) -> None:
        for consumer, member in pairs:
            try:
                consumer.welcome = consumer.ask_at_the_door()
                member.labels = consumer.welcome.all_labels
            except Refused as refusal:
                consumer.loop.call_soon_threadsafe(consumer.close, refusal.code)

    # --- Small things -------------------------------------------------------------

    def close(self, code: int) -> None:
        """Leave the hub first: a closing socket must not hear its room any more."""
        self._leave()
        self.line.close(code)

    def lease_ended(self) -> None:
        """The sweeper thought us lost. Come back, as a new visit."""
        self.close(codes.RESYNC)

    def _leave(self) -> None:
        if self.member is not None:
            self.hubs.leave(self.welcome.stream.pk, self.member)
            self.member = None

    def _is_alive(self, now: float) -> None:
        self.heard_at = now
        if self.lease is not None:
            self.hubs.heard.add(self.lease, self)

    def _hang_up_if_silent(self) -> None:
        if self.welcome is None and self.worker is None:
            self.close(codes.RESYNC)

    def _say(self, **content: Any) -> None:
        self.line.write(frame(**content))

    def _refuse(self, content: dict, why: str, **more: Any) -> None:
        kind = "bad.message" if why == "bad.message" else "refused"
        self._say(kind=kind, client_id=content.get("client_id"), body={"why": why, **more})


def _parsed(text: str) -> dict | None:
    """A message of the shape `{"kind", "client_id"?, "body"?}`, or None."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    match content:
        case {"kind": str(kind), **rest} if len(kind) <= 40:
            body, client_id = rest.get("body", {}), rest.get("client_id")
            if isinstance(body, dict) and (client_id is None or isinstance(client_id, str)):
                return {"kind": kind, "client_id": client_id, "body": body}
    return None


def _reply(done: dict | log.Appended | None) -> dict:
    if isinstance(done, log.Appended):
        return {"seq": done.seq}
    return {"body": done} if done is not None else {}
