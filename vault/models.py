"""Keys of their own for things that must one day be unreadable everywhere, backups included."""

import uuid

from django.db import models

from vault.fields import EncryptedTextField


class DataKey(models.Model):
    """One data key, wrapped by the key ring. Destroying it makes all it sealed unreadable, for good."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    wrapped = EncryptedTextField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"data key {self.code}"
