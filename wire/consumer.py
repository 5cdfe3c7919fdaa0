"""The base of every live mouth: a socket that follows one stream and gives commands.

A subclass says who may come in, what the state is and what a command does; those hooks are plain functions
that run on a thread and may use the database. Nothing here runs per delivered message: the hub writes to the
socket directly. (Channels' own consumers hop to a thread for each, which was 40 % of all CPU.)
"""

import asyncio
import logging
import traceback
from collections import deque
from typing import Any, ClassVar

from channels.consumer import AsyncConsumer

from wire import codes, entering, hubs, leases, limits, log, threads
from wire.daphne_writer import daphne_line
from wire.entering import Entrance, Refused, Welcome
from wire.events import frame
from wire.hub import Hub
from wire.lines import AsgiLine
from wire.member import Answer, Member
from wire.messages import BadMessage, Message, parsed, refusal

logger = logging.getLogger(__name__)

HELLO_WITHIN = 10.0
STILL_HERE = "still.here"


class BadCommand(Exception):
    """A command that is not carried out. The socket stays; the browser is told the reason."""

    def __init__(self, reason: str = "bad_message", words: str = ""):
        super().__init__(reason)
        self.reason, self.words = reason, words


class StreamConsumer(AsyncConsumer):
    # --- What a subclass says -----------------------------------------------------

    state_kind: ClassVar[str] = "state"
    signal_kinds: ClassVar[frozenset[str]] = frozenset()
    sockets_per_person: ClassVar[int] = 3
    welcome: Welcome = None  # type: ignore[assignment]  # until `hello` was answered
    member: Member | None = None
    lease: Any = None

    def ask_at_the_door(self) -> Welcome:
        """Say who this is (from `self.scope`) and whether they may be here now, or raise `Refused`."""
        raise NotImplementedError

    def snapshot(self, welcome: Welcome) -> dict:
        """The state as this person may see it."""
        raise NotImplementedError

    def enter(self, hello: dict) -> Entrance:
        """Come in, at the first `hello`. Override to do all of it in one transaction of your own."""
        return entering.enter(self, hello)

    def ask_again(self) -> Welcome | Entrance:
        """Something changed about this person: may they still be here? An `Entrance` moves them."""
        return self.ask_at_the_door()

    def handle(self, command: Message) -> log.Appended | int | dict | None:
        """Carry out a command; the door has just said yes. `BadCommand` refuses it."""
        raise BadCommand

    def signal(self, kind: str, body: dict) -> None:
        """Pass on a short-lived `kind` out of `signal_kinds`. Runs in the loop: no database here."""

    def open_lease(self, welcome: Welcome) -> Any:
        """Open and return this connection's lease, if the subclass keeps any."""
        return None

    def on_goodbye(self, body: dict) -> None:
        """The browser said that it leaves. The lease is closed already."""

    @classmethod
    async def ask_for_all(cls, hub: Hub, members: list[Member]) -> None:
        """Every few seconds: `hub.hold` each member of whom it is not certain that nothing changed.

        Override it where one query can tell for all of them.
        """
        for member in await threads.look(entering.changed, members):
            hub.hold(member)

    # --- The socket ---------------------------------------------------------------

    async def __call__(self, scope, receive, send) -> None:
        self.scope = scope
        self.hubs = scope.get("hubs") or hubs.here()
        self.loop = asyncio.get_running_loop()
        self.line = daphne_line(send) or AsgiLine(send)
        self.allowance = limits.Allowance()
        self.heard_at = self.loop.time()
        self.todo: deque[Message] = deque()
        self.worker: asyncio.Task | None = None
        if (await receive())["type"] != "websocket.connect":
            return
        caller = limits.caller_of(scope)
        if self.hubs.is_draining or not self.hubs.doorstep.opens(caller):
            await send({"type": "websocket.close"})  # refused: the browser tries again, and elsewhere
            return
        await send({"type": "websocket.accept"})
        waiting = self.loop.call_later(HELLO_WITHIN, self._hang_up_if_silent)
        try:
            await self._listen(receive)
        finally:
            waiting.cancel()
            self.hubs.doorstep.closes(caller)
            self.close(codes.MOVING)

    async def _listen(self, receive) -> None:
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            if not self.line.is_closed:
                self._hear(message.get("text") or "")

    def _hear(self, text: str) -> None:
        """Count first: what is over the limit costs us no more than this."""
        now = self.loop.time()
        self._is_alive(now)
        if len(text) > limits.LONGEST_SIGNAL:
            self._drop(now, None, "too_long")
            return
        try:
            message = parsed(text)
        except BadMessage as bad:
            self._drop(now, bad.id, "bad_message")
            return
        is_signal = message.kind in self.signal_kinds
        if not self.allowance.takes(is_signal, now):
            self._drop(now, message.id, "" if is_signal else "too_fast")
        elif len(text) > limits.LONGEST_COMMAND and not is_signal:
            self._drop(now, message.id, "too_long")
        else:
            self._take(message, is_signal)

    def _drop(self, now: float, id: str | None, reason: str) -> None:
        if self.allowance.is_lost(now):
            self.close(codes.TOO_FAST)
        elif reason:
            self.line.write(refusal(id, reason))

    def _take(self, message: Message, is_signal: bool) -> None:
        if is_signal:
            self._pass_on(message)
        elif message.kind != STILL_HERE:
            self.todo.append(message)
            if self.worker is None:
                self.worker = self.loop.create_task(self._work())

    def _pass_on(self, message: Message) -> None:
        # Only from someone who is in step: while the door is being asked again, nothing passes.
        if self.hub and self.member in self.hub.in_step and not self.hubs.is_draining:
            try:
                self.signal(message.kind, message.body)
            except BadCommand as refused:
                self.line.write(refusal(message.id, refused.reason, refused.words))

    async def _work(self) -> None:
        try:
            while self.todo and not self.line.is_closed:
                await self._do(self.todo.popleft())
        except Refused as refused:
            self.close(refused.code)
        except Exception as problem:
            # Where it happened, never with what words: an exception's text may quote a person.
            where = "".join(traceback.format_tb(problem.__traceback__))
            logger.error("%s broke on %s\n%s", type(self).__name__, type(problem).__name__, where)
            self.close(codes.BROKEN)
        finally:
            self.worker = None

    async def _do(self, message: Message) -> None:
        match message.kind:
            case "hello" if self.welcome is None:
                await self._hello(message)
            case _ if self.welcome is None:
                self.line.write(refusal(message.id, "not_now"))
            case "hello" | "catch.up":
                self.catch_up(message)
            case "goodbye":
                await self._goodbye(message)
            case _:
                await self._command(message)

    # --- Hello, catching up, goodbye ----------------------------------------------

    async def _hello(self, message: Message) -> None:
        began = self.loop.time()
        if not self.hubs.doorstep.hears_hello((limits.caller_of(self.scope), self.scope.get("path")), began):
            raise Refused(codes.TOO_FAST)
        answer = self._answer(await self.on_a_thread(self._enter, message.body))
        while self.hubs.was_nudged_since(self.welcome.person, began):
            began = self.loop.time()
            answer = self._answer(await self.on_a_thread(self.ask_again)).following(answer)
        if self.line.is_closed:
            return
        self._make_room()
        self.member = Member(self.line, self.welcome.person, self._ask_again, owner=self)
        self.member.owed = [message.id] if message.id else []
        hub = self.hubs.join(self.welcome.stream.pk, self.member, answer, self.welcome.stream.head)
        hub.open, hub.witness = self.welcome.open or hub.open, self.welcome.witness or hub.witness
        self.allowance = self.hubs.doorstep.allowance_of(hub.stream, self.welcome.person) or self.allowance

    def _enter(self, hello: dict) -> Welcome | Entrance:
        """On a thread, perhaps long after the hello: whoever hung up meanwhile costs no more than this."""
        if self.line.is_closed:
            raise Refused(codes.MOVING)
        return self.enter(hello)

    def _answer(self, said: Welcome | Entrance) -> Answer:
        """Remember what the door said, in the hub's words."""
        entrance = said if isinstance(said, Entrance) else Entrance(said)
        self.welcome, self.lease = entrance.welcome, entrance.lease or self.lease
        frames = tuple(frame(**content) for content in entrance.frames)
        return Answer(self.welcome.all_labels, self.welcome.at_the_door, frames, entrance.after)

    def _make_room(self) -> None:
        others = self.hubs.of_person(self.welcome.stream.pk, self.welcome.person)
        others.sort(key=lambda member: getattr(member.owner, "heard_at", 0.0))
        for member in others[: max(0, len(others) - self.sockets_per_person + 1)]:
            member.owner.close(codes.REPLACED)

    def catch_up(self, message: Message) -> None:
        """A browser noticed a gap."""
        last = entering.last_seq(message.body)
        if self.member is None or self.hub is None or last is None:
            self.line.write(refusal(message.id, "bad_message"))
            return
        if last < self.welcome.since:
            self.close(codes.RESYNC)  # it comes back for the state
            return
        self.member.owed += [message.id] if message.id else []
        self.hub.rewind(self.member, last)

    async def _goodbye(self, message: Message) -> None:
        await self.on_a_thread(self._say_goodbye, message.body)
        self.close(codes.DONE)

    def _say_goodbye(self, body: dict) -> None:
        if self.lease is not None:
            leases.close(self.lease)
        self.on_goodbye(body)

    # --- Commands -----------------------------------------------------------------

    async def _command(self, message: Message) -> None:
        try:
            if self.hubs.is_draining:
                raise BadCommand("not_now")
            done = await self.on_a_thread(self._ask_and_handle, message)
        except BadCommand as refused:
            self.line.write(refusal(message.id, refused.reason, refused.words))
        except log.StreamClosed:
            self.line.write(refusal(message.id, "closed"))
        else:
            if message.id:
                self.line.write(frame(re=message.id, **_reply(done)))

    def _ask_and_handle(self, message: Message) -> log.Appended | int | dict | None:
        self.ask_at_the_door()
        return self.handle(message)

    async def on_a_thread(self, func, *args) -> Any:
        """Run a hook, after what was asked through the same door before."""
        return await threads.run(self.scope.get("path", ""), func, *args)

    # --- The door, again ----------------------------------------------------------

    async def _ask_again(self) -> Answer | None:
        """For the hub. None: no longer welcome, and the socket is closed."""
        try:
            return self._answer(await self.on_a_thread(self.ask_again))
        except Refused as refused:
            self.close(refused.code)
            return None

    # --- Small things -------------------------------------------------------------

    @property
    def hub(self) -> Hub | None:
        """The hub of this process that it listens to."""
        return self.hubs.hubs.get(self.welcome.stream.pk) if self.welcome else None

    def close(self, code: int) -> None:
        """Leave the hub first: a closing socket must not hear its room any more."""
        if self.member is not None:
            self.hubs.leave(self.welcome.stream.pk, self.member)
        self.line.close(code)

    def hold(self) -> None:
        """Hear nothing more until `ask_again` has answered."""
        if self.hub and self.member:
            self.hub.hold(self.member)

    def lease_ended(self) -> None:
        """The sweeper thought us lost. Come back, as a new visit."""
        self.close(codes.RESYNC)

    def _is_alive(self, now: float) -> None:
        self.heard_at = now
        if self.lease is not None:
            self.hubs.heard.add(self.lease, self)

    def _hang_up_if_silent(self) -> None:
        if self.welcome is None and self.worker is None:
            self.close(codes.RESYNC)


def _reply(done: log.Appended | int | dict | None) -> dict:
    match done:
        case log.Appended():
            return {"seq": done.seq}
        case int():
            return {"seq": done}
        case dict():
            return {"body": done}
    return {}
