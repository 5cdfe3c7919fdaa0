"""Going through the whole trail and saying where it is not what was recorded."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from audit.models import AuditEntry, SealedBatch, SealedEntry
from audit.sealer import BEGINNING, LONGEST_TRANSACTION, batch_digest, unsealed
from audit.services import digest_of

SOON = timedelta(minutes=10)


def problems(expected: dict[int, str] | None = None) -> Iterator[str]:
    """Yield one sentence for everything that is wrong. `expected` are digests noted elsewhere, by batch."""
    seen, previous = 0, None
    for batch in SealedBatch.objects.order_by("number").iterator():
        for number in range(seen + 1, batch.number):
            yield f"batch {number} is missing"
        members = _members(batch)
        yield from _problems_of_batch(batch, previous, members)
        yield from _problems_of_entries(dict(members), previous)
        seen, previous = batch.number, batch
    yield from _orphans(seen)
    yield from _problems_of_unsealed()
    for number, digest in (expected or {}).items():
        yield from _problem_of_expected(number, digest)


def _members(batch: SealedBatch) -> list[tuple[int, bytes]]:
    rows = batch.members.order_by("entry_id").values_list("entry_id", "digest")
    return [(pk, bytes(digest)) for pk, digest in rows]


def _problems_of_batch(batch: SealedBatch, before: SealedBatch | None, members: list) -> Iterator[str]:
    digest = batch_digest(batch.number, bytes(batch.previous), batch.sealed_at, members)
    if digest != bytes(batch.digest):
        yield f"batch {batch.number} does not hold the entries it was sealed with"
    linked_to = bytes(before.digest) if before else BEGINNING
    if bytes(batch.previous) != linked_to:
        yield f"batch {batch.number} does not follow the batch before it"


def _problems_of_entries(members: dict[int, bytes], before: SealedBatch | None) -> Iterator[str]:
    entries = AuditEntry.objects.in_bulk(members)
    for pk, sealed_digest in members.items():
        entry = entries.get(pk)
        if entry is None:
            yield f"entry {pk} was deleted"
        elif not (digest_of(entry) == bytes(entry.digest) == sealed_digest):
            yield f"entry {pk} was changed"
        elif before and entry.at < before.sealed_at - LONGEST_TRANSACTION:
            said, came = f"{entry.at:%Y-%m-%d %H:%M}", f"{before.sealed_at:%Y-%m-%d %H:%M}"
            yield f"entry {pk} says {said} but came in after {came}"


def _orphans(newest: int) -> Iterator[str]:
    known = Exists(SealedBatch.objects.filter(number=OuterRef("batch_id")))
    lost = SealedEntry.objects.filter(~known, batch_id__gt=newest).order_by("batch_id")
    for number in lost.values_list("batch_id", flat=True).distinct():
        yield f"batch {number} is missing"


def _problems_of_unsealed() -> Iterator[str]:
    soon = timezone.now() - SOON
    for entry in unsealed().order_by("pk").iterator():
        if digest_of(entry) != bytes(entry.digest):
            yield f"entry {entry.pk} was changed"
        elif entry.at < soon:
            yield f"entry {entry.pk} of {entry.at:%Y-%m-%d %H:%M} is in no batch"


def _problem_of_expected(number: int, digest: str) -> Iterator[str]:
    batch = SealedBatch.objects.filter(number=number).first()
    if batch is None:
        yield f"batch {number} is missing, though its digest was noted"
    elif bytes(batch.digest).hex() != digest.lower():
        yield f"batch {number} is not the one whose digest was noted"
