# SPDX-License-Identifier: Apache-2.0
"""Checks a range of entries swiftly, as long as all passages in it are there and as they were recorded.

Nearly all ranges are so. Of any other nothing is said here but that: the careful check (`entries`) then names what is
wrong. Passages go column by column, some hundreds at a time, through calls that do not come back to Python in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from struct import Struct
from typing import Any

from sqlalchemy import Select, and_, not_, select

from wayside.record.journal import PREFIX
from wayside.record.rows import ENCODER
from wayside.record.tables import journal, passage
from wayside.record.verify.entry import KIND_BYTES, PASSAGE, check_rare, entries_between, leaf_of
from wayside.record.verify.expected import SEARCHED, add_up, count_up
from wayside.record.verify.part import Part, Task
from wayside.record.verify.pictures import Listed, check_pictures
from wayside.record.verify.source import Reader

BATCH = 1024
"""Rows at a time: so few stay in the processor's own memory."""
MORE, COMMITMENT, SALT = -3, -2, -1
"""Columns of what `whole_between` reads."""
HEAD = Struct(f">xQ{len(PASSAGE) + 1}s").pack
"""What stands in the leaf of an entry before its commitment: 0, its number, its kind with the 0 that ends it."""
KIND = KIND_BYTES[PASSAGE] + b"\0"


def is_whole() -> Any:
    """The entry of a passage that was not blanked, nor anything else done to it."""
    entry = journal.c
    return and_(entry.kind == PASSAGE, entry.salt.is_not(None), entry.payload.is_(None), entry.erased_by.is_(None))


def whole_between(first: int, end: int) -> Select[Any]:
    """Passages with the commitments and salts of their entries, in order."""
    entry, joined = journal.c, journal.join(passage, passage.c.seq == journal.c.seq)
    query = select(*passage.c, entry.commitment, entry.salt).select_from(joined)
    return query.where(entry.seq >= first, entry.seq < end, is_whole()).order_by(entry.seq)


def others_between(first: int, end: int) -> Select[Any]:
    """The entries of anything else, in order."""
    return entries_between(first, end).where(not_(is_whole()))


def checked_swiftly(task: Task, reader: Reader, part: Part, listed: Listed) -> bool:
    """Checks a range and fills `part`, of which nothing can be taken where the answer is no.

    Raises ValueError, TypeError where a column holds what its type forbids.
    """
    check = SwiftCheck(task, part, listed)
    for rows in reader.batches(whole_between(task.first, task.end), BATCH):
        if not check.take(rows):
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

    def take(self, rows: Sequence[tuple[Any, ...]]) -> bool:
        """Takes some passages; whether they have their places, and are as they were recorded."""
        seqs = [row[0] for row in rows]
        if min(seqs) < self._task.first or max(seqs) >= self._task.end:
            return False
        encode = ENCODER.encode
        digests = [sha256(PREFIX + row[SALT] + sha256(encode(row[1:COMMITMENT])).digest()).digest() for row in rows]
        if digests != [row[COMMITMENT] for row in rows]:
            return False
        self._place(seqs, digests)
        decode = SEARCHED.decode
        mores = [decode(row[MORE]) for row in rows]
        count_up(rows, add_up(rows, mores, self._part.sums), self._part.alike)
        check_pictures(rows, mores, self._listed, self._task, self._part)
        self._part.checked.update(entries=len(rows), passages=len(rows))
        return True

    def _place(self, seqs: Sequence[int], commitments: Sequence[bytes]) -> None:
        """Makes the leaves of entries of passages."""
        first, leaves = self._task.first, self._leaves
        self._taken += len(seqs)
        made = [sha256(HEAD(seq, KIND) + committed).digest() for seq, committed in zip(seqs, commitments, strict=True)]
        place = seqs[0] - first
        if seqs == list(range(seqs[0], seqs[0] + len(seqs))):
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
