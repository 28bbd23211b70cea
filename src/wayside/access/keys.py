# SPDX-License-Identifier: Apache-2.0
"""Random names and keys: 128 bits for what is named, 256 for what opens something, of which only a hash is kept."""

from __future__ import annotations

import secrets
from hashlib import sha256


def new_id() -> str:
    """A name that cannot be guessed: 32 hexadecimal digits."""
    return secrets.token_hex(16)


def new_key() -> str:
    """A secret of 256 random bits, safe in headers and forms."""
    return secrets.token_urlsafe(32)


def kept(key: str) -> bytes:
    """What the database keeps of a key: 32 bytes that open nothing."""
    return sha256(key.encode()).digest()
