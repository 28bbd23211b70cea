# SPDX-License-Identifier: Apache-2.0
"""Takes passages out of the record, never without a trace: the journal knows before the first byte is written."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO, cast

from wayside.domain import Passage, Purpose, RecordError, UsageError
from wayside.record.cameras import cameras
from wayside.record.document import Document
from wayside.record.evidence import make_folders
from wayside.record.exchange import kept
from wayside.record.exchange.bundle import write_bundle
from wayside.record.exchange.draft import Digesting, Draft, failure
from wayside.record.exchange.exhibits import collect, picture_reader, signer
from wayside.record.exchange.forms import FORMS, Context
from wayside.record.exchange.mark import Mark
from wayside.record.exchange.ranges import Ranges
from wayside.record.exchange.selection import Selection
from wayside.record.rows import Row, moment, passage_of
from wayside.record.store import Store, Transaction

BUNDLE, BUNDLE_SUFFIX = "bundle", ".zip"
FORMATS = {**{name: form.suffix for name, form in FORMS.items()}, BUNDLE: BUNDLE_SUFFIX}
"""What `wayside export --format` takes, with the suffix of its files."""
MANIFEST_FORMAT = "wayside.export/v1"
STEP = 1000
"""Passages between two reports of progress."""

Progress = Callable[[int], None]
"""Told how many passages have been written so far."""


def silent(count: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be taken out, by whom, and in which form."""

    selection: Selection
    purpose: Purpose
    format: str
    """A key of FORMATS."""


@dataclass(frozen=True, slots=True)
class Done:
    """An export that is whole."""

    mark: Mark
    format: str
    """A key of FORMATS."""
    path: Path | None
    """None where it went to a stream."""
    passages: int
    bytes: int
    sha256: str
    entry: int
    """Of the journal."""
    manifest_sha256: str | None = None
    """Of the file beside it, where there is one."""

    @property
    def manifest(self) -> Document:
        """What lies beside the file; the shape is `export-manifest.schema.json`."""
        return {
            "format": MANIFEST_FORMAT,
            "export": self.mark.document,
            "notice": self.mark.notice,
            "form": self.format,
            "file": self.path and self.path.name,
            "passages": self.passages,
            "bytes": self.bytes,
            "sha256": self.sha256,
            "entry": self.entry,
        }


@dataclass(slots=True)
class Tally:
    """Counts passages on their way out."""

    progress: Progress
    passages: int = 0
    ranges: Ranges = field(default_factory=Ranges)

    def counted(self, rows: Iterator[Row]) -> Iterator[Row]:
        """The same rows, counted."""
        for row in rows:
            self.passages += 1
            self.ranges.add(row.seq)
            if self.passages % STEP == 0:
                self.progress(self.passages)
            yield row
        self.progress(self.passages)


@dataclass(frozen=True, slots=True)
class Begun:
    """An export that the journal knows of."""

    store: Store
    order: Order
    mark: Mark
    entry: int

    def write(self, out: BinaryIO, tally: Tally) -> None:
        """Writes all passages; raises RecordError, UsageError, OSError."""
        rows = tally.counted(self.order.selection.rows(self.store, self.entry))
        if self.order.format == BUNDLE:
            contents = collect(self.store, rows, self.mark, self.entry)
            write_bundle(contents, picture_reader(self.store, contents), signer(self.store), out)
            return
        with self.store.reading() as connection:
            places = cameras(connection)
        passages: Iterator[Passage] = map(passage_of, rows)
        FORMS[self.order.format].write(passages, out, Context(self.mark, places))

    def done(self, out: Digesting, tally: Tally, path: Path | None) -> Done:
        """What was written."""
        return Done(self.mark, self.order.format, path, tally.passages, out.size, out.sha256, self.entry)

    def finish(self, transaction: Transaction, done: Done) -> None:
        """Tells the journal what left, so that the file and its manifest can be known again by their digests."""
        said: Document = {"passages": done.passages, "bytes": done.bytes, "sha256": done.sha256}
        if done.path is not None:
            inside = done.path.parent == self.store.data_dir / kept.FOLDER
            said |= {"file": done.path.name, "manifest": done.manifest_sha256, "kept": inside}
        transaction.append("export", {**self.said(transaction, "finished"), **said})

    def said(self, transaction: Transaction, what: str) -> Document:
        """What every entry of this export begins with."""
        return {
            "at": transaction.at,
            "person": self.mark.purpose.person,
            "what": what,
            "export_id": self.mark.export_id,
            "reason": self.mark.purpose.reason,
            "reference": self.mark.purpose.reference,
        }


def begin(transaction: Transaction, store: Store, order: Order, target: str) -> Begun:
    """Tells the journal of an export before anything is written, and has the journal signed with that."""
    mark = Mark(uuid.uuid4().hex, moment(transaction.now_ms), order.purpose)
    begun = Begun(store, order, mark, transaction.ledger.size)
    asked = {"format": order.format, "criteria": order.selection.document, "target": target}
    transaction.append("export", {**begun.said(transaction, "begun"), **asked})
    transaction.ledger.sign(transaction.connection, transaction.now_ms)
    return begun


def makeable() -> list[str]:
    """The forms that can be made here: Parquet only where its extra is installed."""
    return [name for name in FORMATS if name != "parquet" or find_spec("pyarrow") is not None]


def check(order: Order) -> None:
    """Raises UsageError for a form that is not there."""
    if order.format not in FORMATS:
        raise UsageError(f"{order.format!r} is no form of export; choose one of {', '.join(FORMATS)}")


def check_path(store: Store, path: Path) -> None:
    """Raises UsageError for a path that is no place for an export."""
    if path.is_dir():
        raise UsageError(f"{path} is a directory; name a file in it")
    if path.absolute().resolve().is_relative_to(store.data_dir.resolve()):
        raise UsageError(f"{path} lies within the record; leave --output out, so that erasure can reach the export")


def export_to_stream(store: Store, order: Order, out: BinaryIO, progress: Progress = silent) -> Done:
    """Writes an export to a stream that is never asked to seek; raises RecordError, UsageError, OSError."""
    check(order)
    with store.writing() as transaction:
        begun = begin(transaction, store, order, "stream")
    tally, digesting = Tally(progress), Digesting(out)
    begun.write(cast(BinaryIO, digesting), tally)
    done = begun.done(digesting, tally, None)
    with store.writing() as transaction:
        begun.finish(transaction, done)
    return done


def export_to_file(store: Store, order: Order, path: Path, progress: Progress = silent) -> Done:
    """Writes an export to a file that has its name only once it is whole, with its manifest beside it.

    Raises RecordError, UsageError.
    """
    check(order)
    check_path(store, path)
    with store.writing() as transaction:
        begun = begin(transaction, store, order, str(path.absolute()))
    with written(begun, path, progress) as (draft, done, _):
        draft.keep()
    with store.writing() as transaction:
        begun.finish(transaction, done)
    return done


def export_kept(store: Store, order: Order, progress: Progress = silent) -> Done:
    """Writes an export that the system keeps below its data directory, where erasure reaches it.

    Raises RecordError, UsageError.
    """
    check(order)
    folder = store.data_dir / kept.FOLDER
    make_folders(folder.absolute())
    with store.writing() as transaction:
        begun = begin(transaction, store, order, kept.FOLDER)
        name = f"{begun.mark.at:%Y%m%dT%H%M%SZ}-{begun.mark.export_id[:8]}{FORMATS[order.format]}"
        kept.claim(transaction, name, order.purpose.person, begun.entry)
    try:
        with written(begun, folder / name, progress) as (draft, done, tally), store.writing() as transaction:
            kept.settle(transaction, name, tally.ranges.document())
            begun.finish(transaction, done)
            draft.keep()
    except BaseException:
        give_up(store, name)
        raise
    return done


def give_up(store: Store, name: str) -> None:
    """Takes back what is there of a kept export; where even that fails, its row still lets erasure find it."""
    with suppress(RecordError, OSError):
        kept.remove(store.data_dir, [name])
        with store.writing() as transaction:
            kept.forget(transaction.connection, [name])


@contextmanager
def written(begun: Begun, path: Path, progress: Progress) -> Iterator[tuple[Draft, Done, Tally]]:
    """A draft that holds the whole export, its manifest in place; the block gives it its name.

    Raises RecordError, UsageError.
    """
    with Draft(path, begun.mark.export_id) as draft:
        tally = Tally(progress)
        try:
            begun.write(cast(BinaryIO, draft.out), tally)
        except OSError as error:
            raise failure(path, error) from error
        draft.finish()
        done = begun.done(draft.out, tally, path)
        if begun.order.format == BUNDLE:
            yield draft, done, tally
            return
        beside = path.with_name(f"{path.name}{kept.MANIFEST_SUFFIX}")
        digest = write_manifest(beside, done)
        try:
            yield draft, replace(done, manifest_sha256=digest), tally
        except BaseException:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise


def write_manifest(path: Path, done: Done) -> str:
    """Writes the manifest; its SHA-256. Raises RecordError."""
    with Draft(path, done.mark.export_id) as draft:
        draft.out.write(json.dumps(done.manifest, ensure_ascii=False, indent=1).encode() + b"\n")
        draft.keep()
        return draft.out.sha256
