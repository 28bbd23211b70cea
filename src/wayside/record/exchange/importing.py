# SPDX-License-Identifier: Apache-2.0
"""Takes passages in from lines: each is in the record once, or is reported with what is wrong in its line."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO

from wayside.record.document import Document
from wayside.record.engine import DATABASE
from wayside.record.exchange.ahead import ahead
from wayside.record.exchange.batches import Batch, Counted, Reader, Stop
from wayside.record.exchange.pictures import PictureFolder
from wayside.record.exchange.report import Report
from wayside.record.no_hit import Keep, keep_all
from wayside.record.passages import known
from wayside.record.site import read_site
from wayside.record.store import Store
from wayside.record.uncollected import uncollected

Progress = Callable[[int], None]
"""Told how many bytes have been read so far."""


def never() -> bool:
    """Nobody wants an end."""
    return False


def silent(position: int) -> None:
    """Nobody watches."""


Deliver = Callable[[Batch], list[bool]]
"""Brings a batch to where it belongs; for each passage whether it was new."""


class Rehearsal:
    """Tells what would be new, and changes nothing."""

    def __init__(self, store: Store | None, keeps: Keep) -> None:
        self._store, self._keeps = store, keeps
        self._seen: set[bytes] = set()

    def __call__(self, batch: Batch) -> list[bool]:
        """For each passage whether it would be kept, and neither the record nor the lines before have it.

        Raises RecordError, UsageError.
        """
        there: set[str] = set()
        if self._store is not None:
            with self._store.reading() as connection:
                there = known(connection, [one.id for one in batch.passages])
        return [self._first(one.id) and one.id not in there and self._keeps(one) for one in batch.passages]

    def _first(self, identity: str) -> bool:
        short = bytes.fromhex(identity)
        first = short not in self._seen
        self._seen.add(short)
        return first


def bring(reader: Reader, deliver: Deliver, stop: Stop, progress: Progress, *, reads_ahead: bool = False) -> Report:
    """Reads every line until there is none or `stop` says so; what was read by then is delivered.

    `reads_ahead`: whether the next batch is read while one is delivered, for where a server has the work of that.
    Raises RecordError; batches that were delivered stay.
    """
    reading = ahead if reads_ahead else nullcontext
    with uncollected(), reading(reader.batches(stop)) as batches:  # a quarter of the time was the collector's
        for batch in batches:
            if batch.passages:
                tally(reader.report, batch, deliver(batch))
            progress(batch.position)
    return reader.report


def tally(report: Report, batch: Batch, new: list[bool]) -> None:
    """Counts what became of a batch."""
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
    keeps: Keep = keep_all,
    pictures: Path | None = None,
    stop: Stop = never,
    progress: Progress = silent,
) -> Report:
    """What `take_in` would do; nothing is changed, and the record may not even be there.

    `keeps`: what the site would keep. Raises RecordError, UsageError.
    """
    reader = Reader(Counted(file), Report(dry_run=True), PictureFolder(pictures))
    return bring(reader, Rehearsal(store, keeps), stop, progress)


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
    `pictures`: where the pictures that the lines name may lie. Raises RecordError; what was in by then stays.
    """
    begun = {"person": person, "import_id": uuid.uuid4().hex, "file": name}
    note(store, "begun", begun)
    reader = Reader(Counted(file), Report(dry_run=False), PictureFolder(pictures))
    served = store.site.database is not None
    report = bring(reader, lambda one: store.add_many(one.passages, one.pictures), stop, progress, reads_ahead=served)
    note(store, "finished", {**begun, **report.counts})
    return report
