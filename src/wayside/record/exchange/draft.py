# SPDX-License-Identifier: Apache-2.0
"""Writes a file under another name until it is whole and on the disk, so that its own name never means half a file."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import io
import os
from pathlib import Path
from typing import Any, Self

from wayside.domain import RecordError
from wayside.record.evidence import sync_folder

SUFFIX = ".draft"
OWNER_ONLY = 0o600
"""An export holds plates: nobody else on the machine is let in unless its owner lets them."""


class Digesting(io.RawIOBase):
    """A binary stream that only goes forward, counts its bytes and knows their SHA-256."""

    def __init__(self, out: io.RawIOBase | Any) -> None:
        super().__init__()
        self._out, self._digest = out, hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """Writes all of it; raises OSError."""
        view = memoryview(data).cast("B")
        self._digest.update(view)
        self.size += len(view)
        self._out.write(view)
        return len(view)

    def tell(self) -> int:
        return self.size

    @property
    def sha256(self) -> str:
        """Of what was written so far, in hexadecimal digits."""
        return self._digest.hexdigest()


def dead(draft: Path) -> bool:
    """Whether nobody writes a draft any more: who does holds its lock. Raises OSError."""
    try:
        with draft.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, FileNotFoundError):
        return False
    return True


def left_behind(folder: Path, name: str | None = None) -> list[Path]:
    """Drafts (of `name` only) that killed processes left. Raises OSError."""
    lead = "." if name is None else f".{name}."
    return sorted(path for path in folder.glob(f".*{SUFFIX}") if path.name.startswith(lead) and dead(path))


def sweep(folder: Path, name: str | None = None) -> int:
    """Removes the drafts (of `name` only) that killed processes left; how many. Raises OSError."""
    found = left_behind(folder, name)
    for draft in found:
        draft.unlink(missing_ok=True)
    return len(found)


class Draft:
    """A file that is not there until `keep`; left by any other way, it never was."""

    def __init__(self, path: Path, token: str) -> None:
        """`token`: what no other draft of this name has. Raises RecordError where nothing can be written there."""
        self.path = path
        self._draft = path.with_name(f".{path.name}.{token}{SUFFIX}")
        try:
            sweep(path.parent, path.name)
            descriptor = os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError as error:
            raise failure(path, error) from error
        self._file = os.fdopen(descriptor, "wb", buffering=1 << 20)
        self.out = Digesting(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        """Removes the draft unless it was kept."""
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(FileNotFoundError):
            self._draft.unlink()

    def finish(self) -> None:
        """Puts all that was written on the disk, still under the draft's name; raises RecordError."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise failure(self.path, error) from error

    def keep(self) -> None:
        """Gives the file its name, in the place of an older one; raises RecordError."""
        self.finish()
        try:
            os.replace(self._draft, self.path)
            sync_folder(self.path.parent)
        except OSError as error:
            raise failure(self.path, error) from error


def failure(path: Path, error: OSError) -> RecordError:
    """What to tell of a file that cannot be written."""
    return RecordError(f"{path}: cannot be written ({error.strerror}); free some space, or name another --output")
