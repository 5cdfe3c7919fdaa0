"""Sealing and opening under one data key, and how long a process may remember the key itself."""

import base64
import hashlib
import hmac
import logging
import os
import time
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault import shares
from vault.keyring import KEY_BYTES, NONCE_BYTES, Tampered, Unreadable

logger = logging.getLogger(__name__)

VERSION = b"d1"
NAME_BYTES = 8
TRUSTED_FOR = 5.0  # seconds until a process asks again whether a key still exists


class KeyDestroyed(Unreadable):
    """The key is gone for good, and with it what it sealed."""


@dataclass
class Remembered:
    name: bytes
    cipher: AESGCM
    share: bytes
    until: float


_remembered: dict[str, Remembered] = {}


def new_half() -> str:
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


def seal(key, plain: bytes, place: bytes) -> bytes:
    """Return `plain` sealed under `key`, bound to `place`. May ask the database."""
    held = hold(key)
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + held.name + nonce + held.cipher.encrypt(nonce, plain, _bound(key, place))


def open_sealed(key, sealed: bytes, place: bytes) -> bytes:
    """Return what `seal` was given. Raises KeyDestroyed, or Tampered."""
    name, nonce, rest = _cut(bytes(sealed))
    held = hold(key)
    if held.name != name:
        forget(key)
        held = hold(key)
    if held.name != name:
        raise KeyDestroyed(f"{key} lost its other half since")
    try:
        return held.cipher.decrypt(nonce, rest, _bound(key, place))
    except InvalidTag:
        raise Tampered(str(key)) from None


def forget(key) -> None:
    _remembered.pop(str(key.code), None)


def _cut(sealed: bytes) -> tuple[bytes, bytes, bytes]:
    start = len(VERSION) + NAME_BYTES
    if not sealed.startswith(VERSION) or len(sealed) < start + NONCE_BYTES:
        raise Tampered("not sealed under a data key")
    return sealed[len(VERSION) : start], sealed[start : start + NONCE_BYTES], sealed[start + NONCE_BYTES :]


def _bound(key, place: bytes) -> bytes:
    return key.code.bytes + place


def hold(key) -> Remembered:
    """Return the key itself, asking the database first whenever this process has not for a while.

    The database decides, not the store of shares: a destroyed key is refused at once even while the
    store is out of reach, and a store that is out of reach does not stop a session that goes on.
    """
    _drop_what_is_old()
    code = str(key.code)
    held = _remembered.get(code)
    if held is None or held.until < time.monotonic():
        half = _half_in_database(key)
        held = _remembered[code] = _put_together(half, _share(key, held))
    return held


def _half_in_database(key) -> bytes:
    row = type(key)._base_manager.filter(pk=key.pk).values_list("wrapped", "destroyed_at").first()
    if row is None or row[0] is None or row[1] is not None:
        forget(key)
        raise KeyDestroyed(str(key))
    return base64.b64decode(row[0])


def _share(key, held: Remembered | None) -> bytes:
    """Return the other half. A store that lost it gets back what we remember, or a new one.

    A new one means that what was sealed before stays unreadable; the session itself goes on.
    """
    if key.lasting:
        return b""
    try:
        share = shares.store().get(str(key.code))
        if share is None:
            logger.warning("the other half of %s was lost", key)
            share = shares.store().put(str(key.code), held.share if held else os.urandom(shares.SHARE_BYTES))
    except shares.StoreUnreachable:
        if held is None:
            raise
        share = held.share
    return share


def _put_together(half: bytes, share: bytes) -> Remembered:
    key = hmac.digest(share or b"lasting", half, hashlib.sha256)
    name = hashlib.sha256(b"name of a data key" + key).digest()[:NAME_BYTES]
    return Remembered(name, AESGCM(key), share, time.monotonic() + TRUSTED_FOR)


def _drop_what_is_old() -> None:
    """Keep no key in memory that nobody has used for a while: its session may long be over."""
    long_ago = time.monotonic() - 12 * TRUSTED_FOR
    for code, held in list(_remembered.items()):
        if held.until < long_ago:
            _remembered.pop(code, None)
