# SPDX-License-Identifier: Apache-2.0
"""Keeps pictures under the SHA-256 of their bytes, so that a file that is there is whole."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from wayside.domain import Evidence, EvidenceRole

FOLDER = "evidence"


def picture_path(sha256: str) -> str:
    """Where a JPEG picture lies, relative to the data directory."""
    return f"{FOLDER}/{sha256[:2]}/{sha256[2:4]}/{sha256}.jpg"


def evidence_for(role: EvidenceRole, data: bytes) -> Evidence:
    """What a JPEG picture is called in the record: its digest, and its path relative to the data directory."""
    sha256 = hashlib.sha256(data).hexdigest()
    return Evidence(role, sha256, picture_path(sha256))


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folders(folder: Path) -> None:
    """Makes a folder and those above it, each synced into the one that holds it."""
    if not folder.is_dir():
        make_folders(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


class Pictures:
    """The evidence files below one data directory; the caller lets in one writer at a time."""

    def __init__(self, data_dir: Path) -> None:
        self._root = data_dir
        self._unfinished = data_dir / FOLDER / "unfinished"

    def prepare(self) -> None:
        """Makes the folders, and removes what a killed writer left half done.

        Raises OSError.
        """
        make_folders(self._unfinished)
        for leftover in self._unfinished.iterdir():
            leftover.unlink(missing_ok=True)

    def path(self, evidence: Evidence) -> Path:
        """Where the picture lies."""
        return self._root / evidence.path

    def sizes(self, evidence: Iterable[Evidence]) -> dict[str, int]:
        """Bytes of those pictures that are there, by SHA-256; raises OSError."""
        there = {one.sha256: self.path(one) for one in evidence}
        return {digest: path.stat().st_size for digest, path in there.items() if path.exists()}

    def keep(self, evidence: Evidence, data: bytes) -> None:
        """Writes a picture so that it is whole or not there, and still there after a power cut.

        Raises OSError, as on a full disk; then nothing of the picture remains.
        """
        path = self.path(evidence)
        if path.exists():
            return
        make_folders(path.parent)
        draft = self._unfinished / path.name
        try:
            with draft.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(path)
        except OSError:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
