# SPDX-License-Identifier: Apache-2.0
"""Reads the signed checkpoints of a record, and those that somebody else kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select

from wayside.record.journal import Checkpoint, JournalError, KeyList
from wayside.record.tables import checkpoint
from wayside.record.verify.report import Finding
from wayside.record.verify.source import RowReader


@dataclass(slots=True)
class Signed:
    """Checkpoints by whether they can be believed."""

    roots: dict[int, set[bytes]] = field(default_factory=dict)
    """By size: the roots that were signed; more than one where somebody signed two journals."""
    findings: list[Finding] = field(default_factory=list)

    def add(self, one: Checkpoint) -> None:
        """Takes in a checkpoint whose signature holds."""
        self.roots.setdefault(one.size, set()).add(one.root)


def stored(reader: RowReader, keys: KeyList, first: int, end: int) -> Signed:
    """The record's own checkpoints of more than `first` entries, up to `end`; also such as are no text any more."""
    found, column = Signed(), checkpoint.c
    rows = reader.attempt(select(column.size, column.note).where(column.size > first, column.size <= end))
    if rows is None:
        found.findings.append(Finding("file-damaged", "checkpoint"))
    for size, note in rows or ():
        try:
            one = keys.open(note)
        except JournalError as error:
            found.findings.append(Finding("checkpoint-false", "checkpoint", detail=f"of {size} entries: {error}"))
            continue
        if one.size == size and one.origin == keys.origin:
            found.add(one)
        else:
            detail = f"of {size} entries, stored for a checkpoint of {one.size}"
            found.findings.append(Finding("checkpoint-false", "checkpoint", detail=detail))
    return found


def kept(notes: Iterable[str], keys: KeyList) -> Signed:
    """Checkpoints that were kept elsewhere."""
    found = Signed()
    for number, note in enumerate(notes, 1):
        try:
            one = keys.open(note)
        except JournalError as error:
            found.findings.append(Finding("kept-false", detail=f"number {number}: {error}"))
            continue
        if one.origin == keys.origin:
            found.add(one)
        else:
            found.findings.append(Finding("kept-false", detail=f"number {number}: is of another journal"))
    return found
