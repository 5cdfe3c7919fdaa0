"""One thing that happened on a stream, and the frames in which browsers hear of it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

EVERYONE = "everyone"
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
Cipher = Callable[["Event"], bytes]  # an event's body sealed, or opened; all else of it stays readable


@dataclass(slots=True)
class Frame:
    """A message as it leaves, encoded once however many people get it."""

    payload: bytes
    _text: str = ""
    wire: bytes = b""  # with its WebSocket header, made by a writer that needs it

    @property
    def text(self) -> str:
        self._text = self._text or self.payload.decode()
        return self._text


def encoded(content: dict) -> bytes:
    return ENCODER.encode(content).encode()


def frame(**content) -> Frame:
    return Frame(encoded(content))


@dataclass(slots=True)
class Event:
    """A row of the log. `body` is JSON, and unreadable while `is_sealed`."""

    stream: int
    seq: int
    kind: str
    at: datetime
    body: bytes
    person: int | None = None
    client_id: UUID | str | None = None
    audience: frozenset[str] = frozenset({EVERYONE})
    nudges: frozenset[int] = frozenset()
    closes: bool = False
    is_sealed: bool = False
    _full: Frame | None = field(default=None, repr=False)
    _stub: Frame | None = field(default=None, repr=False)

    def is_for(self, labels: frozenset[str]) -> bool:
        return EVERYONE in self.audience or not self.audience.isdisjoint(labels)

    def unseal(self, open: Cipher) -> None:
        self.body, self.is_sealed = bytes(open(self)), False

    def content(self) -> dict:
        """The body as its writer gave it. Only for events that are not sealed (any more)."""
        return json.loads(self.body)

    @property
    def full(self) -> Frame:
        """What those hear whom it is for. An event nobody can open any more keeps its place only."""
        if self._full is None:
            self._full = self.stub if self.is_sealed else Frame(self._head() + self.body + b"}")
        return self._full

    @property
    def stub(self) -> Frame:
        """What everyone else hears: that there was something, so that their sequence has no hole."""
        if self._stub is None:
            self._stub = frame(seq=self.seq)
        return self._stub

    def frame_for(self, labels: frozenset[str]) -> Frame:
        return self.full if self.is_for(labels) else self.stub

    def _head(self) -> bytes:
        return f'{{"seq":{self.seq},"kind":"{self.kind}","at":"{self.at.isoformat()}","body":'.encode()
