"""The keys that FIELD_KEYS names, and sealing under them. The first one seals; every one opens."""

import base64
import os
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


class UnknownKey(Exception):
    """Sealed under a key that FIELD_KEYS does not hold."""


@cache
def _cipher(key: str) -> AESGCM:
    return AESGCM(base64.urlsafe_b64decode(key.split(":", 1)[1]))


def _key_id(key: str) -> bytes:
    return key.split(":", 1)[0].encode()


def seal(plain: bytes, place: bytes) -> bytes:
    """Return `v1:<key id>:<nonce><ciphertext>` under the first key, bound to `place`."""
    key = settings.FIELD_KEYS[0]
    nonce = os.urandom(NONCE_BYTES)
    return b"v1:" + _key_id(key) + b":" + nonce + _cipher(key).encrypt(nonce, plain, place)


def open_sealed(sealed: bytes, place: bytes) -> bytes:
    """Return what `seal` was given. Raises UnknownKey, or InvalidTag when tampered with or moved."""
    _version, key_id, rest = sealed.split(b":", 2)
    for key in settings.FIELD_KEYS:
        if _key_id(key) == key_id:
            return _cipher(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], place)
    raise UnknownKey(key_id.decode())
