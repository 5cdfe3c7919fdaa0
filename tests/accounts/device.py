"""A device that keeps a passkey, in software: it answers what a browser would send for it."""

import json
import os
from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import sha256
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

PRESENT = AuthenticatorData.FLAG.UP
VERIFIED = AuthenticatorData.FLAG.UV


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class Device:
    """One key. `knows_owner` says whether it asked for a finger, a face or a PIN."""

    def __init__(self, *, origin: str = "http://localhost", site: str = "localhost"):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = os.urandom(16)
        self.origin, self.site = origin, site
        self.used = 0

    def made_for(self, options: dict, *, knows_owner: bool = True) -> str:
        """The answer to `navigator.credentials.create(options)`."""
        said = self._said("webauthn.create", options)
        public = ES256.from_cryptography_key(self.key.public_key())
        held = AttestedCredentialData.create(b"\0" * 16, self.name, public)
        about = self._about(knows_owner, AuthenticatorData.FLAG.AT, held)
        return self._answer(said, attestationObject=text(AttestationObject.create("none", about, {})))

    def shown_for(self, options: dict, owner: str, *, knows_owner: bool = True) -> str:
        """The answer to `navigator.credentials.get(options)`. `owner` is what a browser cannot vouch for."""
        said, about = self._said("webauthn.get", options), self._about(knows_owner)
        signed = self.key.sign(about + sha256(said), ec.ECDSA(SHA256()))
        more = {
            "authenticatorData": text(about),
            "signature": text(signed),
            "userHandle": text(owner.encode()),
        }
        return self._answer(said, **more)

    def _said(self, what: str, options: dict) -> bytes:
        return CollectedClientData.create(what, options["publicKey"]["challenge"], self.origin)

    def _about(self, knows_owner: bool, more=0, held: bytes = b"") -> bytes:
        self.used += 1
        flags = PRESENT | (VERIFIED if knows_owner else 0) | more
        return AuthenticatorData.create(sha256(self.site.encode()), flags, self.used, held)

    def _answer(self, said: bytes, **response) -> str:
        return json.dumps(
            {
                "id": text(self.name),
                "rawId": text(self.name),
                "type": "public-key",
                "clientExtensionResults": {},
                "response": {"clientDataJSON": text(said), **response},
            }
        )
