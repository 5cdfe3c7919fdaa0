"""How long someone was there: stretches of time from visits, each moment counted once."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sessions.models import Visit, VisitMode

SHORTEST_GAP = timedelta(seconds=10)
# A line is heard every 6 s and that is written down every few seconds. Who was silent for longer had gone.
HEARD_WITHIN = timedelta(seconds=10)

# Where two visits overlap (two tabs, a telephone beside the picture), the fuller one names the moment.
FULLEST_FIRST = [VisitMode.VIDEO, VisitMode.AUDIO, VisitMode.TELEPHONE]


@dataclass(frozen=True)
class Stretch:
    """A time without interruption in one mode: "video", "audio" or "telephone"."""

    start: datetime
    end: datetime
    mode: VisitMode

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def end_of(visit: Visit, now: datetime) -> datetime:
    """When a visit ended; for one that is still open, now, or when it was last heard if it fell silent."""
    if visit.closed_at is not None:
        return visit.closed_at
    if visit.mode == VisitMode.TELEPHONE or now - visit.last_heard_at < HEARD_WITHIN:
        return now
    return max(visit.last_heard_at, visit.opened_at)


def stretches_of(visits: Iterable[Visit], now: datetime) -> list[Stretch]:
    """Return one person's time in the room in order, no moment twice. Waiting does not count."""
    spans = [(v.opened_at, end_of(v, now), v.mode) for v in visits if v.mode in FULLEST_FIRST]
    edges = sorted({edge for start, end, _mode in spans for edge in (start, end)})
    pieces = [
        Stretch(start, end, mode)
        for start, end in itertools.pairwise(edges)
        if (mode := _fullest(spans, start, end))
    ]
    return _joined(pieces)


def _fullest(spans, start: datetime, end: datetime) -> VisitMode | None:
    modes = {mode for opened, closed, mode in spans if opened <= start and closed >= end}
    return next((mode for mode in FULLEST_FIRST if mode in modes), None)


def _joined(pieces: list[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for piece in pieces:
        if joined and joined[-1].end == piece.start and joined[-1].mode == piece.mode:
            joined[-1] = Stretch(joined[-1].start, piece.end, piece.mode)
        else:
            joined.append(piece)
    return joined


def gaps_of(stretches: list[Stretch]) -> list[tuple[datetime, datetime]]:
    """Return the times between first in and last out when the person was not there.

    A window taken over by another one shows a few seconds between two heartbeats: that is no absence.
    """
    pairs = itertools.pairwise(stretches)
    return [(a.end, b.start) for a, b in pairs if b.start - a.end >= SHORTEST_GAP]


def minutes_of(stretches: list[Stretch]) -> int:
    """Return whole minutes, rounded to the nearest: a lost half minute neither makes nor breaks one."""
    return round(sum((s.length for s in stretches), timedelta()) / timedelta(minutes=1))
