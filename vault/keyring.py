"""The keys that FIELD_KEYS names, and sealing under them. The first one seals; every one opens."""

import base64
import binascii
import os
import re
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12
KEY_BYTES = 32
KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
HOW_TO_MAKE_ONE = (
    "python3 -c \"import base64, os; print('k1:' + base64.urlsafe_b64encode(os.urandom(32)).decode())\""
)


class BadKey(ValueError):
    """FIELD_KEYS cannot be used. The message says which entry and why, and never shows a key."""


class Unreadable(Exception):
    """What was sealed cannot be opened: now, or ever. The kinds of it say why."""


class UnknownKey(Unreadable):
    """Sealed under a key that FIELD_KEYS does not hold."""


class Tampered(Unreadable):
    """Not what was sealed there: changed, cut short, or moved from another place."""


def parse(keys) -> dict[str, bytes]:
    """Return the keys by their ids, in order. Raises BadKey for the first one that cannot be used."""
    parsed: dict[str, bytes] = {}
    for number, entry in enumerate(keys, start=1):
        key_id, colon, encoded = entry.partition(":")
        if not colon or not KEY_ID.fullmatch(key_id):
            raise BadKey(f"FIELD_KEYS, entry {number}: write it as name:key. Make one with {HOW_TO_MAKE_ONE}")
        if key_id in parsed:
            raise BadKey(f"FIELD_KEYS, entry {number}: the name {key_id} is used twice.")
        parsed[key_id] = _decode(encoded, f"FIELD_KEYS, entry {number} ({key_id})")
    if not parsed:
        raise BadKey(f"FIELD_KEYS is empty. Make a key with {HOW_TO_MAKE_ONE}")
    return parsed


def _decode(encoded: str, where: str) -> bytes:
    try:
        key = base64.b64decode(encoded.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raise BadKey(f"{where}: the key is not base64. Make one with {HOW_TO_MAKE_ONE}") from None
    if len(key) != KEY_BYTES:
        raise BadKey(f"{where}: the key has {len(key)} bytes, not {KEY_BYTES}.")
    return key


@lru_cache(maxsize=4)
def _ring(keys: tuple[str, ...]) -> dict[bytes, AESGCM]:
    return {key_id.encode(): AESGCM(key) for key_id, key in parse(keys).items()}


def ring() -> dict[bytes, AESGCM]:
    return _ring(tuple(settings.FIELD_KEYS))


def mark() -> bytes:
    """Return how everything begins that is sealed under the key in use."""
    return b"v1:" + next(iter(ring())) + b":"


def seal(plain: bytes, place: bytes) -> bytes:
    """Return `v1:<key id>:<nonce><ciphertext>` under the first key, bound to `place`."""
    nonce = os.urandom(NONCE_BYTES)
    cipher = next(iter(ring().values()))
    return mark() + nonce + cipher.encrypt(nonce, plain, place)


def open_sealed(sealed: bytes, place: bytes) -> bytes:
    """Return what `seal` was given. Raises UnknownKey, or Tampered."""
    version, _, key_id_and_rest = sealed.partition(b":")
    key_id, colon, rest = key_id_and_rest.partition(b":")
    if version != b"v1" or not colon:
        raise Tampered(place.decode())
    if key_id not in ring():
        raise UnknownKey(f"{key_id.decode(errors='replace')} is not in FIELD_KEYS")
    try:
        return ring()[key_id].decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], place)
    except (InvalidTag, ValueError):
        raise Tampered(place.decode()) from None
