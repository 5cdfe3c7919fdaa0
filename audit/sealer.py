"""Chaining what was recorded, so that a change behind vioport's back shows.

Every few seconds the worker takes all entries that are in no batch yet and binds them into one. Which
entries are in which batch is written down one by one, not as "from here to there": numbers are given out when
an entry is written but entries appear when their transaction ends, so a smaller number may appear after a
larger one. It is then simply in a later batch.
"""

import hashlib
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audit.models import AuditEntry, SealedBatch, SealedEntry

logger = logging.getLogger(__name__)

BATCH = 1000
LONGEST_TRANSACTION = timedelta(hours=1)
BEGINNING = bytes(32)


def seal_pending() -> int:
    """Seal what is not yet sealed and return how many entries that was. Safe in several processes at once."""
    sealed = 0
    try:
        while count := _seal_one_batch():
            sealed += count
    except IntegrityError:
        # Another process sealed these same entries a moment before. Its batch stands, ours was undone.
        pass
    return sealed


def unsealed() -> QuerySet[AuditEntry]:
    """Every entry in no batch, however old."""
    return AuditEntry.objects.filter(~Exists(SealedEntry.objects.filter(entry_id=OuterRef("pk"))))


def batch_digest(number: int, previous: bytes, at: datetime, members: Iterable[tuple[int, bytes]]) -> bytes:
    digest = hashlib.sha256(f"{number} {at.isoformat()} ".encode() + previous)
    for entry, entry_digest in members:
        digest.update(f" {entry} ".encode() + entry_digest)
    return digest.digest()


@transaction.atomic
def _seal_one_batch() -> int:
    last = SealedBatch.objects.order_by("-number").first()
    members = [(pk, bytes(digest)) for pk, digest in _recent(last).values_list("pk", "digest")[:BATCH]]
    if not members:
        return 0
    number = last.number + 1 if last else 1
    previous, now = bytes(last.digest) if last else BEGINNING, timezone.now()
    batch = SealedBatch.objects.create(
        number=number,
        count=len(members),
        previous=previous,
        digest=batch_digest(number, previous, now, members),
        sealed_at=now,
    )
    SealedEntry.objects.bulk_create(
        [SealedEntry(entry_id=pk, batch=batch, digest=digest) for pk, digest in members]
    )
    # In the log, which is kept elsewhere, it is the proof that the end of the trail was not cut off.
    logger.info("audit trail sealed up to %s:%s", number, batch.digest.hex())
    return len(members)


def _recent(last: SealedBatch | None) -> QuerySet[AuditEntry]:
    """What is unsealed, without looking through years of sealed entries each time."""
    if last is None:
        return unsealed()
    newest = (
        SealedEntry.objects.filter(batch=last).order_by("-entry_id").values_list("entry_id", flat=True)[0]
    )
    return unsealed().filter(Q(at__gte=last.sealed_at - LONGEST_TRANSACTION) | Q(pk__gt=newest))
