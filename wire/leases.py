"""Leases: that someone is there, known from being heard and never from a goodbye that may not come."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from django.db.models import Q
from django.db.models.functions import Now

from wire import threads
from wire.models import Lease

PRESENT = timedelta(seconds=15)
LOST = "lost"
LEFT = "left"

SomeLease = TypeVar("SomeLease", bound=Lease)
Moment = datetime | Now  # `now` is the database's clock unless said otherwise


def open(model: type[SomeLease], **fields) -> SomeLease:
    """Begin a lease. `model` is a subclass of `Lease`; `fields` are what it adds."""
    lease = model(opened_at=Now(), last_heard_at=Now(), **fields)
    lease.save()
    lease.refresh_from_db(fields=["opened_at", "last_heard_at"])
    return lease


def refresh(model: type[Lease], pks: Iterable[int], now: Moment | None = None) -> set[int]:
    """Write down that all of these were heard, in one statement. Returns those that had ended already."""
    pks = set(pks)
    heard = model._default_manager.filter(pk__in=pks, closed_at=None).update(last_heard_at=now or Now())
    if heard == len(pks):
        return set()
    return pks - set(model._default_manager.filter(pk__in=pks, closed_at=None).values_list("pk", flat=True))


def close(lease: Lease, how: str = LEFT, now: Moment | None = None) -> bool:
    """End a lease now, because of a goodbye. False when it had ended already."""
    now = now or Now()
    still = type(lease)._default_manager.filter(pk=lease.pk, closed_at=None)
    return bool(still.update(last_heard_at=now, closed_at=now, how_closed=how))


def sweep(model: type[SomeLease], now: Moment | None = None) -> list[SomeLease]:
    """End the leases not heard of for `PRESENT`, at the moment they were last heard; returns them.

    Call it inside the transaction that says who was lost. Two sweepers never return the same lease.
    """
    silent = Q(closed_at=None, last_heard_at__lt=(now or Now()) - PRESENT)
    ended = []
    for lease in model._default_manager.filter(silent):
        # Asked once more in the update: it may have been heard, or ended by another, since.
        if model._default_manager.filter(silent, pk=lease.pk).update(
            closed_at=lease.last_heard_at, how_closed=LOST
        ):
            lease.closed_at, lease.how_closed = lease.last_heard_at, LOST
            ended.append(lease)
    return ended


def present(now: Moment | None = None) -> Q:
    """The condition for "is there now", for queries on a lease model."""
    return Q(closed_at=None, last_heard_at__gte=(now or Now()) - PRESENT)


class Owner(Protocol):
    """Who holds a lease: a socket."""

    def lease_ended(self) -> None: ...


class Heard:
    """Which leases were heard of since they were last written down, all in this process."""

    def __init__(self):
        self.leases: dict[type[Lease], dict[int, Owner]] = {}

    def add(self, lease: Lease, owner: Owner) -> None:
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
