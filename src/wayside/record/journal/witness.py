# SPDX-License-Identifier: Apache-2.0
"""A witness: a file, best on another machine, that keeps checkpoints and takes none that contradicts an earlier one.

Whoever holds the signing key can write the whole journal anew; not so what a witness keeps. The file is text: signed
notes, each followed by an empty line. It is only ever appended to.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from wayside.record.journal.checkpoint import Checkpoint
from wayside.record.journal.errors import InconsistentError, KeyFileError
from wayside.record.journal.keys import KeyList
from wayside.record.journal.tree import check_consistency

Prove = Callable[[int, int], Sequence[bytes]]
"""Gives the consistency proof between two sizes of the journal."""


def split_notes(text: str) -> tuple[list[str], str]:
    """The notes of a witness's file, and what stands after the last whole one: half a note where a write was cut off.

    The empty line after the last note may be missing, so that a file with a single note will do.
    """
    ended = text if text.endswith("\n\n") or not text.endswith("\n") else f"{text}\n"
    blocks = ended.split("\n\n")
    whole = (len(blocks) - 1) // 2 * 2
    pairs = zip(blocks[:whole:2], blocks[1:whole:2], strict=True)
    return [f"{body}\n\n{signatures}\n" for body, signatures in pairs], "\n\n".join(blocks[whole:])


def read_notes(path: Path) -> list[str]:
    """The notes that a witness keeps, oldest first, unchecked; half a note at the end is left out.

    Raises KeyFileError where the file cannot be read.
    """
    try:
        return split_notes(path.read_text("utf-8", "surrogateescape"))[0]
    except OSError as error:
        raise KeyFileError(
            f"{path}: the kept checkpoints cannot be read; name the file that the witness wrote"
        ) from error


class Witness:
    """The checkpoints that one file keeps of one journal."""

    def __init__(self, path: Path, keys: KeyList) -> None:
        """`keys`: whose signatures are taken. The file is made with the first checkpoint."""
        self._path, self._keys = path, keys

    def add(self, note: str, prove: Prove) -> bool:
        """Keeps a checkpoint that continues the latest one; False where it is the latest one.

        `prove` is asked for the proof that the journal only grew. Raises MalformedError, SignatureError; OSError;
        InconsistentError where the checkpoint is of another journal, or the journal was cut or rewritten.
        """
        new = self._keys.open(note)
        with self._opened() as descriptor:
            kept, rest = split_notes(
                os.read(descriptor, os.fstat(descriptor).st_size).decode("utf-8", "surrogateescape")
            )
            old = self._keys.open(kept[-1]) if kept else None
            if old is not None and not self._continues(old, new, prove):
                return False
            if rest:
                os.ftruncate(descriptor, len("".join(f"{one}\n" for one in kept).encode("utf-8", "surrogateescape")))
            os.write(descriptor, f"{note}\n".encode())
            os.fsync(descriptor)
        return True

    @staticmethod
    def _continues(old: Checkpoint, new: Checkpoint, prove: Prove) -> bool:
        """Whether `new` is later than `old`; raises InconsistentError where it cannot come after it."""
        if new.origin != old.origin:
            raise InconsistentError(f"the witness keeps checkpoints of {old.origin}, not of {new.origin}")
        if new.size < old.size:
            raise InconsistentError(f"the witness has seen {old.size} entries; the journal was cut to {new.size}")
        proof = prove(old.size, new.size)
        if not check_consistency(old.size, new.size, old.root, new.root, proof):
            raise InconsistentError(f"the first {old.size} entries are not those that the witness has seen")
        return new.size > old.size

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """The file for appending, alone."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)
