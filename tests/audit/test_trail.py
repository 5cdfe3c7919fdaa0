"""T24: whatever is done to the trail behind vioport's back is found, and named."""

import io
import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit import guard, sealer
from audit.models import AuditEntry, SealedBatch, SealedEntry
from audit.sealer import seal_pending
from audit.services import digest_of, record
from audit.verifying import problems


def some_entries(count: int = 3) -> list[AuditEntry]:
    return [record("group.changed", None, None, number=n) for n in range(count)]


@pytest.fixture
def trail(db):
    """Three sealed batches of three entries."""
    entries = []
    for _batch in range(3):
        entries += some_entries()
        assert seal_pending() == 3
    return entries


@pytest.fixture
def intruder(db):
    """Somebody with every right in the database: the guard is down."""
    guard.lower_guard(connection)
    yield
    guard.raise_guard(connection)


def test_a_whole_trail_is_whole(trail):
    assert list(problems()) == []
    assert SealedBatch.objects.count() == 3
    assert seal_pending() == 0


@pytest.mark.parametrize("model", [AuditEntry, SealedBatch, SealedEntry])
def test_the_database_refuses_to_change_or_remove_anything(trail, model):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model.objects.all()._raw_delete(connection.alias)
    field = "action" if model is AuditEntry else "digest"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model.objects.update(**{field: b"0" * 32 if field == "digest" else "nothing"})
    assert list(problems()) == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite knows INSERT OR REPLACE")
@pytest.mark.parametrize("model", [AuditEntry, SealedBatch, SealedEntry])
def test_sqlite_refuses_to_put_another_row_in_its_place(trail, model):
    row = model.objects.values_list(*[field.attname for field in model._meta.concrete_fields]).first()
    names = ", ".join(field.column for field in model._meta.concrete_fields)
    marks = ", ".join(["%s"] * len(row))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(
            f"INSERT OR REPLACE INTO {model._meta.db_table} ({names}) VALUES ({marks})",
            [value if isinstance(value, (int, bytes)) else str(value) for value in row],
        )


@pytest.mark.parametrize(
    "change",
    [
        {"action": "group.read"},
        {"actor": "someone-else"},
        {"subject": "another"},
        {"subject_kind": "another"},
        {"about": "another"},
        {"detail": {"number": 99}},
        {"at": timezone.now() - timedelta(seconds=1)},
        {"digest": b"0" * 32},
    ],
)
def test_a_changed_row_is_found(trail, intruder, change):
    AuditEntry.objects.filter(pk=trail[4].pk).update(**change)
    assert list(problems()) == [f"entry {trail[4].pk} was changed"]


def test_a_changed_row_with_a_digest_to_match_is_found(trail, intruder):
    trail[4].action = "group.read"
    AuditEntry.objects.filter(pk=trail[4].pk).update(action="group.read", digest=digest_of(trail[4]))
    assert list(problems()) == [f"entry {trail[4].pk} was changed"]


def test_a_changed_row_whose_seal_was_changed_too_is_found(trail, intruder):
    trail[4].action = "group.read"
    digest = digest_of(trail[4])
    AuditEntry.objects.filter(pk=trail[4].pk).update(action="group.read", digest=digest)
    SealedEntry.objects.filter(entry=trail[4]).update(digest=digest)
    assert list(problems()) == ["batch 2 does not hold the entries it was sealed with"]


def test_a_deleted_row_is_found(trail, intruder):
    AuditEntry.objects.filter(pk=trail[4].pk).delete()
    assert list(problems()) == [f"entry {trail[4].pk} was deleted"]


def test_a_row_deleted_from_its_batch_too_is_found(trail, intruder):
    SealedEntry.objects.filter(entry=trail[4]).delete()
    AuditEntry.objects.filter(pk=trail[4].pk).delete()
    assert list(problems()) == ["batch 2 does not hold the entries it was sealed with"]


def test_rows_put_in_another_order_are_found(trail, intruder):
    first, second = trail[3], trail[4]
    for pk, taken_from in [(first.pk, second), (second.pk, first)]:
        AuditEntry.objects.filter(pk=pk).update(digest=taken_from.digest, detail=taken_from.detail)
    assert list(problems()) == [f"entry {first.pk} was changed", f"entry {second.pk} was changed"]


def test_a_row_inserted_later_is_found_by_its_hour(trail):
    late = AuditEntry(at=timezone.now() - timedelta(days=2), action="group.read")
    late.digest = digest_of(late)
    late.save()
    assert next(problems()).startswith(f"entry {late.pk} of")
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        assert seal_pending() == 1
        (problem,) = problems()
    assert problem.startswith(f"entry {late.pk} says")


def test_a_row_inserted_into_an_old_batch_is_found(trail):
    extra = record("group.read", None, None)
    SealedEntry.objects.create(entry=extra, batch_id=2, digest=extra.digest)
    assert list(problems()) == ["batch 2 does not hold the entries it was sealed with"]


def test_a_removed_batch_is_found(trail, intruder):
    SealedBatch.objects.filter(number=2).delete()
    assert list(problems()) == ["batch 2 is missing", "batch 3 does not follow the batch before it"]


def test_a_removed_first_batch_is_found(trail, intruder):
    SealedBatch.objects.filter(number=1).delete()
    assert "batch 1 is missing" in list(problems())


def test_a_removed_last_batch_is_found(trail, intruder):
    SealedBatch.objects.filter(number=3).delete()
    assert list(problems()) == ["batch 3 is missing"]


def test_a_removed_batch_whose_numbers_were_closed_up_is_found(trail, intruder):
    SealedEntry.objects.filter(batch=2).delete()
    SealedBatch.objects.filter(number=2).delete()
    SealedEntry.objects.filter(batch=3).update(batch=2)
    SealedBatch.objects.filter(number=3).update(number=2)
    assert "batch 2 does not follow the batch before it" in list(problems())


def test_a_trail_whose_end_was_cut_off_is_found_by_what_the_log_noted(trail, intruder):
    last = SealedBatch.objects.get(number=3)
    SealedEntry.objects.filter(batch=3).delete()
    AuditEntry.objects.filter(pk__in=[entry.pk for entry in trail[6:]]).delete()
    last.delete()
    assert list(problems()) == [], "nothing inside the database can show this"
    noted = {3: bytes(last.digest).hex()}
    assert list(problems(noted)) == ["batch 3 is missing, though its digest was noted"]


def test_what_nobody_sealed_for_long_is_told(db):
    with time_machine.travel(timezone.now() - timedelta(minutes=11)):
        (entry,) = some_entries(1)
    assert "is in no batch" in next(problems())
    seal_pending()
    assert list(problems()) == []
    assert SealedEntry.objects.get().entry == entry


def test_the_command_says_what_is_wrong_and_fails(trail, intruder):
    out, err = io.StringIO(), io.StringIO()
    call_command("audit_verify", stdout=out, stderr=err)
    assert "is whole: 9 entries in 3 batches" in out.getvalue()
    noted = out.getvalue().split()[-1]
    call_command("audit_verify", expect=[noted], stdout=out, stderr=err)
    AuditEntry.objects.filter(pk=trail[0].pk).update(action="nothing")
    with pytest.raises(CommandError, match="1 problems"):
        call_command("audit_verify", stdout=out, stderr=err)
    assert f"entry {trail[0].pk} was changed" in err.getvalue()


def test_a_digest_that_is_not_the_noted_one_is_told(trail):
    assert list(problems({2: "00" * 32})) == ["batch 2 is not the one whose digest was noted"]


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_appears_after_later_ones_were_sealed_is_not_lost():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time")
    written, go_on = threading.Event(), threading.Event()

    def slow_transaction():
        with transaction.atomic():
            record("group.changed", None, None, slow=True)
            written.set()
            go_on.wait(10)
        connection.close()

    slow = threading.Thread(target=slow_transaction)
    slow.start()
    written.wait(10)
    quick = record("group.changed", None, None, slow=False)
    assert seal_pending() == 1
    go_on.set()
    slow.join()
    late = AuditEntry.objects.get(detail={"slow": True})
    assert late.pk < quick.pk
    assert seal_pending() == 1
    assert late.sealed.batch_id == 2
    assert list(problems()) == []


@pytest.mark.django_db(transaction=True)
def test_several_processes_sealing_at_once_make_one_chain():
    some_entries(40)
    ready = threading.Barrier(4)

    def seal():
        ready.wait()
        seal_pending()
        connection.close()

    threads = [threading.Thread(target=seal) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal_pending()
    assert SealedEntry.objects.count() == 40
    assert list(problems()) == []


def test_many_entries_become_several_batches(db, monkeypatch):
    monkeypatch.setattr(sealer, "BATCH", 10)
    some_entries(25)
    assert seal_pending() == 25
    assert list(SealedBatch.objects.values_list("count", flat=True)) == [10, 10, 5]
    assert list(problems()) == []
