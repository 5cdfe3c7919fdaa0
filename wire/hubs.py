"""The hubs of this process: who listens here to which stream, and how news reaches them."""

import asyncio
import logging

from wire import codes, news
from wire.doorbell import Doorbell, layer_between_processes
from wire.events import Event, frame
from wire.hub import Hub
from wire.leases import Heard
from wire.leaving import drain_before_the_end
from wire.limits import Doorstep
from wire.log import read
from wire.member import Answer, Member
from wire.tick import Tick

logger = logging.getLogger(__name__)

REOPENS_AFTER = 120.0  # seconds after a drain that nobody followed up by ending the process
FRESH_NUDGE = 30.0  # seconds; longer than anyone stands in the doorway


class Hubs:
    """All hubs of one event loop. `hears_commits` is False only where a test plays another process."""

    def __init__(self, *, layer=None, hears_commits: bool = True, read=read, ticks: bool = True):
        self.loop = asyncio.get_running_loop()
        self.hears_commits = hears_commits
        self.read = read
        self.hubs: dict[int, Hub] = {}
        self.nudged: dict[int, float] = {}
        self.heard = Heard()
        self.doorstep = Doorstep()
        self.is_draining = False
        self.tasks: set[asyncio.Task] = set()
        self.doorbell = Doorbell(layer or layer_between_processes(), self._answer)
        self.tick = Tick(self) if ticks else None
        news.listeners.add(self)

    # --- Coming and going ---------------------------------------------------------

    def join(self, stream: int, member: Member, answer: Answer, head: int) -> Hub:
        """Put a member where the door said. `head` is the newest event that the door knew of."""
        hub = self.hubs.get(stream) or self._open(stream, head)
        hub.join(member, answer, head)
        return hub

    def leave(self, stream: int, member: Member) -> None:
        if hub := self.hubs.get(stream):
            hub.leave(member)

    def was_nudged_since(self, person: int | None, moment: float) -> bool:
        """Whether something about this person changed while they stood in the doorway."""
        return person is not None and self.nudged.get(person, 0.0) >= moment

    def _open(self, stream: int, head: int) -> Hub:
        hub = self.hubs[stream] = Hub(stream, head, read=self.read)
        self.doorbell.start()
        if self.tick:
            self.tick.start()
        hub.look()  # after listening began, so that nothing committed meanwhile is missed
        return hub

    def sweep(self) -> None:
        """Close hubs that nobody listens to; without any, the house is quiet."""
        for stream in [stream for stream, hub in self.hubs.items() if hub.is_empty()]:
            del self.hubs[stream]
        now = self.loop.time()
        self.nudged = {person: at for person, at in self.nudged.items() if now - at < FRESH_NUDGE}
        self.doorstep.forget(now)

    def members(self) -> list[Member]:
        return [member for hub in self.hubs.values() for member in hub.members]

    def of_person(self, stream: int, person: int | None) -> list[Member]:
        """This person's connections to a stream in this process."""
        hub = self.hubs.get(stream)
        if hub is None or person is None:
            return []
        return [member for member in hub.members if member.person == person]

    # --- News ---------------------------------------------------------------------

    def hear_here(self, event: Event) -> None:
        """An event was committed by this process."""
        self.hear(event)
        self.doorbell.ring(event.stream)

    def hear(self, event: Event) -> None:
        if hub := self.hubs.get(event.stream):
            hub.hear(event)

    def nudge_everywhere(self, person: int) -> None:
        self.nudge(person)
        self.doorbell.nudge(person)

    def nudge(self, person: int) -> None:
        """Ask at the door again for every connection of this person."""
        self.nudged[person] = self.loop.time()
        for hub in self.hubs.values():
            hub.nudge(person)

    def signal(self, said: dict) -> None:
        """Pass something short-lived on, here and elsewhere."""
        self._say(said)
        self.doorbell.signal(said)

    def _say(self, said: dict) -> None:
        hub = self.hubs.get(said["stream"])
        if hub is None:
            return
        heard = frame(kind=said["kind"], body=said["body"])
        lost = [member for member in hub.in_step if _is_for(member, said) and not member.write(heard)]
        for member in lost:
            hub.leave(member)

    def _answer(self, message: dict) -> None:
        """Something came over the layer from another process."""
        for stream in message.get("rings", ()):
            if hub := self.hubs.get(stream):
                hub.look()
        for person in message.get("nudges", ()):
            self.nudge(person)
        for said in message.get("signals", ()):
            self._say(said)
        if seconds := message.get("drain"):
            self.drain(seconds)

    # --- Leaving the building -----------------------------------------------------

    def drain(self, seconds: float) -> asyncio.Task:
        """Take no more commands and tell every browser to move, spread over `seconds`."""
        self.is_draining = True
        self.loop.call_later(REOPENS_AFTER, self._reopen)
        return self._keep(self.loop.create_task(self._drain(seconds)))

    def _reopen(self) -> None:
        self.is_draining = False

    def _keep(self, task: asyncio.Task) -> asyncio.Task:
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def _drain(self, seconds: float) -> None:
        members, moving = self.members(), frame(kind="moving")
        for member in members:
            member.write(moving)
            member.line.close(codes.MOVING)
            await asyncio.sleep(seconds / len(members))
        await self.heard.flush()


def _is_for(member: Member, said: dict) -> bool:
    if said.get("to") is not None:
        return member.person == said["to"]
    labels = said.get("labels")
    return not labels or not member.labels.isdisjoint(labels)


def here() -> Hubs:
    """The hubs of the running loop."""
    loop = asyncio.get_running_loop()
    for hubs in list(news.listeners):
        if hubs.loop is loop and hubs.hears_commits:
            return hubs
    hubs = _keep(Hubs())
    drain_before_the_end(hubs)
    return hubs


_kept: dict[int, Hubs] = {}


def _keep(hubs: Hubs) -> Hubs:
    """`news.listeners` refers to them weakly; the loop's own are held as long as the loop is."""
    for key in [key for key, other in _kept.items() if other.loop.is_closed()]:
        del _kept[key]
    _kept[id(hubs.loop)] = hubs
    return hubs
