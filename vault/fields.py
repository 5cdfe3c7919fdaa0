"""Text and small records that are unreadable in the database."""

import json

from django.core.exceptions import FieldError
from django.db import models

from vault import keyring


class EncryptedTextField(models.Field):
    """Holds a `str`, stored as AES-256-GCM under the key ring, bound to its table and column.

    Lookups other than `isnull` are refused: a random nonce makes equal texts differ.
    """

    empty_strings_allowed = False

    def get_internal_type(self):
        return "BinaryField"

    @property
    def place(self) -> bytes:
        return f"{self.model._meta.db_table}.{self.column}".encode()

    def get_prep_value(self, value):
        return None if value is None else keyring.seal(self.to_bytes(value), self.place)

    def from_db_value(self, value, expression, connection):
        return None if value is None else self.from_bytes(keyring.open_sealed(bytes(value), self.place))

    def to_python(self, value):
        return value

    def value_to_string(self, obj):
        return self.value_from_object(obj)

    def get_lookup(self, lookup_name):
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: it cannot be searched by {lookup_name}")
        return super().get_lookup(lookup_name)

    def to_bytes(self, value) -> bytes:
        return str(value).encode()

    def from_bytes(self, value: bytes):
        return value.decode()


class EncryptedJSONField(EncryptedTextField):
    """Holds anything JSON can, sealed like EncryptedTextField."""

    def to_bytes(self, value) -> bytes:
        return json.dumps(value, separators=(",", ":")).encode()

    def from_bytes(self, value: bytes):
        return json.loads(value)
