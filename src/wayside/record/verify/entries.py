# SPDX-License-Identifier: Apache-2.0
"""Checks a range of the journal with the rows that it tells of; ranges are independent, so that every core has one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from hashlib import sha256

from wayside.record.journal import PREFIX
from wayside.record.rows import ENCODER
from wayside.record.uncollected import uncollected
from wayside.record.verify.chunks import chunk_roots
from wayside.record.verify.entry import (
    COMMITMENT,
    ID,
    PASSAGE,
    ROW,
    SALT,
    SEQ,
    Fetched,
    check_rare,
    entries_alone,
    entries_between,
    is_whole,
    leaf_of,
    sane,
)
from wayside.record.verify.expected import SEARCHED, Searched, add_up, counts_of
from wayside.record.verify.part import Part, Task
from wayside.record.verify.pictures import Listed, check_pictures, listed_pictures, unnamed_pictures
from wayside.record.verify.report import Finding
from wayside.record.verify.salvage import salvaged
from wayside.record.verify.sightings import check_photos
from wayside.record.verify.signed import stored
from wayside.record.verify.source import DamagedError
from wayside.record.verify.swift import checked_swiftly


def check_range(task: Task) -> Part:
    """Checks a range: swiftly, and where that does not do, carefully."""
    try:
        with uncollected(), task.source.read() as reader:
            part = Part(signed=stored(reader, task.keys, task.first, task.end))
            listed = listed_pictures(reader, task.first, task.end)
            if checked_swiftly(task, reader, part, listed):
                return finished(task, part, listed)
    except (DamagedError, TypeError, ValueError):  # the latter two: a column that holds what its type forbids
        pass
    return check_carefully(replace(task, source=replace(task.source, apart=False)))


def finished(task: Task, part: Part, listed: Listed | None) -> Part:
    """A part with what can be said once all entries were taken; `listed`: pictures that no passage named, if known."""
    part.chunks, part.partial = chunk_roots(task.first, part.leaves, {*task.wanted, *part.signed.roots})
    part.counts = counts_of(part.alike)
    if listed is not None:
        check_photos(listed, task, part)
        unnamed_pictures(listed, part)
    part.leaves, part.alike = [], Counter()
    return part


def check_carefully(task: Task) -> Part:
    """Entry by entry, around what cannot be read; the check of the whole file names what is damaged beside."""
    with task.source.open() as reader:
        part = Part(signed=stored(reader, task.keys, task.first, task.end))
    listed: Listed | None = None
    try:
        with task.source.open() as reader:
            listed = listed_pictures(reader, task.first, task.end)
    except DamagedError:
        part.signed.findings.append(Finding("file-damaged", "picture"))
    check = CarefulCheck(task, part)
    with task.source.open() as reader:
        for row in salvaged(reader, entries_between, entries_alone, task.first, task.end):
            check.take(sane(row))
    check.finish(listed)
    return finished(task, part, listed)


class CarefulCheck:
    """The check of one range, entry by entry."""

    def __init__(self, task: Task, part: Part) -> None:
        self._task, self._part = task, part
        self._next = task.first
        self._rows: list[Fetched] = []
        self._mores: list[Searched] = []

    def take(self, row: Fetched) -> None:
        """Checks an entry with its passage; they come in order."""
        part, seq = self._part, row[SEQ]
        if seq < self._next:
            part.find("entry-repeated", "journal", seq)
            return
        self._reach(seq)
        self._next = seq + 1
        part.leaves.append(leaf_of(row))
        part.checked.update(entries=1)
        if not is_whole(row):
            check_rare(row, part)
        elif is_recorded(row):
            self._rows.append(row[ROW:])
            self._mores.append(SEARCHED.decode(row[-1]))
        else:
            part.find("row-edited", PASSAGE, seq, row[ID])

    def _reach(self, seq: int) -> None:
        """Notes the entries before one that are missing."""
        if seq > self._next:
            self._part.find("entry-removed", "journal", self._next, last=seq - 1)
            self._part.leaves += [None] * (seq - self._next)

    def finish(self, listed: Listed | None) -> None:
        """Takes what follows from all passages; `listed`: the pictures that the table has; None where unreadable."""
        part, rows, mores = self._part, self._rows, self._mores
        self._reach(self._task.end)
        add_up(rows, mores, part.sums, part.alike)
        if listed is not None:
            check_pictures(rows, mores, listed, self._task, part)
        part.checked.update(passages=len(rows))


def is_recorded(row: Fetched) -> bool:
    """Whether the passage of an entry is as it was recorded; it is not where a column holds what no text can."""
    try:
        payload = ENCODER.encode(row[ID:])
    except UnicodeEncodeError:
        return False
    return bool(sha256(PREFIX + row[SALT] + sha256(payload).digest()).digest() == row[COMMITMENT])
