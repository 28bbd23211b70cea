# SPDX-License-Identifier: Apache-2.0
"""What one look at the record tells before its entries are checked: how many there are, and what lies outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from wayside.record.ledger import CHECKPOINT_ENTRIES
from wayside.record.rollups import Key
from wayside.record.tables import checkpoint, journal, passage
from wayside.record.verify.counts import read_counts
from wayside.record.verify.report import MOST_LISTED, Finding
from wayside.record.verify.source import Reader


@dataclass(frozen=True, slots=True)
class Outline:
    """The record at one moment."""

    size: int
    """Entries of the journal."""
    signed: int
    """Entries that the newest checkpoint covers, no more than there are."""
    counts: Counter[Key]
    findings: tuple[Finding, ...]


def size_of(reader: Reader) -> int:
    """Entries of the journal; raises DamagedError."""
    last = reader.one(select(func.max(journal.c.seq)))
    return 0 if last is None else max(0, int(last) + 1)


def read_outline(reader: Reader) -> Outline:
    """Looks at the record; raises DamagedError."""
    size = size_of(reader)
    signed = reader.one(select(func.max(checkpoint.c.size)).where(checkpoint.c.size <= size)) or 0
    return Outline(size, signed, read_counts(reader), tuple(_outside(reader, size, signed)))


def _outside(reader: Reader, size: int, signed: int) -> Iterator[Finding]:
    """What has no place in a journal of so many entries."""
    for (seq,) in reader.rows(select(journal.c.seq).where(journal.c.seq < 0).limit(MOST_LISTED)):
        yield Finding("entry-inserted", "journal", seq)
    beyond = select(passage.c.seq, passage.c.id).where(or_(passage.c.seq < 0, passage.c.seq >= size))
    for seq, passage_id in reader.rows(beyond.limit(MOST_LISTED)):
        yield Finding("row-inserted", "passage", seq, passage=passage_id)
    longest = reader.one(select(func.max(checkpoint.c.size))) or 0
    if longest > size:
        yield Finding("journal-cut", "journal", detail=f"{size} instead of {longest}")
    if size - signed >= CHECKPOINT_ENTRIES or (size and not signed):
        yield Finding("journal-unsigned", "checkpoint", signed, size - 1)
