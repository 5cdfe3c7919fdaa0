"""The doorbell: "look at the log", said to other processes over the channel layer.

It carries nothing of the log, so losing it costs seconds (the tick looks anyway) and never a word. A layer
that is slow, down or broken refuses nobody and closes nothing: every call has a time limit and may fail.
What gathers while a message is on its way goes out together with the next one.
"""

import asyncio
import logging
import threading
import uuid
from collections.abc import Callable, Coroutine
from contextlib import suppress

from channels.layers import InMemoryChannelLayer, get_channel_layer

logger = logging.getLogger(__name__)

EVERY_PROCESS = "wire.processes"
PATIENCE = 1.0  # seconds for one call
GATHER = 0.005  # seconds between two messages, in which more may gather
REST = 2.0  # seconds without calls after one failed
DEAF_AFTER = 20.0  # seconds without hearing ourselves
ALONE_AFTER = 15.0  # seconds without hearing anybody else, who would have said a word at each tick
MOST_SIGNALS = 200  # waiting to go out; more than that are dropped


def layer_between_processes():
    """The channel layer; None for the in-memory one, which never leaves the process."""
    layer = get_channel_layer()
    return None if isinstance(layer, InMemoryChannelLayer) else layer


class Doorbell:
    """This process's hand on the layer, and its one ear."""

    def __init__(self, layer, heard: Callable[[dict], None]):
        self.layer, self.heard = layer, heard
        self.name = uuid.uuid4().hex
        self.rings: set[int] = set()
        self.nudges: set[int] = set()
        self.signals: list[dict] = []
        self.channel: str | None = None
        self.ear: asyncio.Task | None = None
        self.hand: asyncio.Task | None = None
        self.tasks: set[asyncio.Task] = set()
        self.resting_until = 0.0
        self.heard_itself_at = 0.0
        self.heard_others_at = 0.0
        self.checked_at = 0.0
        self.is_failing = False

    def start(self) -> None:
        """Begin to listen."""
        if self.layer is not None and self.ear is None:
            self.ear = self._spawn(self._listen())

    def stop(self) -> None:
        for task in list(self.tasks):
            task.cancel()
        self.ear = self.hand = None

    # --- Ringing ------------------------------------------------------------------

    def ring(self, stream: int) -> None:
        """Something was committed on this stream."""
        self.rings.add(stream)
        self._go()

    def nudge(self, person: int) -> None:
        """Something about this person changed."""
        self.nudges.add(person)
        self._go()

    def signal(self, said: dict) -> None:
        """Something short-lived was said."""
        if len(self.signals) < MOST_SIGNALS:
            self.signals.append(said)
        self._go()

    def is_alone(self) -> bool:
        """Whether nobody else is there to hear us. Somebody new says so at once, and looks by itself."""
        now = asyncio.get_running_loop().time()
        we_hear = self.ear is not None and now - self.heard_itself_at < ALONE_AFTER
        return self.layer is None or (we_hear and now - self.heard_others_at > ALONE_AFTER)

    def _go(self) -> None:
        if self.is_alone():
            self._take()
        elif self.hand is None:
            self.hand = self._spawn(self._ring())

    async def _ring(self) -> None:
        try:
            while message := self._take():
                await self._send(message)
                await asyncio.sleep(GATHER)
        finally:
            self.hand = None

    def _take(self) -> dict:
        """All that waits to be said."""
        waiting = {"rings": list(self.rings), "nudges": list(self.nudges), "signals": self.signals}
        self.rings, self.nudges, self.signals = set(), set(), []
        return {what: which for what, which in waiting.items() if which}

    # --- Listening ----------------------------------------------------------------

    async def check(self) -> None:
        """Called by the tick: are we still heard, and do we still hear? If not, listen anew."""
        if self.layer is None or self.channel is None:
            return
        now = asyncio.get_running_loop().time()
        if now - self.checked_at > DEAF_AFTER:  # nobody was here to be heard
            self.heard_itself_at = now
        self.checked_at = now
        await self._send({})
        if now - self.heard_itself_at > DEAF_AFTER and self.ear:
            await self._listen_anew(self.channel)

    async def _listen_anew(self, channel: str) -> None:
        if self.ear:
            self.ear.cancel()
        with suppress(Exception):  # or the layer thinks that we are subscribed already
            async with asyncio.timeout(PATIENCE):
                await self.layer.group_discard(EVERY_PROCESS, channel)
        self.channel, self.ear = None, None
        self.start()

    async def _listen(self) -> None:
        while True:
            try:
                await self._open_ear()
                while True:
                    self._receive(await self.layer.receive(self.channel))
            except Exception as problem:
                self._failed(problem)
                await asyncio.sleep(REST)

    async def _open_ear(self) -> None:
        self.heard_itself_at = asyncio.get_running_loop().time()
        # Whoever is there answers the first word that we say, so by then we know whether we are alone.
        self.heard_others_at = self.heard_itself_at - ALONE_AFTER + 2 * PATIENCE
        async with asyncio.timeout(PATIENCE):
            self.channel = await self.layer.new_channel("wire")
            await self.layer.group_add(EVERY_PROCESS, self.channel)
        await self._send({"new": True})

    def _receive(self, message: dict) -> None:
        now = asyncio.get_running_loop().time()
        if message.get("from") == self.name:
            self.heard_itself_at = now
        else:
            self.heard_others_at = now
            if message.get("new"):
                self._spawn(self._send({}))
            self.heard(message)

    # --- Calling the layer --------------------------------------------------------

    async def _send(self, message: dict) -> None:
        loop = asyncio.get_running_loop()
        message |= {"type": "wire", "from": self.name}
        if loop.time() < self.resting_until:
            return
        try:
            async with asyncio.timeout(PATIENCE):
                await self.layer.group_send(EVERY_PROCESS, message)
        except Exception as problem:
            self.resting_until = loop.time() + REST
            self._failed(problem)
        else:
            self._works()

    def _failed(self, problem: Exception) -> None:
        if not self.is_failing:
            reason = type(problem).__name__
            logger.warning("the doorbell is silent (%s); hubs look at the log by themselves", reason)
        self.is_failing = True

    def _works(self) -> None:
        if self.is_failing:
            logger.info("the doorbell rings again")
        self.is_failing = False

    def _spawn(self, call: Coroutine) -> asyncio.Task:
        task = asyncio.get_running_loop().create_task(call)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task


class Outside:
    """Rings for a process without hubs: a page server, a command. Its thread keeps nothing alive."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.doorbell = Doorbell(layer_between_processes(), heard=lambda message: None)
        threading.Thread(target=self.loop.run_forever, name="doorbell", daemon=True).start()

    def say(self, what: Callable[[Doorbell], None]) -> None:
        self.loop.call_soon_threadsafe(what, self.doorbell)


_outside: Outside | None = None
_making = threading.Lock()


def say_from_outside(what: Callable[[Doorbell], None]) -> None:
    """Do something with a doorbell where there is no loop to do it in."""
    global _outside
    if layer_between_processes() is None:
        return
    with _making:
        _outside = _outside or Outside()
    _outside.say(what)


class OnceAMinute(logging.Filter):
    """While Redis is down, the layer prints the same traceback every second."""

    last = float("-inf")

    def filter(self, record: logging.LogRecord) -> bool:
        if record.created - self.last < 60:
            return False
        self.last = record.created
        return True


logging.getLogger("channels_redis.pubsub").addFilter(OnceAMinute())
