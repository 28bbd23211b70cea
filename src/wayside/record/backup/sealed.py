# SPDX-License-Identifier: Apache-2.0
"""Sealed files: encrypted with AES-256-GCM in frames, so that no frame can be changed, moved, dropped or added.

A file is a line that names the format, then frames: length of the rest (4 bytes), nonce (12 random bytes), ciphertext.
What a frame stands for (the file's own name, its place, whether it is the last) is bound to it as associated data.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wayside.domain import RecordError
from wayside.record.evidence import make_folders, sync_folder

MAGIC = b"wayside sealed 1\n"
KEY_BYTES, NONCE_BYTES, LENGTH_BYTES = 32, 12, 4
MOST_BYTES = 1 << 28
"""No frame is longer: what says so is damaged."""


def bound(name: str, number: int, last: bool) -> bytes:
    """The associated data of a frame."""
    return name.encode() + b"\0" + number.to_bytes(8, "big") + bytes([last])


def frames(name: str, key: bytes, parts: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes of a sealed file; at least one frame, so that an empty file cannot pass for a cut one."""
    cipher = AESGCM(key)

    def frame(number: int, part: bytes, last: bool) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + cipher.encrypt(nonce, zlib.compress(part, 1), bound(name, number, last))
        return len(sealed).to_bytes(LENGTH_BYTES, "big") + sealed

    yield MAGIC
    number, waiting = 0, b""
    for number, part in enumerate(parts, 1):
        if number > 1:
            yield frame(number - 2, waiting, last=False)
        waiting = part
    yield frame(max(0, number - 1), waiting, last=True)


def write_sealed(folder: Path, stem: str, name: str, key: bytes, parts: Iterable[bytes]) -> tuple[str, int]:
    """Writes a sealed file that is called `stem` and the beginning of its SHA-256; its name and its bytes.

    It is whole under that name, and there after a power cut. Raises OSError.
    """
    make_folders(folder)
    draft = folder / f"{stem}.draft"
    digest, size = sha256(), 0
    with draft.open("wb") as file:
        for piece in frames(name, key, parts):
            file.write(piece)
            digest.update(piece)
            size += len(piece)
        file.flush()
        os.fsync(file.fileno())
    path = folder / f"{stem}.{digest.hexdigest()[:16]}.sealed"
    draft.rename(path)
    sync_folder(folder)
    return path.name, size


def read_sealed(path: Path, name: str, key: bytes) -> Iterator[bytes]:
    """The parts of a sealed file; raises RecordError where it is not whole, not that file, or under another key."""
    try:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise damaged(path)
            number, following = 0, file.read(LENGTH_BYTES)
            while following:
                length = int.from_bytes(following, "big")
                sealed = file.read(min(length, MOST_BYTES))
                if len(sealed) != length:
                    raise damaged(path)
                following = file.read(LENGTH_BYTES)
                yield opened(path, sealed, key, bound(name, number, not following))
                number += 1
            if number == 0:
                raise damaged(path)
    except OSError as error:
        raise RecordError(f"{path}: cannot be read ({error.strerror}); is the whole backup there?") from None


def opened(path: Path, sealed: bytes, key: bytes, about: bytes) -> bytes:
    """The content of one frame; raises RecordError."""
    try:
        return zlib.decompress(AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about))
    except (InvalidTag, ValueError, zlib.error):
        raise damaged(path) from None


def damaged(path: Path) -> RecordError:
    """What is said of a file that cannot be what it says."""
    return RecordError(f"{path}: was changed, cut off, or sealed with another key; use another copy of the backup")
