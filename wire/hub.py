"""One hub per stream and process: it hears of an event once and passes it to everyone who listens here.

Members in step share the hub's position; a member who is behind (just come back, or being asked at the door
again) has a cursor of its own until it has caught up. Delivering touches no database.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Protocol

from wire import codes, threads
from wire.events import EVERYONE, Cipher, Event, Frame
from wire.log import PAGE, read

logger = logging.getLogger(__name__)

KEPT = 64  # events a hub remembers, so that those who come back need no query
KEPT_BYTES = 64_000
NEARLY_FULL = 64_000  # bytes on their way out at which catching up waits


class Line(Protocol):
    """The sending side of a socket."""

    def write(self, frame: Frame) -> bool: ...  # False: too much is waiting, this line is lost
    def buffered(self) -> int: ...
    def close(self, code: int) -> None: ...


class Member:
    """One connection on a stream: who it is, what it may hear, where it stands."""

    __slots__ = (
        "asked",
        "cursor",
        "is_held",
        "labels",
        "line",
        "owner",
        "person",
        "recheck",
        "vouched",
        "write",
    )

    def __init__(
        self,
        line: Line,
        person: int | None,
        labels: frozenset[str],
        recheck: Callable[[], Awaitable[frozenset[str] | None]],
        owner: object = None,
    ):
        self.line, self.person, self.labels, self.recheck, self.owner = line, person, labels, recheck, owner
        self.write = line.write
        self.cursor = 0  # the last event it got; only while it is behind
        self.vouched = 0  # the door has said yes knowing of events up to here
        self.asked = 0  # how often it had to be asked again
        self.is_held = False


class Hub:
    def __init__(self, stream: int, after: int, open: Cipher | None = None, read=read):
        self.stream, self.open, self.read = stream, open, read
        self.position = after  # everything up to here was heard, and passed to those in step
        self.recent: deque[Event] = deque()
        self.recent_bytes = 0
        self.in_step: set[Member] = set()
        self.behind: set[Member] = set()
        self.tasks: set[asyncio.Task] = set()
        self.looking: asyncio.Task | None = None
        self.look_again = False

    @property
    def members(self) -> set[Member]:
        return self.in_step | self.behind

    # --- Coming and going ---------------------------------------------------------

    def join(self, member: Member, after: int, vouched: int) -> None:
        """Let a member in that has everything up to `after`; the door knew of everything up to `vouched`."""
        member.cursor, member.vouched = after, vouched
        self.behind.add(member)
        if after > self.position:
            self.look()
        self.catch_up(member)

    def leave(self, member: Member) -> None:
        self.in_step.discard(member)
        self.behind.discard(member)

    def is_empty(self) -> bool:
        return not self.in_step and not self.behind

    # --- Hearing ------------------------------------------------------------------

    def hear(self, event: Event) -> None:
        """Take an event that is committed. What we have not heard before it is read from the log first."""
        if event.seq == self.position + 1:
            self._advance(event)
        elif event.seq > self.position:
            self.look()

    def look(self) -> None:
        """Read on in the log: one query at a time, however many ask."""
        self.look_again = True
        if self.looking is None or self.looking.done():
            self.looking = self._spawn(self._look())

    async def _look(self) -> None:
        while self.look_again:
            self.look_again = False
            try:
                events = await threads.look(self.read, self.stream, self.position)
            except Exception as problem:
                logger.warning("stream %s: could not read on (%s)", self.stream, type(problem).__name__)
                return  # the tick asks again
            for event in events:
                self.hear(event)
            self.look_again = self.look_again or len(events) >= PAGE

    def _advance(self, event: Event) -> None:
        self._unseal(event)
        self.position = event.seq
        self._remember(event)
        self._pass_on(event)
        for member in list(self.behind):
            self.catch_up(member)

    def _unseal(self, event: Event) -> None:
        if event.is_sealed and self.open:
            try:
                event.unseal(self.open)
            except Exception as problem:
                logger.info(
                    "stream %s: event %s stays sealed (%s)", self.stream, event.seq, type(problem).__name__
                )

    def _remember(self, event: Event) -> None:
        self.recent.append(event)
        self.recent_bytes += len(event.body)
        while len(self.recent) > KEPT or (self.recent_bytes > KEPT_BYTES and len(self.recent) > 1):
            self.recent_bytes -= len(self.recent.popleft().body)

    # --- Passing on ---------------------------------------------------------------

    def _pass_on(self, event: Event) -> None:
        for person in event.nudges:
            self._hold_in_step(person, before=event.seq)
        if EVERYONE in event.audience:
            full = event.full
            lost = [member for member in self.in_step if not member.write(full)]
        else:
            lost = [member for member in self.in_step if not member.write(event.frame_for(member.labels))]
        for member in lost:
            self.leave(member)
        if event.closes:
            self._show_out(list(self.in_step))

    def _show_out(self, members: list[Member]) -> None:
        for member in members:
            self.leave(member)
            member.line.close(codes.OVER)

    def catch_up(self, member: Member) -> None:
        """Bring a member into step from what the hub remembers, or send it to the log for what is older."""
        if member.is_held or member.cursor > self.position or member not in self.behind:
            return
        if member.cursor < self.position and not self._remembers(member.cursor + 1):
            member.is_held = True
            self._spawn(self._replay(member))
            return
        for event in list(self.recent):
            if event.seq > member.cursor and not self._give(member, event):
                return
        self.behind.discard(member)
        self.in_step.add(member)

    def _remembers(self, seq: int) -> bool:
        return bool(self.recent) and self.recent[0].seq <= seq

    def _give(self, member: Member, event: Event) -> bool:
        """Give one event to a member that is behind; False when it may not, or cannot, have more now."""
        if member.person in event.nudges and event.seq > member.vouched:
            self.hold(member)
            return False
        member.cursor = event.seq
        if not member.write(event.frame_for(member.labels)):
            self.leave(member)
            return False
        if event.closes:
            self._show_out([member])
        return not event.closes

    async def _replay(self, member: Member) -> None:
        """Read for one member what the hub no longer remembers, no faster than its line takes it."""
        asked = member.asked
        while member in self.behind and member.asked == asked and not self._remembers(member.cursor + 1):
            if member.cursor >= self.position:
                break
            if member.line.buffered() > NEARLY_FULL:
                await asyncio.sleep(0.05)
                continue
            if not await self._replay_page(member, asked):
                return
        if member.asked == asked:
            member.is_held = False
            self.catch_up(member)

    async def _replay_page(self, member: Member, asked: int) -> bool:
        try:
            events = await threads.look(self.read, self.stream, member.cursor)
        except Exception:
            self.leave(member)
            member.line.close(codes.RESYNC)
            return False
        for event in events:
            if event.seq > self.position or member.asked != asked or member not in self.behind:
                break
            self._unseal(event)
            if not self._give(member, event):
                return False
        return True

    # --- Asking again -------------------------------------------------------------

    def nudge(self, person: int) -> None:
        """Something about this person changed that is not on the log."""
        self._hold_in_step(person, before=self.position + 1)
        for member in [member for member in self.behind if member.person == person]:
            self.hold(member)

    def _hold_in_step(self, person: int, before: int) -> None:
        # Those behind need no hold here: they meet the event when they get to it.
        for member in [member for member in self.in_step if member.person == person]:
            member.cursor = before - 1
            self.in_step.discard(member)
            self.behind.add(member)
            self.hold(member)

    def hold(self, member: Member) -> None:
        """Give this member nothing more until the door has said yes again."""
        member.is_held = True
        member.asked += 1
        self._spawn(self._ask_again(member, member.asked, self.position))

    async def _ask_again(self, member: Member, asked: int, knowing: int) -> None:
        labels = await self._answer_for(member)
        if member not in self.behind or member.asked != asked:
            return  # gone, or asked once more since
        if labels is None:
            self.leave(member)
            return
        member.labels, member.vouched, member.is_held = labels, knowing, False
        self.catch_up(member)

    async def _answer_for(self, member: Member) -> frozenset[str] | None:
        """What the door says. No answer is a no, but one that lets the browser try again."""
        try:
            return await member.recheck()
        except Exception as problem:
            logger.warning("stream %s: nobody answered at the door (%s)", self.stream, type(problem).__name__)
            member.line.close(codes.RESYNC)
            return None

    def _spawn(self, call) -> asyncio.Task:
        task = asyncio.get_running_loop().create_task(call)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task
