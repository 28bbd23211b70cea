# SPDX-License-Identifier: Apache-2.0
"""Seals the secrets that have to be kept readable (those of code generators), so that a copied database is no use."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from wayside.domain import AccessError

KEY = Path("keys") / "access.key"
NONCE_BYTES = 12


class Seal:
    """The key of a data directory; every machine that serves the same database needs the same file."""

    def __init__(self, data_dir: Path) -> None:
        """Loads the key, or makes it where there is none. Raises AccessError where others may read it, OSError."""
        path = data_dir / KEY
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            write_key(path, ChaCha20Poly1305.generate_key())
        if path.stat().st_mode & 0o077:
            raise AccessError(f"{path}: may be read by others on this machine; run chmod 600 on it")
        self._cipher = ChaCha20Poly1305(path.read_bytes())

    def close(self, text: str, owner: str) -> bytes:
        """The text, readable only with the key and only as this owner's."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), owner.encode())

    def open(self, sealed: bytes, owner: str) -> str:
        """The inverse of `close`; raises AccessError where the key or the owner is another one."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], owner.encode()).decode()
        except InvalidTag:
            raise AccessError(
                f"{KEY} is not the key with which this was sealed; put the right one back, or reset the second factor"
            ) from None


def write_key(path: Path, key: bytes) -> None:
    """Writes a key file that only its owner can read, whole or not at all; one that is there already stays."""
    draft = path.with_suffix(f".{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first, and its key is the one
    finally:
        draft.unlink()
