# SPDX-License-Identifier: Apache-2.0
"""Finds the pictures that a line names below a folder, and believes nothing but their digest."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from wayside.domain import Evidence
from wayside.record.evidence import picture_path

LARGEST = 20 * 2**20
"""Bytes of a picture."""
JPEG = b"\xff\xd8\xff"
"""How every JPEG begins."""


class PictureFolder:
    """A folder with pictures: a data directory, an unpacked bundle, or files named after their digests."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = None if folder is None else folder.resolve()

    def find(self, evidence: Evidence) -> bytes | None:
        """The picture, None where the folder does not hold the very one.

        The names are made from the digest, so that no line can name a file of its choice; links are not followed.
        """
        if self._folder is None:
            return None
        for name in (picture_path(evidence.sha256), f"pictures/{evidence.sha256}.jpg", f"{evidence.sha256}.jpg"):
            data = self._read(self._folder / name)
            if data is not None and data.startswith(JPEG) and hashlib.sha256(data).hexdigest() == evidence.sha256:
                return data
        return None

    def _read(self, path: Path) -> bytes | None:
        """The bytes of a plain file below the folder; None where there is none, or one that is too large."""
        try:
            if path.parent.resolve() != path.parent:
                return None
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as file:
                found = os.fstat(descriptor)
                return file.read() if stat.S_ISREG(found.st_mode) and found.st_size <= LARGEST else None
        except OSError:
            return None
