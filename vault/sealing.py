"""Making a data key and destroying it. Sealing and opening are the key's own methods.

What is said in a live session is sealed under a key of its own, destroyed when the session ends. A backup
taken *during* a session holds the sealed words and one half of their key; the other half is only in the
store of shares. Until the session ends, somebody who holds the backup, FIELD_KEYS and that store can read
it. After the end nobody can, whatever they kept, unless they also copied the store.
"""

import os

from django.db import transaction
from django.utils import timezone

from vault import cipher, shares
from vault.cipher import KeyDestroyed
from vault.keyring import Tampered, Unreadable
from vault.models import DataKey
from vault.shares import StoreUnreachable
from vault.signals import key_destroyed

__all__ = [
    "KeyDestroyed",
    "StoreUnreachable",
    "Tampered",
    "Unreadable",
    "destroy",
    "new_key",
    "remove_shares",
]


def new_key(*, lasting: bool = False) -> DataKey:
    """Return a new key. `lasting` is for what is to be kept: it is in backups, like all else."""
    key = DataKey(wrapped=cipher.new_half(), lasting=lasting)
    if not lasting:
        # Before the row: should the transaction fail, a share is left that no key belongs to.
        shares.store().put(str(key.code), os.urandom(shares.SHARE_BYTES))
    key.save(force_insert=True)
    return key


@transaction.atomic
def destroy(key: DataKey, by=None) -> None:
    """Make all that `key` sealed unreadable for good. Safe to call twice.

    Other processes forget the key within five seconds, whether or not they hear of this.
    """
    now = timezone.now()
    changed = DataKey.objects.filter(pk=key.pk, destroyed_at=None).update(wrapped=None, destroyed_at=now)
    cipher.forget(key)
    if not changed:
        return
    key.wrapped, key.destroyed_at = None, now
    key_destroyed.send(DataKey, key=key, by=by)
    transaction.on_commit(lambda: _remove_share(key), robust=True)


def remove_shares() -> int:
    """Remove what a process killed just after `destroy` left in the store. The worker calls this."""
    waiting = DataKey.objects.filter(destroyed_at__isnull=False, share_removed_at=None)[:200]
    return sum(_remove_share(key) for key in waiting)


def _remove_share(key: DataKey) -> bool:
    try:
        shares.store().remove(str(key.code))
    except StoreUnreachable:
        return False
    cipher.forget(key)
    DataKey.objects.filter(pk=key.pk).update(share_removed_at=timezone.now())
    return True
