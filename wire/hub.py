"""One hub per stream and process: it hears of an event once and passes it to everyone who listens here.

Members in step share the hub's position; a member who is behind (just come back, or being asked at the door
again) has a cursor of its own until it has caught up. At the door one hears nothing, but is asked again.
Delivering touches no database.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable

from wire import codes, threads
from wire.events import EVERYONE, Cipher, Event, frame
from wire.log import PAGE, read
from wire.member import DOOR, Answer, Member

logger = logging.getLogger(__name__)

KEPT = 64  # events a hub remembers, so that those who come back need no query
KEPT_BYTES = 64_000
NEARLY_FULL = 64_000  # bytes on their way out at which catching up waits


class Hub:
    def __init__(self, stream: int, head: int, read=read):
        self.stream, self.read_log = stream, read
        self.open: Cipher | None = None
        self.witness: Callable[[Event], None] | None = None
        self.position = head  # everything up to here was heard, and passed to those in step
        self.recent: deque[Event] = deque()
        self.recent_bytes = 0
        self.in_step: set[Member] = set()
        self.behind: set[Member] = set()
        self.door: set[Member] = set()
        self.tasks: set[asyncio.Task] = set()
        self.looking: asyncio.Task | None = None
        self.look_again = False

    @property
    def members(self) -> set[Member]:
        return self.in_step | self.behind | self.door

    # --- Coming and going ---------------------------------------------------------

    def join(self, member: Member, answer: Answer, knowing: int) -> None:
        """Let a member in, or stand at the door. The door knew of everything up to `knowing`."""
        if knowing > self.position:
            self.look()
        self._settle(member, answer, knowing)

    def leave(self, member: Member) -> None:
        self.in_step.discard(member)
        self.behind.discard(member)
        self.door.discard(member)

    def is_empty(self) -> bool:
        return not (self.in_step or self.behind or self.door)

    def rewind(self, member: Member, after: int) -> None:
        """Give a member again what came after `after`: its browser noticed a gap."""
        if member in self.in_step:
            self._step_out(member, min(after, self.position))
            self.catch_up(member)
        elif member in self.door:
            self._pay(member)

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
                events = await threads.look(self._read, self.position)
            except Exception as problem:
                logger.warning("stream %s: could not read on (%s)", self.stream, type(problem).__name__)
                return  # the tick asks again
            for event in events:
                self.hear(event)
            self.look_again = self.look_again or len(events) >= PAGE

    def _read(self, after: int) -> list[Event]:
        """Runs on a thread: opening a body may need the database too."""
        events = self.read_log(self.stream, after)
        for event in events:
            self._unseal(event)
        return events

    def _unseal(self, event: Event) -> None:
        if event.is_sealed and self.open:
            try:
                event.unseal(self.open)
            except Exception as problem:
                reason = type(problem).__name__
                logger.info("stream %s: event %s stays sealed (%s)", self.stream, event.seq, reason)

    def _advance(self, event: Event) -> None:
        self.position = event.seq
        self._remember(event)
        self._show_witness(event)
        self._pass_on(event)
        for member in list(self.behind):
            self.catch_up(member)

    def _remember(self, event: Event) -> None:
        self.recent.append(event)
        self.recent_bytes += len(event.body)
        while len(self.recent) > KEPT or (self.recent_bytes > KEPT_BYTES and len(self.recent) > 1):
            self.recent_bytes -= len(self.recent.popleft().body)

    def _show_witness(self, event: Event) -> None:
        if self.witness:
            try:
                self.witness(event)
            except Exception as problem:
                logger.error("stream %s: the witness broke (%s)", self.stream, type(problem).__name__)

    # --- Passing on ---------------------------------------------------------------

    def _pass_on(self, event: Event) -> None:
        if event.nudges:
            self._hold_nudged(event)
        if EVERYONE in event.audience:
            full = event.full
            lost = [member for member in self.in_step if not member.write(full)]
        else:
            lost = [member for member in self.in_step if not member.write(event.frame_for(member.labels))]
        for member in lost:
            self.leave(member)
        if event.closes:
            self._show_out([*self.in_step, *self.door])

    def _hold_nudged(self, event: Event) -> None:
        # Those behind need no hold here: they meet the event when they get to it.
        for member in [member for member in self.in_step if member.person in event.nudges]:
            self._step_out(member, event.seq - 1)
            self.hold(member)
        for member in [member for member in self.door if {member.person, DOOR} & event.nudges]:
            self.hold(member)

    def _show_out(self, members: list[Member]) -> None:
        for member in members:
            self.leave(member)
            member.line.close(codes.OVER)

    # --- Catching up --------------------------------------------------------------

    def _step_out(self, member: Member, cursor: int) -> None:
        member.cursor = cursor
        self.in_step.discard(member)
        self.behind.add(member)

    def _step_in(self, member: Member) -> None:
        self.behind.discard(member)
        self.in_step.add(member)
        self._pay(member)

    def _pay(self, member: Member) -> None:
        """Answer the requests that were waiting for this."""
        seq = 0 if member in self.door else self.position
        for request in member.owed:
            member.write(frame(re=request, seq=seq))
        member.owed.clear()

    def catch_up(self, member: Member) -> None:
        """Bring a member into step from what the hub remembers, or send it to the log for what is older."""
        if member.is_held or member.is_reading or member not in self.behind or member.cursor > self.position:
            return
        if member.cursor < self.position and not self._remembers(member.cursor + 1):
            member.is_reading = True
            self._spawn(self._replay(member))
            return
        for event in [event for event in self.recent if event.seq > member.cursor]:
            if not self._give(member, event):
                return
        self._step_in(member)

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
        try:
            while self._needs_reading(member):
                if member.line.buffered() > NEARLY_FULL:
                    await asyncio.sleep(0.05)
                else:
                    self._give_page(member, await threads.look(self._read, member.cursor))
        except Exception as problem:
            logger.warning("stream %s: could not read back (%s)", self.stream, type(problem).__name__)
            self.leave(member)
            member.line.close(codes.RESYNC)
        finally:
            member.is_reading = False
        self.catch_up(member)

    def _needs_reading(self, member: Member) -> bool:
        if member.is_held or member not in self.behind:
            return False
        return member.cursor < self.position and not self._remembers(member.cursor + 1)

    def _give_page(self, member: Member, events: list[Event]) -> None:
        for event in events:
            # It may have been moved, held or shown out while we were reading.
            is_next = event.seq == member.cursor + 1 and event.seq <= self.position
            if not is_next or member.is_held or member not in self.behind or not self._give(member, event):
                return

    # --- Asking again -------------------------------------------------------------

    def nudge(self, person: int) -> None:
        """Something about this person changed that is not on the log."""
        for member in [member for member in self.members if member.person == person]:
            self.hold(member)

    def hold(self, member: Member) -> None:
        """Give this member nothing more until the door has answered again."""
        if member in self.in_step:
            self._step_out(member, self.position)
        member.is_held = member.must_ask = True
        if member.asking is None:
            member.asking = self._spawn(self._ask(member))

    async def _ask(self, member: Member) -> None:
        answer, knowing = None, self.position
        try:
            while member.must_ask and member in self.members:
                member.must_ask, knowing = False, self.position
                fresh = await self._answer_for(member)
                if fresh is None:
                    self.leave(member)
                    return
                answer = fresh.following(answer)
        finally:
            member.asking = None
        if answer and member in self.members:
            self._settle(member, answer, knowing)

    async def _answer_for(self, member: Member) -> Answer | None:
        """What the door says. No answer is a no, but one that lets the browser try again."""
        try:
            return await member.recheck()
        except Exception as problem:
            logger.warning("stream %s: nobody answered at the door (%s)", self.stream, type(problem).__name__)
            member.line.close(codes.RESYNC)
            return None

    def _settle(self, member: Member, answer: Answer, knowing: int) -> None:
        """Put a member where the door said it may be."""
        was_at_the_door = member in self.door
        self.leave(member)
        member.labels, member.is_held = answer.labels, False
        if not all(member.write(each) for each in answer.frames):
            return
        if answer.at_the_door:
            self._stand_at_the_door(member, knowing if answer.after is None else answer.after)
            return
        self.behind.add(member)
        member.vouched = max(knowing, answer.after or 0)
        if answer.after is not None:
            member.cursor = answer.after
        elif was_at_the_door:
            member.cursor = self.position
        if member.cursor > self.position:
            self.look()
        self.catch_up(member)

    def _stand_at_the_door(self, member: Member, knowing: int) -> None:
        self.door.add(member)
        self._pay(member)
        # What happened while they were on their way to it may have been about them.
        missed = [event for event in self.recent if event.seq > knowing]
        forgotten = self.position - knowing > len(missed)
        if forgotten or any({member.person, DOOR} & event.nudges for event in missed):
            self.hold(member)

    def _spawn(self, call) -> asyncio.Task:
        task = asyncio.get_running_loop().create_task(call)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task
