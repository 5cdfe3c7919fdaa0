"""Writing to a socket at once, under Daphne.

Twisted queues every write for its loop's next turn, frame by frame and socket by socket: three quarters of
what a delivery costs. Here a frame is built once for everyone and goes to the kernel directly; what the
kernel does not take, and all that follows it, goes through Twisted's queue as usual, so order holds.

This leans on insides of Daphne, Autobahn and Twisted. `daphne_line` returns None where any of them looks
different from what it knows, or where there is TLS, and the ASGI way is taken instead.
"""

from functools import partial
from typing import Any

from wire import codes
from wire.events import Frame
from wire.lines import FULL

try:
    from daphne import ws_protocol
    from twisted.internet import tcp
except ImportError:  # another server
    ws_protocol = tcp = None  # type: ignore[assignment]

TEXT = 0x81  # one whole text frame
OPEN = ws_protocol and ws_protocol.WebSocketProtocol.STATE_OPEN


def daphne_line(send) -> "DaphneLine | None":
    """The line behind Daphne's `send`, or None if this is not a plain Daphne socket."""
    if tcp is None or not isinstance(send, partial) or len(send.args) != 1:
        return None
    protocol = send.args[0]
    transport: Any = getattr(protocol, "transport", None)
    if not isinstance(protocol, ws_protocol.WebSocketProtocol) or type(transport) is not tcp.Server:
        return None
    known = all(hasattr(transport, name) for name in ("dataBuffer", "offset", "_tempDataLen", "socket"))
    return DaphneLine(protocol, transport) if known and not transport.TLS else None


class DaphneLine:
    def __init__(self, protocol, transport):
        self.protocol, self.transport = protocol, transport
        self.socket = transport.socket
        self.code: int | None = None

    @property
    def is_closed(self) -> bool:
        return self.code is not None

    def write(self, frame: Frame) -> bool:
        """Send a frame now. False: this line is lost, and closes."""
        data = frame.wire or _with_header(frame)
        transport = self.transport
        if transport._tempDataLen or transport.dataBuffer or self.protocol.state != OPEN:
            return self._queue(data)
        try:
            sent = self.socket.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            return self._queue(data)  # Twisted meets the same error, and knows what to do
        return sent == len(data) or self._queue(data[sent:])

    def _queue(self, data: bytes) -> bool:
        if self.protocol.state != OPEN:
            return False
        if self.buffered() > FULL:
            self.close(codes.RESYNC)
            return False
        self.transport.write(data)
        return True

    def buffered(self) -> int:
        return len(self.transport.dataBuffer) - self.transport.offset + self.transport._tempDataLen

    def close(self, code: int) -> None:
        """Close after what is waiting; a browser that does not answer in a second is cut off. The first
        code counts."""
        if self.code is not None:
            return
        self.code = code
        if self.protocol.state == OPEN:
            # Not `sendClose`: it refuses 1012, the one code made for saying "come back at once".
            self.protocol.sendCloseFrame(code=code, isReply=False)
            self.transport.doWrite()  # the process may be ending: there may be no next turn


def _with_header(frame: Frame) -> bytes:
    size = len(frame.payload)
    if size < 126:
        header = bytes((TEXT, size))
    elif size < 65536:
        header = bytes((TEXT, 126)) + size.to_bytes(2, "big")
    else:
        header = bytes((TEXT, 127)) + size.to_bytes(8, "big")
    frame.wire = header + frame.payload
    return frame.wire
