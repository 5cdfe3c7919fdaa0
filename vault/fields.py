"""Text and small records that are unreadable in the database."""

import json
from typing import Any

from django import forms
from django.core.exceptions import FieldError
from django.core.validators import MaxLengthValidator
from django.db import models

from vault import keyring


class EncryptedTextField(models.Field):
    """Holds a `str`, stored as AES-256-GCM under the key ring, bound to its table and column.

    Lookups other than `isnull` are refused: a random nonce makes equal texts differ. `""` and None stay
    apart. `max_length` counts characters and is checked by forms, as for any text field.
    """

    empty_strings_allowed = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.max_length is not None:
            self.validators.append(MaxLengthValidator(self.max_length))

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

    def get_transform(self, lookup_name):
        raise FieldError(f"{self.name} is encrypted: it cannot be searched by {lookup_name}")

    def formfield(self, **kwargs):
        defaults: dict[str, Any] = {"max_length": self.max_length}
        if self.null:
            defaults["empty_value"] = None
        if self.max_length is None:
            defaults["widget"] = forms.Textarea
        return super().formfield(**defaults | kwargs)

    def to_bytes(self, value) -> bytes:
        return str(value).encode()

    def from_bytes(self, value: bytes):
        return value.decode()


class EncryptedJSONField(EncryptedTextField):
    """Holds anything JSON can, sealed like EncryptedTextField. None is no value, as SQL's NULL."""

    def formfield(self, **kwargs):
        return models.Field.formfield(self, **{"form_class": forms.JSONField} | kwargs)

    def to_bytes(self, value) -> bytes:
        return json.dumps(value, separators=(",", ":")).encode()

    def from_bytes(self, value: bytes):
        return json.loads(value)
