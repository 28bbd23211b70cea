# SPDX-License-Identifier: Apache-2.0
"""What of an entry goes into the tree: a salted commitment, so that the payload can go while the proof stays.

With the salt destroyed the commitment says nothing of the payload, however easily the payload could be guessed.
"""

from __future__ import annotations

import os
from hashlib import sha256

PREFIX = b"wayside/v1\0"
SALT_BYTES = 32


def new_salt() -> bytes:
    """32 random bytes of the operating system's."""
    return os.urandom(SALT_BYTES)


def commitment(salt: bytes, payload: bytes) -> bytes:
    """What binds an entry to its payload: 32 bytes."""
    return sha256(PREFIX + salt + sha256(payload).digest()).digest()


def entry_leaf(seq: int, kind: str, committed: bytes) -> bytes:
    """The leaf hash of an entry: its place, its kind and its commitment; no time, no camera, no plate."""
    return sha256(b"\0" + seq.to_bytes(8, "big") + kind.encode("ascii") + b"\0" + committed).digest()
