# SPDX-License-Identifier: Apache-2.0
"""Checks a range of the journal with the rows that it tells of; ranges are independent, so that every core has one.

The work goes column by column over a whole range rather than entry by entry: that is a third faster, and a check of a
year's record is long.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, select

from wayside.record.journal import KINDS, PREFIX
from wayside.record.rows import ENCODER, MORE, Row
from wayside.record.tables import journal, passage
from wayside.record.verify.chunks import chunk_roots
from wayside.record.verify.expected import Alike, add_up, count_up, counts_of
from wayside.record.verify.part import Part, Task
from wayside.record.verify.pictures import Listed, check_pictures, listed_pictures, unnamed_pictures
from wayside.record.verify.report import Finding
from wayside.record.verify.salvage import UNREADABLE, salvaged
from wayside.record.verify.sightings import check_photos
from wayside.record.verify.signed import Signed, stored
from wayside.record.verify.source import DamagedError

PASSAGE = "passage"
NOTED = frozenset({"amendment", "config", "erasure", "export", "hit", "hold", "sighting"})
"""Kinds whose payloads are compared with something else."""
KIND_BYTES = {name: name.encode("ascii") for name in KINDS}
SEQ, KIND, COMMITMENT, SALT, PAYLOAD, ERASED_BY, ROW = range(7)
"""Columns of an entry; those of its passage begin at ROW, `seq` first, all None where it has none."""
ID = ROW + 1
BATCH = 1024

Fetched = tuple[Any, ...]


def entries_alone(first: int, end: int) -> Select[Any]:
    """Entries without their passages, in order."""
    entry = journal.c
    columns = entry.seq, entry.kind, entry.commitment, entry.salt, entry.payload, entry.erased_by
    return select(*columns).where(entry.seq >= first, entry.seq < end).order_by(entry.seq)


def entries_between(first: int, end: int) -> Select[Any]:
    """Entries with their passages, in order."""
    joined = journal.outerjoin(passage, passage.c.seq == journal.c.seq)
    return entries_alone(first, end).add_columns(*passage.c).select_from(joined)


def check_range(task: Task) -> Part:
    """Checks a range; what the database can no longer read is named."""
    try:
        with uncollected(), task.source.open() as reader:
            signed = stored(reader, task.keys, task.first, task.end)
            check = RangeCheck(task, signed, listed_pictures(reader, task.first, task.end))
            for rows in reader.batches(entries_between(task.first, task.end), BATCH):
                check.take(rows)
            return check.finish()
    except (DamagedError, TypeError, ValueError):  # the latter two: a column that holds what its type forbids
        return check_damaged(task)


def check_damaged(task: Task) -> Part:
    """The same, slowly, around what cannot be read; the check of the whole file names what is damaged beside."""
    with task.source.open() as reader:
        signed = stored(reader, task.keys, task.first, task.end)
    listed: Listed | None = None
    try:
        with task.source.open() as reader:
            listed = listed_pictures(reader, task.first, task.end)
    except DamagedError:
        signed.findings.append(Finding("file-damaged", "picture"))
    check = RangeCheck(task, signed, listed)
    with task.source.open() as reader:
        for row in salvaged(reader, entries_between, entries_alone, task.first, task.end):
            check.take([sane(row)])
    return check.finish()


def sane(row: Fetched) -> Fetched:
    """The entry, as one that cannot be read where a column of it holds what its type forbids."""
    _, kind, committed, salt, payload, erased_by, *_ = row
    fits = isinstance(kind, str) and isinstance(committed, bytes) and isinstance(erased_by, int | None)
    fits = fits and isinstance(salt, bytes | None) and isinstance(payload, bytes | None)
    return row if fits else (row[SEQ], *[UNREADABLE] * (len(row) - 1))


class RangeCheck:
    """The check of one range, batch by batch: few rows at a time stay in the processor's own memory."""

    def __init__(self, task: Task, signed: Signed, listed: Listed | None) -> None:
        """`listed`: the pictures that the table has for each number; None where the table cannot be read."""
        self._task, self._listed = task, listed
        self._part = Part(signed=signed)
        self._next = task.first
        self._leaves: list[bytes | None] = []
        self._alike: Counter[Alike] = Counter()

    def take(self, rows: Sequence[Fetched]) -> None:
        """Checks some entries with their passages; they come in order."""
        part, stop = self._part, max(self._next, rows[-1][SEQ] + 1)
        placed = in_place(rows, self._next, stop, part)
        self._next = stop
        self._leaves += [None if row is None else leaf_of(row) for row in placed]
        there = [row for row in placed if row is not None]
        whole = whole_passages(there)
        for row in there if len(whole) < len(there) else ():
            if not whole_passages([row]):
                check_rare(row, part)
        passages = [(row, MORE.decode(row.more)) for row in recorded(whole, part)]
        part.sums.update(add_up(passages))
        self._alike.update(count_up(passages))
        if self._listed is not None:
            check_pictures(passages, self._listed, self._task, part)
        part.checked.update(entries=len(there), passages=len(passages))

    def finish(self) -> Part:
        """What the check came to, once all entries were taken."""
        part, task = self._part, self._task
        self._leaves += [None] * len(in_place([], self._next, task.end, part))
        part.chunks, part.partial = chunk_roots(task.first, self._leaves, {*task.wanted, *part.signed.roots})
        part.counts = counts_of(self._alike)
        if self._listed is not None:
            check_photos(self._listed, task, part)
        unnamed_pictures(self._listed or {}, part)
        return part


def in_place(rows: Sequence[Fetched], first: int, end: int, part: Part) -> Sequence[Fetched | None]:
    """The entries from `first` to before `end`, None for one that is missing; what is missing or repeated is noted."""
    if [row[SEQ] for row in rows] == list(range(first, end)):
        return rows
    placed: list[Fetched | None] = [None] * (end - first)
    for row in rows:
        if row[SEQ] < first or placed[row[SEQ] - first] is not None:
            part.find("entry-repeated", "journal", row[SEQ])
        else:
            placed[row[SEQ] - first] = row
    for begin, stop in gaps(placed):
        part.find("entry-removed", "journal", first + begin, last=first + stop - 1)
    return placed


def gaps(placed: Sequence[Fetched | None]) -> Iterator[tuple[int, int]]:
    """Where there is nothing: from the first place to the one after the last."""
    begin: int | None = None
    for place, row in enumerate([*placed, ()]):
        if row is None and begin is None:
            begin = place
        elif row is not None and begin is not None:
            yield begin, place
            begin = None


def leaf_of(row: Fetched) -> bytes | None:
    """The leaf hash of an entry; None where it cannot be read."""
    if row[COMMITMENT] is UNREADABLE:
        return None
    seq, kind, committed = row[:SALT]
    name = KIND_BYTES.get(kind) or str(kind).encode("utf-8", "surrogateescape")
    return sha256(b"\0" + seq.to_bytes(8, "big") + name + b"\0" + committed).digest()


def whole_passages(rows: Sequence[Fetched]) -> list[Fetched]:
    """The entries of passages that are there, and were not blanked: nearly all are."""
    return [
        row
        for row in rows
        if row[KIND] == PASSAGE
        and row[SALT] is not None
        and row[PAYLOAD] is None
        and row[ERASED_BY] is None
        and row[ROW] is not None
        and row[ROW] is not UNREADABLE
    ]


def recorded(rows: Sequence[Fetched], part: Part) -> Iterator[Row]:
    """The passages that are as they were recorded; the others are noted."""
    for row in rows:
        if sha256(PREFIX + row[SALT] + sha256(encoded(row[ID:])).digest()).digest() == row[COMMITMENT]:
            yield Row._make(row[ROW:])
        else:
            part.find("row-edited", PASSAGE, row[SEQ], row[ID])


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector, which would look again and again through rows of which none is in a cycle."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def encoded(columns: Fetched) -> bytes:
    """The payload of a passage; bytes that lead to no commitment where a column holds what no text can."""
    try:
        return ENCODER.encode(columns)
    except UnicodeEncodeError:
        return b""


def check_rare(row: Fetched, part: Part) -> None:
    """An entry that is no whole passage: of another kind, blanked, or damaged."""
    seq, kind, committed, salt, payload, erased_by, there = row[:ID]
    of_passage = kind == PASSAGE
    if committed is UNREADABLE:
        part.find("entry-unreadable", "journal", seq)
    elif kind not in KINDS:
        part.find("entry-unknown", "journal", seq)
    elif there is UNREADABLE:
        part.find("row-unreadable", PASSAGE, seq)
    elif there is not None and not of_passage:
        part.find("row-inserted", PASSAGE, seq, row[ID])
    elif salt is None and payload is None:
        part.blank(seq, kind, erased_by)
        if there is not None:
            part.find("row-left", PASSAGE, seq, row[ID])
    elif salt is None or erased_by is not None or (payload is None) != of_passage:
        part.find("blank-partial", "journal", seq)
    elif of_passage:
        part.find("row-removed", PASSAGE, seq)
    elif sha256(PREFIX + salt + sha256(payload).digest()).digest() != committed:
        part.find("entry-edited", "journal", seq)
    elif kind in NOTED:
        part.noted.append((seq, kind, payload))
