# SPDX-License-Identifier: Apache-2.0
"""A device that makes passkeys and signs with them, as WebAuthn level 2 has it, so that tests need no browser."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One passkey; what a test wants to be wrong is set on it."""

    host: str = "gate.example"
    origin: str = "https://gate.example"
    flags: int = PRESENT | VERIFIED
    uses: int = 1
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: os.urandom(16))

    def but(self, **changes: Any) -> Authenticator:
        """The same device with something else about it."""
        return replace(self, **changes)

    def cose_key(self) -> bytes:
        """The public key as COSE (RFC 9052) writes ES256."""
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return bytes(cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y}))

    def data(self, flags: int, attested: bytes = b"") -> bytes:
        """Authenticator data: whose page, what was checked, how often it was used."""
        return sha256(self.host.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4, "big") + attested

    def client(self, kind: str, challenge: str) -> bytes:
        """What the browser says it was asked."""
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def answer(self, response: dict[str, bytes]) -> str:
        """The browser's answer as JSON."""
        coded = {name: bytes_to_base64url(value) for name, value in response.items()}
        named = bytes_to_base64url(self.id)
        return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": coded})

    def make(self, options: str) -> str:
        """Answers the options for registering."""
        challenge = json.loads(options)["challenge"]
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + self.cose_key()
        statement = {"fmt": "none", "attStmt": {}, "authData": self.data(self.flags | HAS_KEY, attested)}
        client = self.client("webauthn.create", challenge)
        return self.answer({"clientDataJSON": client, "attestationObject": bytes(cbor2.dumps(statement))})

    def sign(self, options: str) -> str:
        """Answers the options for signing in."""
        client, data = self.client("webauthn.get", json.loads(options)["challenge"]), self.data(self.flags)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self.answer({"clientDataJSON": client, "authenticatorData": data, "signature": signature})


def challenge_in(options: str) -> bytes:
    """The challenge of some options."""
    return base64url_to_bytes(json.loads(options)["challenge"])
