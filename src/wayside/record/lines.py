# SPDX-License-Identifier: Apache-2.0
"""Writes one JSON object a line, each line whole and on the disk before the next begins."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from pathlib import Path
from typing import Self

from wayside.domain import RecordError
from wayside.record.document import Document

STANDARD_OUTPUT = Path("-")


def encoded(document: Document) -> bytes:
    """A JSON object as one line, with its line break."""
    return json.dumps(document, ensure_ascii=False).encode(errors="replace") + b"\n"


class Lines:
    """A JSONL file that starts empty; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """Opens the file, emptied of what an earlier run left; `-` is standard output.

        Raises RecordError where it cannot be written.
        """
        self._path = path
        self._lock = threading.Lock()
        try:
            self._descriptor = (
                os.dup(sys.stdout.fileno())
                if path == STANDARD_OUTPUT
                else os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o644)
            )
        except OSError as error:
            raise self._failure(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        os.close(self._descriptor)

    def write(self, document: Document) -> None:
        """Adds one line; when this returns it is on the disk. Raises RecordError."""
        line = encoded(document)
        try:
            with self._lock:
                self._write_whole(line)
        except OSError as error:
            raise self._failure(error) from error

    def _write_whole(self, line: bytes) -> None:
        """One call writes the line; what a full disk cut off is taken back, so that no half line stays."""
        written = os.write(self._descriptor, line)
        while written < len(line):
            try:
                written += os.write(self._descriptor, line[written:])
            except OSError:
                with contextlib.suppress(OSError):
                    os.ftruncate(self._descriptor, os.fstat(self._descriptor).st_size - written)
                raise
        with contextlib.suppress(OSError):  # pipes and terminals cannot be synced
            os.fsync(self._descriptor)

    def _failure(self, error: OSError) -> RecordError:
        return RecordError(f"{self._path}: cannot be written ({error.strerror}); name another --output file")
