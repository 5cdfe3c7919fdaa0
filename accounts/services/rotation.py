"""Sealing the secrets of second factors again, when the key ring has a new first key."""

import base64
import binascii

from allauth.mfa.models import Authenticator

from accounts.adapter import SecondFactorAdapter
from vault import keyring

SECRETS = ("secret", "seed")


def rotate() -> tuple[int, int]:
    """Seal again what is not under the first key. Returns how many were changed, and how many are left."""
    outdated = [factor for factor in Authenticator.objects.exclude(type="webauthn") if _is_outdated(factor)]
    changed = sum(_seal_again(factor) for factor in outdated)
    return changed, len(outdated) - changed


def _is_outdated(factor: Authenticator) -> bool:
    return any(not _is_current(factor.data[name]) for name in SECRETS if name in factor.data)


def _is_current(sealed: str) -> bool:
    try:
        return base64.b64decode(sealed).startswith(keyring.mark())
    except binascii.Error:
        return False


def _seal_again(factor: Authenticator) -> bool:
    adapter = SecondFactorAdapter()
    try:
        opened = {name: adapter.decrypt(factor.data[name]) for name in SECRETS if name in factor.data}
    except (keyring.UnknownKey, keyring.Tampered, ValueError):
        return False
    sealed = {name: adapter.encrypt(secret) for name, secret in opened.items()}
    # Only if nobody used it meanwhile: a used recovery code must not come back.
    unchanged = Authenticator.objects.filter(pk=factor.pk, data=factor.data)
    return bool(unchanged.update(data=factor.data | sealed))
