# SPDX-License-Identifier: Apache-2.0
"""Reads a file of lines into batches of passages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from wayside.domain import Passage, RecordError
from wayside.record.exchange.incoming import LONGEST_LINE, FaultError, read_line
from wayside.record.exchange.pictures import PictureFolder
from wayside.record.exchange.report import Report

BATCH = 3000
"""Passages that are made durable together: a third of a second, for which others wait with what they write."""
BATCH_BYTES = 32 * 2**20
"""Of pictures, after which a batch ends sooner."""
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Stop = Callable[[], bool]


@dataclass(slots=True)
class Batch:
    """Passages that wait to be made durable together, with the pictures at hand."""

    passages: list[Passage] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    bytes: int = 0
    position: int = 0
    """Bytes of the file up to the end of the batch."""

    def add(self, passage: Passage, folder: PictureFolder) -> None:
        """Adds a passage, with those of its pictures that the folder holds."""
        self.passages.append(passage)
        for evidence in passage.evidence:
            if evidence.sha256 not in self.pictures and (data := folder.find(evidence)) is not None:
                self.pictures[evidence.sha256] = data
                self.bytes += len(data)

    @property
    def full(self) -> bool:
        return len(self.passages) >= BATCH or self.bytes >= BATCH_BYTES


class Counted:
    """A file that is read once, forwards; knows how much was read, and its digest."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._digest = file, hashlib.sha256()
        self.position = 0

    def _piece(self) -> bytes:
        try:
            data = self._file.readline(LONGEST_LINE + 2)
        except OSError as error:
            raise RecordError(
                f"the lines cannot be read further ({error.strerror}); what is in stays, mend the disk and go on"
            ) from error
        self._digest.update(data)
        self.position += len(data)
        return data

    def lines(self) -> Iterator[bytes]:
        """The lines, each with its break; of one that is too long, just enough to see that it is.

        Raises RecordError where the file cannot be read.
        """
        while line := self._piece():
            rest = line
            while len(rest) == LONGEST_LINE + 2 and not rest.endswith(b"\n"):
                rest = self._piece()
            yield line

    @property
    def sha256(self) -> str:
        """Of what was read so far."""
        return self._digest.hexdigest()


@dataclass(slots=True)
class Reader:
    """A file on its way in; what is wrong with its lines goes to the report."""

    source: Counted
    report: Report
    folder: PictureFolder

    def batches(self, stop: Stop) -> Iterator[Batch]:
        """The passages of all lines until there is none or `stop` says so; the last batch may be empty.

        Raises RecordError where the file cannot be read.
        """
        batch = Batch()
        for number, line in enumerate(self.source.lines(), 1):
            self._take(batch, number, line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line)
            if batch.full:
                yield self._ended(batch)
                batch = Batch()
            if stop():
                self.report.stopped = True
                break
        yield self._ended(batch)

    def _take(self, batch: Batch, number: int, line: bytes) -> None:
        if line.isspace() or not line:
            return
        self.report.lines += 1
        try:
            batch.add(read_line(line), self.folder)
        except FaultError as error:
            self.report.reject(number, error.fault)

    def _ended(self, batch: Batch) -> Batch:
        batch.position, self.report.sha256 = self.source.position, self.source.sha256
        return batch
