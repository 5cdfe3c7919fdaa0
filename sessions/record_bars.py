"""Attendance drawn: one bar a person, one unit a minute, as plain numbers for an SVG."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sessions.services.attendance import SeatRecord

SHORTEST_SEEN = 0.75  # of a minute: a shorter gap would vanish from the picture


@dataclass(frozen=True)
class Block:
    """A rectangle of a bar: where it starts and how wide it is, in minutes, and what it stands for."""

    x: float
    width: float
    kind: str


@dataclass(frozen=True)
class Scale:
    """The stretch of time that every bar of one picture shows."""

    start: datetime
    end: datetime

    @property
    def minutes(self) -> float:
        return (self.end - self.start) / timedelta(minutes=1)

    def place(self, start: datetime, end: datetime, kind: str, shortest: float = 0) -> Block:
        start, end = max(start, self.start), min(end, self.end)
        x = (start - self.start) / timedelta(minutes=1)
        width = max((end - start) / timedelta(minutes=1), shortest)
        return Block(round(x, 2), round(width, 2), kind)

    @property
    def marks(self) -> list[tuple[float, datetime]]:
        """A few moments to write under the bars: start, middle, end."""
        middle = self.start + (self.end - self.start) / 2
        return [(0, self.start), (self.minutes / 2, middle), (self.minutes, self.end)]


def scale_of(records: list[SeatRecord], planned_start: datetime, planned_end: datetime) -> Scale:
    """The planned time, widened to whatever anyone was there for."""
    starts = [planned_start] + [s.start for r in records for s in r.stretches]
    ends = [planned_end] + [s.end for r in records for s in r.stretches]
    return Scale(min(starts), max(ends))


def blocks_of(record: SeatRecord, scale: Scale) -> list[Block]:
    """What to draw for one person: where they were, in which way, and where the line was lost."""
    there = [scale.place(s.start, s.end, s.mode) for s in record.stretches]
    gaps = [scale.place(start, end, "gap", SHORTEST_SEEN) for start, end in record.gaps]
    return there + gaps
