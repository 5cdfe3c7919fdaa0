"""On which days, and at which moments, a weekly pattern falls. Plain dates in, plain dates out.

A meeting is planned in local wall time: 6 pm stays 6 pm when the clocks change. Two kinds of wall time are
odd. One that the clocks skip (2:30 am in March) is taken as if they had not been moved yet, so it shows an
hour later. One that comes twice (1:30 am in November) is the first of the two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import MO, WEEKLY, rrule


@dataclass(frozen=True)
class Pattern:
    """Some days of every n-th week at one wall time, from a first day until perhaps a last."""

    weekdays: tuple[int, ...]
    starts_at: time
    minutes: int
    time_zone: str
    from_on: date
    until_on: date | None = None
    every_weeks: int = 1

    def days(self, until: date | None = None) -> Iterator[date]:
        """The days of the pattern in order, until a day (included) or the pattern's last."""
        last = min(self.until_on or date.max, until or date.max)
        moments = rrule(
            WEEKLY,
            dtstart=datetime.combine(self.from_on, time.min),
            until=datetime.combine(last, time.min),
            interval=self.every_weeks,
            byweekday=self.weekdays,
            wkst=MO,
        )
        return (moment.date() for moment in moments)

    def times_on(self, day: date) -> tuple[datetime, datetime]:
        """When the meeting of `day` starts and ends."""
        starts_at = moment_of(day, self.starts_at, self.time_zone)
        return starts_at, starts_at + timedelta(minutes=self.minutes)

    def coming(self, after: datetime, count: int) -> list[datetime]:
        """The next `count` starts after a moment."""
        starts = (self.times_on(day)[0] for day in self.days())
        return list(islice((start for start in starts if start > after), count))


def moment_of(day: date, wall_time: time, zone: str) -> datetime:
    """The moment at which the clocks of `zone` show `wall_time` on `day`, in UTC."""
    return datetime.combine(day, wall_time, ZoneInfo(zone)).astimezone(UTC)


def weekdays_from(text: str) -> tuple[int, ...]:
    """`"0,2,4"` as numbers, Monday first."""
    return tuple(sorted(int(day) for day in text.split(",") if day))


def weekdays_as_text(days) -> str:
    """Numbers as we keep them: `"0,2,4"`."""
    return ",".join(str(day) for day in sorted({int(day) for day in days}))
