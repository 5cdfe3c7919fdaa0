import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
from django.db import connection, transaction

from audit.models import AuditEntry
from vault import cipher, shares
from vault.models import DataKey
from vault.sealing import KeyDestroyed, StoreUnreachable, Tampered, destroy, new_key, remove_shares
from vault.signals import key_destroyed


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.EPHEMERAL_KEYS_URL = f"file://{tmp_path / 'keys'}"
    cipher._remembered.clear()
    return tmp_path / "keys"


def another_process(key: DataKey) -> DataKey:
    """Return the key as a process sees it that has never used it."""
    cipher._remembered.clear()
    return DataKey.objects.get(pk=key.pk)


def later(monkeypatch, seconds: float) -> None:
    now = time.monotonic() + seconds
    monkeypatch.setattr(cipher.time, "monotonic", lambda: now)


def test_what_is_sealed_opens_in_its_place_only(db):
    key = new_key()
    sealed = key.seal(b"I had a hard week", b"stream 1, event 7")
    assert b"hard" not in sealed
    assert another_process(key).open(sealed, b"stream 1, event 7") == b"I had a hard week"
    with pytest.raises(Tampered):
        key.open(sealed, b"stream 1, event 8")
    with pytest.raises(Tampered):
        key.open(sealed[:-1] + b"!", b"stream 1, event 7")
    with pytest.raises(Tampered):
        key.open(b"d1 too short", b"stream 1, event 7")


def test_one_session_cannot_open_what_another_sealed(db):
    one, other = new_key(), new_key()
    with pytest.raises((Tampered, KeyDestroyed)):
        other.open(one.seal(b"said", b"1"), b"1")


@pytest.mark.django_db(transaction=True)
def test_nothing_opens_after_the_end(folder):
    key = new_key()
    sealed = key.seal(b"said", b"1")
    destroy(key)
    with pytest.raises(KeyDestroyed):
        key.open(sealed, b"1")
    with pytest.raises(KeyDestroyed):
        another_process(key).seal(b"more", b"2")
    row = DataKey.objects.get(pk=key.pk)
    assert row.wrapped is None
    assert row.destroyed_at and row.share_removed_at
    assert not (folder / str(key.code)).exists()


@pytest.mark.django_db(transaction=True)
def test_a_backup_taken_during_the_session_cannot_be_read_after_it():
    key = new_key()
    sealed = key.seal(b"said", b"1")
    backup = DataKey.objects.filter(pk=key.pk).values("code", "wrapped").get()
    destroy(key)

    # A day later somebody restores that backup on a machine that has FIELD_KEYS.
    DataKey.objects.filter(pk=key.pk).update(
        wrapped=backup["wrapped"], destroyed_at=None, share_removed_at=None
    )
    with pytest.raises(KeyDestroyed):
        another_process(key).open(sealed, b"1")


@pytest.mark.django_db(transaction=True)
def test_another_process_forgets_the_key_within_five_seconds(monkeypatch):
    key = new_key()
    sealed = key.seal(b"said", b"1")
    remembered = dict(cipher._remembered)
    destroy(key)
    cipher._remembered.update(remembered)  # what a process holds that heard nothing
    later(monkeypatch, cipher.TRUSTED_FOR + 0.1)
    with pytest.raises(KeyDestroyed):
        key.open(sealed, b"1")
    assert not cipher._remembered


def test_a_key_nobody_uses_any_more_leaves_the_memory(db, monkeypatch):
    new_key().seal(b"said", b"1")
    later(monkeypatch, 13 * cipher.TRUSTED_FOR)
    other = new_key()
    other.seal(b"said", b"1")
    assert list(cipher._remembered) == [str(other.code)]


@pytest.mark.django_db(transaction=True)
def test_if_the_end_is_undone_the_key_lives_on():
    key = new_key()
    sealed = key.seal(b"said", b"1")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        destroy(DataKey.objects.get(pk=key.pk))
        raise ZeroDivisionError
    assert another_process(key).open(sealed, b"1") == b"said"


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_process_left_behind_is_removed_by_the_worker(folder, monkeypatch):
    key = new_key()
    with monkeypatch.context() as killed:
        killed.setattr(transaction, "on_commit", lambda *args, **kwargs: None)
        destroy(key)
    assert (folder / str(key.code)).exists()
    assert remove_shares() == 1
    assert not (folder / str(key.code)).exists()
    assert remove_shares() == 0


def test_destroying_twice_tells_once(cast):
    told = []
    key_destroyed.connect(listener := lambda key, by, **kwargs: told.append((key.code, by)))
    key = new_key()
    destroy(key, by=cast.maya)
    destroy(key, by=cast.maya)
    key_destroyed.disconnect(listener)
    assert told == [(key.code, cast.maya)]
    assert AuditEntry.objects.get(action="data_key.destroyed").subject == str(key.code)


def test_a_lost_store_is_given_back_what_a_process_remembers(db, folder, monkeypatch):
    key = new_key()
    sealed = key.seal(b"said", b"1")
    shutil.rmtree(folder)
    later(monkeypatch, cipher.TRUSTED_FOR + 0.1)
    assert key.open(sealed, b"1") == b"said"
    assert another_process(key).open(sealed, b"1") == b"said"


def test_a_lost_store_costs_what_was_said_but_not_the_session(db, folder):
    key = new_key()
    sealed = key.seal(b"said", b"1")
    shutil.rmtree(folder)
    after = another_process(key)
    with pytest.raises(KeyDestroyed):
        after.open(sealed, b"1")
    again = after.seal(b"said again", b"2")
    assert another_process(key).open(again, b"2") == b"said again"


def test_a_process_that_remembers_the_lost_half_learns_the_new_one(db, folder):
    key = new_key()
    key.seal(b"said", b"1")
    remembered = dict(cipher._remembered)
    shutil.rmtree(folder)
    again = another_process(key).seal(b"said again", b"2")
    cipher._remembered.update(remembered)
    assert key.open(again, b"2") == b"said again"


def test_two_processes_that_make_the_other_half_at_once_agree(folder):
    store = shares.store()
    assert store.put("one", b"a" * 32) == b"a" * 32
    assert store.put("one", b"b" * 32) == b"a" * 32
    assert store.get("one") == b"a" * 32


def test_the_store_is_private_and_marked_for_backup_programs(db, folder):
    key = new_key()
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / str(key.code)).stat().st_mode & 0o077 == 0
    assert (folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


def test_a_lasting_key_needs_no_store(db, folder):
    key = new_key(lasting=True)
    sealed = key.seal(b"kept", b"1")
    assert not folder.exists()
    assert another_process(key).open(sealed, b"1") == b"kept"
    destroy(key)
    with pytest.raises(KeyDestroyed):
        another_process(key).open(sealed, b"1")


def test_the_database_alone_holds_neither_the_key_nor_the_words(db, folder):
    key = new_key()
    with connection.cursor() as cursor:
        cursor.execute("select wrapped from vault_datakey where id = %s", [key.pk])
        wrapped = bytes(cursor.fetchone()[0])
    assert (folder / str(key.code)).read_bytes() not in wrapped
    assert key.wrapped.encode() not in wrapped


@pytest.fixture
def redis_store(settings, tmp_path):
    if not shutil.which("redis-server"):
        pytest.skip("no redis-server here")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", tmp_path]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    settings.EPHEMERAL_KEYS_URL = f"redis://127.0.0.1:{port}/0"
    try:
        wait_for(lambda: shares.store().redis.ping())
        yield server
    finally:
        shares.store().redis.close()
        server.kill()
        server.wait()


def wait_for(answer):
    for _attempt in range(100):
        try:
            return answer()
        except Exception:
            time.sleep(0.05)
    raise TimeoutError


@pytest.mark.django_db(transaction=True)
def test_several_machines_share_a_redis_that_keeps_nothing_on_disk(redis_store, tmp_path):
    key = new_key()
    sealed = key.seal(b"said", b"1")
    assert another_process(key).open(sealed, b"1") == b"said"
    destroy(key)
    assert shares.store().get(str(key.code)) is None
    assert list(Path(tmp_path).glob("*.rdb")) == []
    assert os.path.exists(tmp_path)


@pytest.mark.django_db(transaction=True)
def test_a_session_goes_on_while_redis_is_gone_and_its_end_is_still_the_end(redis_store, monkeypatch):
    key = new_key()
    sealed = key.seal(b"said", b"1")
    redis_store.kill()
    redis_store.wait()
    later(monkeypatch, cipher.TRUSTED_FOR + 0.1)
    assert key.open(sealed, b"1") == b"said"
    with pytest.raises(StoreUnreachable):
        another_process(key).open(sealed, b"1")
    destroy(key)
    with pytest.raises(KeyDestroyed):
        key.open(sealed, b"1")
    assert remove_shares() == 0  # and it will be tried again
