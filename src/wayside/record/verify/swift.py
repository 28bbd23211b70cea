# SPDX-License-Identifier: Apache-2.0
"""Checks a range of entries swiftly, as long as all passages in it are there and as they were recorded.

Nearly all ranges are so. Of any other nothing is said here but that: the careful check (`entries`) then names what is
wrong. Passages go column by column, some hundreds at a time, through calls that do not come back to Python in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from itertools import zip_longest
from struct import Struct
from typing import Any

import msgspec
from sqlalchemy import Select, and_, not_, select

from wayside.record.journal import PREFIX
from wayside.record.rows import ENCODER
from wayside.record.tables import journal, passage
from wayside.record.verify.entry import KIND_BYTES, PASSAGE, check_rare, entries_between, leaf_of
from wayside.record.verify.expected import Searched, add_up
from wayside.record.verify.part import Part, Task
from wayside.record.verify.pictures import Listed, check_pictures
from wayside.record.verify.source import RowReader

BATCH = 1024
"""Rows at a time: so few stay in the processor's own memory."""
LEAF = Struct(f">xQ{len(PASSAGE) + 1}s32s").pack
"""What the leaf of an entry is the hash of: 0, its number, its kind with the 0 that ends it, its commitment."""
KIND = KIND_BYTES[PASSAGE] + b"\0"
MANY = msgspec.json.Decoder(list[Searched])


def is_whole() -> Any:
    """The entry of a passage that was not blanked, nor anything else done to it."""
    entry = journal.c
    return and_(entry.kind == PASSAGE, entry.salt.is_not(None), entry.payload.is_(None), entry.erased_by.is_(None))


def whole_between(first: int, end: int) -> Select[Any]:
    """Number, commitment and salt of the entries of passages, in order."""
    entry = journal.c
    query = select(entry.seq, entry.commitment, entry.salt).where(entry.seq >= first, entry.seq < end, is_whole())
    return query.order_by(entry.seq)


def passages_between(first: int, end: int) -> Select[Any]:
    """The passages themselves, in the order of their entries."""
    return select(*passage.c).where(passage.c.seq >= first, passage.c.seq < end).order_by(passage.c.seq)


def others_between(first: int, end: int) -> Select[Any]:
    """The entries of anything else, in order."""
    return entries_between(first, end).where(not_(is_whole()))


def checked_swiftly(task: Task, reader: RowReader, part: Part, listed: Listed) -> bool:
    """Checks a range and fills `part`, of which nothing can be taken where the answer is no.

    Raises ValueError, TypeError where a column holds what its type forbids.
    """
    check = SwiftCheck(task, part, listed)
    entries = reader.batches(whole_between(task.first, task.end), BATCH)
    rows = reader.batches(passages_between(task.first, task.end), BATCH)
    for some in zip_longest(entries, rows, fillvalue=()):  # read apart: joined they take longer
        if not check.take(*some):
            return False
    if check.left:
        check.take_others(reader.all(others_between(task.first, task.end)))
    return not check.left and check.each_once


class SwiftCheck:
    """The check of one range."""

    def __init__(self, task: Task, part: Part, listed: Listed) -> None:
        self._task, self._part, self._listed = task, part, listed
        self._taken = 0
        self._leaves: list[bytes | None] = [None] * (task.end - task.first)
        part.leaves = self._leaves

    @property
    def left(self) -> int:
        """How many entries were not met."""
        return self._leaves.count(None)

    @property
    def each_once(self) -> bool:
        """Whether no entry was met twice."""
        return self._taken == len(self._leaves)

    def take(self, entries: Sequence[tuple[Any, ...]], rows: Sequence[tuple[Any, ...]]) -> bool:
        """Takes some entries of passages with their rows; whether they have their places, and are as recorded."""
        seqs, commitments, salts = zip(*entries, strict=True)
        if min(seqs) < self._task.first or max(seqs) >= self._task.end or seqs != tuple([row[0] for row in rows]):
            return False
        digests = [sha256(one).digest() for one in ENCODER.encode_lines([row[1:] for row in rows]).splitlines()]
        salted = zip(salts, digests, strict=True)
        if commitments != tuple([sha256(PREFIX + salt + digest).digest() for salt, digest in salted]):
            return False
        self._place(seqs, commitments)
        mores = MANY.decode("[" + ",".join([row[-1] for row in rows]) + "]")
        add_up(rows, mores, self._part.sums, self._part.alike)
        check_pictures(rows, mores, self._listed, self._task, self._part)
        self._part.checked.update(entries=len(rows), passages=len(rows))
        return True

    def _place(self, seqs: Sequence[int], commitments: Sequence[bytes]) -> None:
        """Makes the leaves of entries of passages."""
        first, leaves = self._task.first, self._leaves
        self._taken += len(seqs)
        made = [sha256(LEAF(seq, KIND, committed)).digest() for seq, committed in zip(seqs, commitments, strict=True)]
        place = seqs[0] - first
        if seqs == tuple(range(seqs[0], seqs[0] + len(seqs))):
            leaves[place : place + len(seqs)] = made
            return
        for seq, leaf in zip(seqs, made, strict=True):
            leaves[seq - first] = leaf

    def take_others(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Takes the entries that are no whole passages."""
        for row in rows:
            self._leaves[row[0] - self._task.first] = leaf_of(row)
            check_rare(row, self._part)
        self._taken += len(rows)
        self._part.checked.update(entries=len(rows))
