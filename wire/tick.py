"""What happens without being asked: every hub looks at the log, browsers are asked if they are there,
leases are written down, and the door is asked again. It makes a lost doorbell harmless."""

import asyncio
import logging
from typing import Any

from wire import codes, threads
from wire.events import frame
from wire.hub import Hub
from wire.log import heads
from wire.member import Member

logger = logging.getLogger(__name__)

EVERY = 2.5  # seconds
ASK_EVERY = 6.0
SILENT_AFTER = 15.0
DOOR_EVERY = 5.0


class Tick:
    def __init__(self, hubs, every: float = EVERY):
        self.hubs, self.every = hubs, every
        self.task: asyncio.Task | None = None
        self.asked_at = self.door_at = 0.0
        self.is_failing = False

    def start(self) -> None:
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        due = self.hubs.loop.time()
        while self.hubs.hubs:
            due = max(due + self.every, self.hubs.loop.time())  # slow parts do not put off the next look
            await asyncio.sleep(due - self.hubs.loop.time())
            await self.once()

    async def once(self) -> None:
        """One round. A part that fails is tried again in the next one."""
        self.hubs.sweep()
        for part in (
            self.look,
            self.ask_browsers,
            self.write_leases,
            self.ask_door,
            self.hubs.doorbell.check,
        ):
            try:
                await part()
            except Exception as problem:
                self._failed(part.__name__, problem)
                break
        else:
            self.is_failing = False

    async def look(self) -> None:
        """One query for all streams that are live here."""
        if not self.hubs.hubs:
            return
        for stream, head in (await threads.look(heads, list(self.hubs.hubs))).items():
            hub = self.hubs.hubs.get(stream)
            if hub and head > hub.position:
                hub.look()

    async def ask_browsers(self) -> None:
        """Ask those not heard of late; hang up on those who do not answer."""
        now = self.hubs.loop.time()
        if now - self.asked_at < ASK_EVERY - self.every / 2:
            return
        # Were we asleep ourselves, their answers may be lying in front of us, unread.
        was_awake = now - self.asked_at < 2 * ASK_EVERY
        self.asked_at = now
        for member in self.hubs.members():
            self._ask_browser(member, now, was_awake)

    def _ask_browser(self, member: Member, now: float, was_awake: bool) -> None:
        heard_at = getattr(member.owner, "heard_at", now)
        if now - heard_at > SILENT_AFTER and was_awake:
            member.line.close(codes.RESYNC)
        elif now - heard_at > self.every:
            member.write(frame(kind="are.you.there"))

    async def write_leases(self) -> None:
        await self.hubs.heard.flush()

    async def ask_door(self) -> None:
        """Whatever no signal told: is each of them still welcome?"""
        now = self.hubs.loop.time()
        if now - self.door_at < DOOR_EVERY - self.every / 2:
            return
        self.door_at = now
        for hub in list(self.hubs.hubs.values()):
            await self._ask_for(hub)

    async def _ask_for(self, hub: Hub) -> None:
        by_mouth: dict[Any, list[Member]] = {}
        for member in hub.members:
            if hasattr(type(member.owner), "ask_for_all"):
                by_mouth.setdefault(type(member.owner), []).append(member)
        for mouth, members in by_mouth.items():
            await mouth.ask_for_all(hub, members)

    def _failed(self, part: str, problem: Exception) -> None:
        if not self.is_failing:
            logger.warning("tick: %s failed (%s); it goes on", part, type(problem).__name__)
        self.is_failing = True
