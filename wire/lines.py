"""The sending side of a socket: writes without waiting, holds little, and says when it holds too much."""

import asyncio
from collections import deque

from wire import codes
from wire.events import Frame

FULL = 256 * 1024


class AsgiLine:
    """Over any server's `send`: a short queue, and a task only while there is something in it."""

    def __init__(self, send):
        self.send = send
        self.waiting: deque[Frame] = deque()
        self.size = 0
        self.pump: asyncio.Task | None = None
        self.code: int | None = None

    @property
    def is_closed(self) -> bool:
        return self.code is not None

    def write(self, frame: Frame) -> bool:
        """Send a frame as soon as may be. False: this line is lost, and closes."""
        if self.is_closed:
            return False
        if self.size + len(frame.payload) > FULL:
            self.waiting.clear()
            self.close(codes.RESYNC)
            return False
        self.waiting.append(frame)
        self.size += len(frame.payload)
        self._start()
        return True

    def buffered(self) -> int:
        return self.size

    def close(self, code: int) -> None:
        """Close after what is waiting. The first code counts."""
        if not self.is_closed:
            self.code = code
            self._start()

    def _start(self) -> None:
        if self.pump is None:
            self.pump = asyncio.get_running_loop().create_task(self._pump())

    async def _pump(self) -> None:
        try:
            while self.waiting:
                await self.send({"type": "websocket.send", "text": self.waiting[0].text})
                if self.waiting:
                    self.size -= len(self.waiting.popleft().payload)
            if self.is_closed:
                await self._send_close()
        except Exception:
            self.code = self.code or codes.BROKEN  # the peer is gone; its `receive` says so too
            self.waiting.clear()
        finally:
            self.pump = None

    async def _send_close(self) -> None:
        try:
            await self.send({"type": "websocket.close", "code": self.code})
        except Exception:  # Autobahn refuses some codes; without one the browser comes back as well
            await self.send({"type": "websocket.close"})
