"""Sealing everything again under the first key of FIELD_KEYS, so that an older one can be taken away."""

from collections.abc import Callable, Iterator

from django.apps import apps
from django.db.models import BinaryField, F, Model, Value
from django.db.models.functions import Cast, Substr

from vault import keyring
from vault.fields import EncryptedTextField

BATCH = 200

# What is sealed elsewhere than in an encrypted column, by what to call it. A room upstairs adds its own in
# `ready()`: a function that seals again what is not under the first key, and returns how many rows it changed
# and how many are left.
further: dict[str, Callable[[], tuple[int, int]]] = {}


def encrypted_fields() -> Iterator[tuple[type[Model], EncryptedTextField]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            for field in model._meta.local_fields:
                if isinstance(field, EncryptedTextField):
                    yield model, field


def rotate_field(model: type[Model], field: EncryptedTextField, refused: list | None = None) -> Iterator[int]:
    """Seal one column again, a batch at a time, and yield how many rows each batch changed.

    Asks only for rows not yet under the first key, so it may be stopped and run again at any moment.
    Rows that cannot be opened stay as they are; their keys are added to `refused`.
    """
    refused = [] if refused is None else refused
    rows = _under_older_keys(model, field)
    batch = list(rows[:BATCH])
    while batch:
        yield sum(_seal_again(model, field, pk, bytes(old), refused) for pk, old in batch)
        batch = list(rows.filter(pk__gt=batch[-1][0])[:BATCH])


def count_left(model: type[Model], field: EncryptedTextField) -> int:
    return _under_older_keys(model, field).count()


def _raw(field: EncryptedTextField) -> Cast:
    return Cast(F(field.name), BinaryField())


def _under_older_keys(model, field):
    mark = keyring.mark()
    beginning = Substr(_raw(field), 1, len(mark), output_field=BinaryField())
    return (
        model._base_manager.filter(**{f"{field.name}__isnull": False})
        .annotate(raw=_raw(field), beginning=beginning)
        .exclude(beginning=mark)
        .order_by("pk")
        .values_list("pk", "raw")
    )


def _seal_again(model, field, pk, old: bytes, refused: list) -> int:
    try:
        new = keyring.seal(keyring.open_sealed(old, field.place), field.place)
    except (keyring.UnknownKey, keyring.Tampered) as error:
        refused.append((pk, type(error).__name__))
        return 0
    # Only if nobody wrote there meanwhile: what they wrote is already under the first key.
    unchanged = model._base_manager.filter(pk=pk).annotate(raw=_raw(field)).filter(raw=old)
    return unchanged.update(**{field.name: Value(new, output_field=BinaryField())})
