# SPDX-License-Identifier: Apache-2.0
"""The data keys of backups, one for each unit: whoever destroys a key has erased what it sealed, in every copy."""

from __future__ import annotations

import base64
import os
from hashlib import sha256
from pathlib import Path

from wayside.domain import RecordError
from wayside.record.backup.sealed import KEY_BYTES
from wayside.record.evidence import make_folders, sync_folder

SUFFIX = ".key"
OWNER_ONLY = 0o600


def key_id(key: bytes) -> str:
    """What tells keys apart and says nothing of them."""
    return sha256(b"wayside key id\0" + key).hexdigest()[:16]


class DataKeys:
    """A folder with the keys of one record, or with a backup's copies of them; each is a file named after its unit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, unit: str, identity: str) -> Path:
        """The file of a key."""
        return self.folder / f"{unit}.{identity}{SUFFIX}"

    def ids(self, unit: str) -> list[str]:
        """The keys of a unit that are there: one, or for a moment two."""
        return sorted(path.name.split(".")[-2] for path in self.folder.glob(f"{unit}.*{SUFFIX}"))

    def of(self, unit: str) -> bytes:
        """The key of a unit, made where there is none; raises RecordError, OSError."""
        there = self.ids(unit)
        return self.load(unit, there[0]) if there else self.make(unit)

    def make(self, unit: str) -> bytes:
        """A new key of a unit, beside any older one; raises OSError."""
        key = os.urandom(KEY_BYTES)
        self.keep(unit, key)
        return key

    def load(self, unit: str, identity: str) -> bytes:
        """A key by its id; raises RecordError where it is gone or damaged."""
        path = self.path(unit, identity)
        try:
            key = base64.b64decode(path.read_bytes(), validate=True)
        except (OSError, ValueError):
            key = b""
        if len(key) != KEY_BYTES or key_id(key) != identity:
            raise RecordError(f"{path}: the key is not there; what it sealed was erased, or the keyring is another one")
        return key

    def keep(self, unit: str, key: bytes) -> None:
        """Writes a key so that it is whole or not there, readable by its owner only; raises OSError."""
        path = self.path(unit, key_id(key))
        if path.exists():
            return
        make_folders(self.folder)
        self.folder.chmod(0o700)
        draft = path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        try:
            os.write(descriptor, base64.b64encode(key))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        draft.rename(path)
        sync_folder(self.folder)

    def destroy(self, unit: str, but: str | None = None) -> int:
        """Destroys the keys of a unit, but for the one with the id `but`; how many. Raises OSError."""
        gone = [one for one in self.ids(unit) if one != but]
        for identity in gone:
            path = self.path(unit, identity)
            with path.open("r+b") as file:
                file.write(bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        if gone:
            sync_folder(self.folder)
        return len(gone)

    def units(self) -> set[str]:
        """The units that have a key here."""
        return {path.name.split(".")[0] for path in self.folder.glob(f"*{SUFFIX}")}
