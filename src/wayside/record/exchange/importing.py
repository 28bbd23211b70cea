# SPDX-License-Identifier: Apache-2.0
"""Takes passages in from lines: each is in the record once, or is reported with what is wrong in its line."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from wayside.domain import Passage
from wayside.record.document import Document
from wayside.record.engine import DATABASE
from wayside.record.exchange.incoming import LONGEST_LINE, Fault, FaultError, read_line
from wayside.record.exchange.pictures import PictureFolder
from wayside.record.passages import known
from wayside.record.site import read_site
from wayside.record.store import Store

BATCH = 3000
"""Passages that are made durable together: a third of a second, for which others wait with what they write."""
BATCH_BYTES = 32 * 2**20
"""Of pictures, after which a batch ends sooner."""
MOST_LISTED = 10_000
"""Rejected lines that a report lists; the rest are counted."""
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Stop = Callable[[], bool]
Progress = Callable[[int], None]
"""Told how many bytes have been read so far."""


def never() -> bool:
    """Nobody wants an end."""
    return False


def silent(position: int) -> None:
    """Nobody watches."""


@dataclass(slots=True)
class Report:
    """What became of the lines of one file."""

    dry_run: bool
    lines: int = 0
    """Read, empty ones left out."""
    new: int = 0
    """Passages that the record did not have."""
    known: int = 0
    """Passages whose id it had, or that stand in the file twice."""
    rejected: int = 0
    faults: list[tuple[int, Fault]] = field(default_factory=list)
    """The first MOST_LISTED rejected lines: number from 1, and what is wrong."""
    pictures_taken: int = 0
    pictures_missing: int = 0
    """Named by new passages and not at hand: the passages say so of themselves."""
    sha256: str = ""
    """Of what was read of the file."""
    stopped: bool = False
    """Whether somebody ended it before the end of the file."""

    def reject(self, number: int, fault: Fault) -> None:
        """Counts a line that was refused, and lists it while there is room."""
        self.rejected += 1
        if len(self.faults) < MOST_LISTED:
            self.faults.append((number, fault))

    @property
    def counts(self) -> Document:
        """The numbers, without the lines."""
        return {
            "lines": self.lines,
            "new": self.new,
            "known": self.known,
            "rejected": self.rejected,
            "pictures_taken": self.pictures_taken,
            "pictures_missing": self.pictures_missing,
            "sha256": self.sha256,
            "stopped": self.stopped,
        }

    @property
    def document(self) -> Document:
        """The report as JSON; the shape is `import-report.schema.json`."""
        faults = [{"line": number, "where": fault.where, "what": fault.what} for number, fault in self.faults]
        return {"dry_run": self.dry_run, **self.counts, "faults": faults}


@dataclass(slots=True)
class Batch:
    """Passages that wait to be made durable together, with the pictures at hand."""

    passages: list[Passage] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    bytes: int = 0

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
        data = self._file.readline(LONGEST_LINE + 2)
        self._digest.update(data)
        self.position += len(data)
        return data

    def lines(self) -> Iterator[bytes]:
        """The lines, each with its break; of one that is too long, just enough to see that it is. Raises OSError."""
        while line := self._piece():
            rest = line
            while len(rest) == LONGEST_LINE + 2 and not rest.endswith(b"\n"):
                rest = self._piece()
            yield line

    @property
    def sha256(self) -> str:
        """Of what was read so far."""
        return self._digest.hexdigest()


Deliver = Callable[[Batch], list[bool]]
"""Brings a batch to where it belongs; for each passage whether it was new."""


class Rehearsal:
    """Tells what would be new, and changes nothing."""

    def __init__(self, store: Store | None) -> None:
        self._store = store
        self._seen: set[bytes] = set()

    def __call__(self, batch: Batch) -> list[bool]:
        """For each passage whether neither the record nor the lines before have it. Raises RecordError."""
        there: set[str] = set()
        if self._store is not None:
            with self._store.reading() as connection:
                there = known(connection, [one.id for one in batch.passages])
        return [self._first(one.id) and one.id not in there for one in batch.passages]

    def _first(self, identity: str) -> bool:
        short = bytes.fromhex(identity)
        first = short not in self._seen
        self._seen.add(short)
        return first


@dataclass(slots=True)
class Run:
    """One file on its way in."""

    source: Counted
    report: Report
    folder: PictureFolder
    deliver: Deliver
    batch: Batch = field(default_factory=Batch)

    def all(self, stop: Stop, progress: Progress) -> None:
        """Reads every line until there is none or `stop` says so; what was read by then is delivered.

        Raises RecordError, OSError; batches that were delivered stay.
        """
        for number, line in enumerate(self.source.lines(), 1):
            self._line(number, line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line)
            if self.batch.full:
                self._flush()
                progress(self.source.position)
            if stop():
                self.report.stopped = True
                break
        self._flush()
        progress(self.source.position)
        self.report.sha256 = self.source.sha256

    def _line(self, number: int, line: bytes) -> None:
        if line.isspace() or not line:
            return
        self.report.lines += 1
        try:
            self.batch.add(read_line(line), self.folder)
        except FaultError as error:
            self.report.reject(number, error.fault)

    def _flush(self) -> None:
        """Delivers what waits, and counts what became of it."""
        batch, self.batch = self.batch, Batch()
        if not batch.passages:
            return
        new = self.deliver(batch)
        report = self.report
        report.new += sum(new)
        report.known += len(new) - sum(new)
        named = [one for passage, is_new in zip(batch.passages, new, strict=True) if is_new for one in passage.evidence]
        report.pictures_missing += sum(one.sha256 not in batch.pictures for one in named)
        report.pictures_taken += sum(one.sha256 in batch.pictures for one in named)


def note(store: Store, what: str, said: Document) -> None:
    """Tells the journal of an import; raises RecordError."""
    with store.writing() as transaction:
        transaction.append("import", {"at": transaction.at, "what": what, **said})


def is_record(data_dir: Path) -> bool:
    """Whether a data directory holds a record already; raises UsageError for a broken site.toml."""
    return read_site(data_dir).database is not None or (data_dir / DATABASE).exists()


def rehearse(
    store: Store | None,
    file: BinaryIO,
    *,
    pictures: Path | None = None,
    stop: Stop = never,
    progress: Progress = silent,
) -> Report:
    """What `take_in` would do; nothing is changed, and the record may not even be there.

    Raises RecordError, OSError.
    """
    report = Report(dry_run=True)
    Run(Counted(file), report, PictureFolder(pictures), Rehearsal(store)).all(stop, progress)
    return report


def take_in(
    store: Store,
    file: BinaryIO,
    *,
    name: str,
    person: str,
    pictures: Path | None = None,
    stop: Stop = never,
    progress: Progress = silent,
) -> Report:
    """Takes in every line that is a passage, in batches, each durable before the next begins.

    The journal tells of it twice, before the first passage and after the last. `name`: of the file, for the journal;
    `pictures`: where the pictures that the lines name may lie. Raises RecordError, OSError; what was in by then stays.
    """
    begun = {"person": person, "import_id": uuid.uuid4().hex, "file": name}
    note(store, "begun", begun)
    report = Report(dry_run=False)
    run = Run(
        Counted(file), report, PictureFolder(pictures), lambda batch: store.add_many(batch.passages, batch.pictures)
    )
    run.all(stop, progress)
    note(store, "finished", {**begun, **report.counts})
    return report
