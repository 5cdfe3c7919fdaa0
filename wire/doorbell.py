"""The doorbell: "look at the log", said to other processes over the channel layer.

It carries no content, so losing it costs seconds (the tick looks anyway) and never a word. A layer that is
slow, down or broken refuses nobody and closes nothing: every call has a time limit and may fail.
"""

import asyncio
import logging
import threading
import uuid
from collections.abc import Callable, Coroutine

from channels.layers import InMemoryChannelLayer, get_channel_layer

logger = logging.getLogger(__name__)

EVERY_PROCESS = "wire.processes"
PATIENCE = 1.0  # seconds for one call
REST = 2.0  # seconds without calls after one failed
DEAF_AFTER = 20.0  # seconds without hearing ourselves


def group_of(stream: int) -> str:
    return f"wire.stream.{stream}"


def layer_between_processes():
    """The channel layer; None for the in-memory one, which never leaves the process."""
    layer = get_channel_layer()
    return None if isinstance(layer, InMemoryChannelLayer) else layer


class Doorbell:
    """This process's hand on the layer, and its one ear: one subscription per stream, however many listen."""

    def __init__(self, layer, heard: Callable[[dict], None]):
        self.layer, self.heard = layer, heard
        self.name = uuid.uuid4().hex
        self.channel: str | None = None
        self.wanted: set[str] = {EVERY_PROCESS}
        self.added: set[str] = set()
        self.ringing: dict[int, bool] = {}
        self.tasks: set[asyncio.Task] = set()
        self.ear: asyncio.Task | None = None
        self.resting_until = 0.0
        self.is_failing = False
        self.heard_itself_at = 0.0

    def start(self) -> None:
        if self.layer is not None and self.ear is None:
            self.ear = self._spawn(self._listen())

    def stop(self) -> None:
        for task in list(self.tasks):
            task.cancel()
        self.ear = None

    def watch(self, stream: int) -> None:
        self.wanted.add(group_of(stream))
        if self.channel:
            self._spawn(self._add(group_of(stream)))

    def unwatch(self, stream: int) -> None:
        self.wanted.discard(group_of(stream))
        if group_of(stream) in self.added:
            self.added.discard(group_of(stream))
            self._spawn(self._try(lambda: self.layer.group_discard(group_of(stream), self.channel)))

    def ring(self, stream: int) -> None:
        """Ring once; rings that come while one is on its way become one more."""
        if self.layer is None:
            return
        if stream in self.ringing:
            self.ringing[stream] = True
            return
        self.ringing[stream] = False
        self._spawn(self._ring(stream))

    def send(self, message: dict, group: str) -> None:
        if self.layer is not None:
            self._spawn(self._send(message, group))

    async def check(self) -> None:
        """Called by the tick: ask again for what failed, and listen anew if we cannot hear ourselves."""
        if self.layer is None or self.channel is None:
            return
        for group in self.wanted - self.added:
            await self._add(group)
        now = asyncio.get_running_loop().time()
        await self._try(lambda: self.layer.send(self.channel, {"type": "wire", "echo": True}))
        if now - self.heard_itself_at > DEAF_AFTER and self.ear:
            self.heard_itself_at = now
            self.ear.cancel()
            self.channel, self.ear = None, None
            self.start()

    async def _ring(self, stream: int) -> None:
        while stream in self.ringing:
            self.ringing[stream] = False
            await self._send({"ring": stream}, group_of(stream))
            if not self.ringing[stream]:
                del self.ringing[stream]

    async def _send(self, message: dict, group: str) -> bool:
        message = {"type": "wire", "from": self.name, **message}
        return await self._try(lambda: self.layer.group_send(group, message))

    async def _add(self, group: str) -> None:
        if await self._try(lambda: self.layer.group_add(group, self.channel)):
            self.added.add(group)

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
        async with asyncio.timeout(PATIENCE):
            self.channel = await self.layer.new_channel("wire")
        self.added = set()
        self.heard_itself_at = asyncio.get_running_loop().time()
        for group in list(self.wanted):
            await self._add(group)

    def _receive(self, message: dict) -> None:
        self.heard_itself_at = asyncio.get_running_loop().time()
        if "echo" not in message and message.get("from") != self.name:
            self.heard(message)

    async def _try(self, call: Callable[[], Coroutine]) -> bool:
        loop = asyncio.get_running_loop()
        if loop.time() < self.resting_until:
            return False
        try:
            async with asyncio.timeout(PATIENCE):
                await call()
        except Exception as problem:
            self.resting_until = loop.time() + REST
            self._failed(problem)
            return False
        self._works()
        return True

    def _failed(self, problem: Exception) -> None:
        if not self.is_failing:
            logger.warning(
                "the doorbell is silent (%s); hubs look at the log by themselves", type(problem).__name__
            )
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

    def send(self, message: dict, group: str) -> None:
        self.loop.call_soon_threadsafe(self.doorbell.send, message, group)


_outside: Outside | None = None
_making = threading.Lock()


def send_from_outside(message: dict, group: str) -> None:
    global _outside
    if layer_between_processes() is None:
        return
    with _making:
        _outside = _outside or Outside()
    _outside.send(message, group)
