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
        self._settled: set[str] = set()
        """Folders whose own names this process has made safe."""

    def prepare(self) -> None:
        """Makes the folders, and removes what a killed writer left half done.

        Raises OSError.
        """
        make_folders(self._unfinished)
        sync_folder(self._root)  # a writer that was killed may have made names that are not safe yet
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
        self._settle(path.parent)
        if path.exists():
            sync_folder(path.parent)  # whoever wrote it may have been killed before that
            return
        try:
            self._write(path, data)
            sync_folder(path.parent)
        except OSError:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)  # after a sync that failed, another that succeeds proves nothing
            raise

    def _settle(self, folder: Path) -> None:
        """Makes a folder below the data directory, with a name that survives a power cut."""
        if folder == self._root or str(folder) in self._settled:
            return
        self._settle(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)
        self._settled.add(str(folder))

    def _write(self, path: Path, data: bytes) -> None:
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
