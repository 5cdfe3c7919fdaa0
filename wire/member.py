"""One connection on a stream, and what the door said about it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from wire.events import Frame

DOOR = 0  # in an event's nudges: everyone who stands at the door


class Line(Protocol):
    """The sending side of a socket."""

    def write(self, frame: Frame) -> bool: ...  # False: too much is waiting, this line is lost
    def buffered(self) -> int: ...
    def close(self, code: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What the door said: in, or to stand at the door, hearing `frames` first.

    `after` is the event that the frames reach up to; None when one carries on where one was.
    """

    labels: frozenset[str] = frozenset()
    at_the_door: bool = False
    frames: tuple[Frame, ...] = ()
    after: int | None = None

    def following(self, earlier: "Answer | None") -> "Answer":
        """This answer, with what an earlier one still owed (asked twice before it could be told)."""
        if earlier is None:
            return self
        if self.at_the_door:  # nothing of the room may be told any more
            return replace(self, frames=(earlier.frames if earlier.at_the_door else ()) + self.frames)
        if self.after is not None:
            return self
        return replace(self, frames=earlier.frames + self.frames, after=earlier.after)


class Member:
    """Who it is, what it may hear, where it stands."""

    __slots__ = (
        "asking",
        "cursor",
        "is_held",
        "is_reading",
        "labels",
        "line",
        "must_ask",
        "owed",
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
        recheck: Callable[[], Awaitable[Answer | None]],
        owner: Any = None,
    ):
        self.line, self.person, self.recheck, self.owner = line, person, recheck, owner
        self.write = line.write
        self.labels: frozenset[str] = frozenset()
        self.cursor = 0  # the last event it got; only while it is behind
        self.vouched = 0  # the door has said yes knowing of everything up to here
        self.owed: list[str] = []  # requests to be answered once it is in step
        self.is_held = False  # gets nothing until the door has answered
        self.is_reading = False  # is being brought up to date from the log
        self.must_ask = False
        self.asking: asyncio.Task | None = None
