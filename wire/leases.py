"""Leases: that someone is there, known from being heard and never from a goodbye that may not come."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Model, Q
from django.db.models.functions import Now

from wire import threads

PRESENT = timedelta(seconds=15)
LOST = "lost"
LEFT = "left"

SomeLease = TypeVar("SomeLease", bound=Model)


def open(model: type[SomeLease], **fields) -> SomeLease:
    """Begin a lease. `model` is a subclass of `wire.models.Lease`; `fields` are what it adds."""
    lease = model(opened_at=Now(), last_heard_at=Now(), **fields)
    lease.save()
    lease.refresh_from_db(fields=["opened_at", "last_heard_at"])
    return lease


def refresh(model: type[Model], pks: Iterable[int], now: datetime | None = None) -> set[int]:
    """Write down that all of these were heard, in one statement. Returns those that had ended already."""
    pks = set(pks)
    heard = model.objects.filter(pk__in=pks, closed_at=None).update(last_heard_at=now or Now())
    if heard == len(pks):
        return set()
    return pks - set(model.objects.filter(pk__in=pks, closed_at=None).values_list("pk", flat=True))


def close(lease: Model, how: str = LEFT, now: datetime | None = None) -> bool:
    """End a lease now, because of a goodbye. False when it had ended already."""
    now = now or Now()
    still = type(lease).objects.filter(pk=lease.pk, closed_at=None)
    return bool(still.update(last_heard_at=now, closed_at=now, how_closed=how))


def sweep(model: type[SomeLease], now: datetime | None = None) -> list[SomeLease]:
    """End the leases not heard of for `PRESENT`, at the moment they were last heard; returns them.

    Call it inside the transaction that says who was lost. Two sweepers never return the same lease.
    """
    silent = Q(closed_at=None, last_heard_at__lt=(now or Now()) - PRESENT)
    ended = []
    for lease in model.objects.select_for_update().filter(silent):
        if model.objects.filter(silent, pk=lease.pk).update(closed_at=lease.last_heard_at, how_closed=LOST):
            lease.closed_at, lease.how_closed = lease.last_heard_at, LOST
            ended.append(lease)
    return ended


def present(now: datetime | None = None) -> Q:
    """The condition for "is there now", for queries on a lease model."""
    return Q(closed_at=None, last_heard_at__gte=(now or Now()) - PRESENT)


class Heard:
    """Which leases were heard of since they were last written down, all in this process."""

    def __init__(self):
        self.leases: dict[type[Model], dict[int, object]] = {}

    def add(self, lease: Model, owner: object) -> None:
        self.leases.setdefault(type(lease), {})[lease.pk] = owner

    async def flush(self) -> None:
        """Write them down; tell the owners of leases that had already been ended."""
        batch, self.leases = self.leases, {}
        for model, owners in batch.items():
            try:
                ended = await threads.look(refresh, model, list(owners))
            except Exception:
                self.leases.setdefault(model, {}).update(owners)
                raise
            for pk in ended:
                owners[pk].lease_ended()


def union(intervals: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Merge overlapping and touching intervals: two devices at once are one presence."""
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def total(intervals: Iterable[tuple[datetime, datetime]]) -> timedelta:
    """How long someone was there, each moment counted once."""
    return sum((end - start for start, end in union(intervals)), timedelta())
