"""Keys of their own for things that must one day be unreadable everywhere, backups included."""

import uuid

from django.db import models

from vault import cipher
from vault.fields import EncryptedTextField


class DataKey(models.Model):
    """A key for one thing, such as what is said in one session.

    `wrapped` is one half of it. The other is in the store of shares (vault/shares.py), which is never
    backed up, so a copy of the database taken while the key was alive cannot be read once it is
    destroyed. A `lasting` key has no other half: whoever holds a copy and FIELD_KEYS can read it.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    wrapped = EncryptedTextField(null=True)
    lasting = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)
    share_removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["destroyed_at"],
                condition=models.Q(destroyed_at__isnull=False, share_removed_at=None),
                name="shares_to_remove",
            )
        ]

    def __str__(self) -> str:
        return f"data key {self.code}"

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """Return `plain` sealed, bound to `place` (which row it is for). Raises KeyDestroyed."""
        return cipher.seal(self, plain, place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """Return what was sealed for `place`. Raises KeyDestroyed, or Tampered."""
        return cipher.open_sealed(self, sealed, place)

    def keep(self) -> None:
        """Have this process remember the key on, though nothing is sealed. Raises KeyDestroyed."""
        cipher.hold(self)
