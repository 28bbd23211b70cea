# SPDX-License-Identifier: Apache-2.0
"""One entry of the journal, with its passage if it is of one: how it is read, its leaf, what may be wrong with it."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from sqlalchemy import Select, select

from wayside.record.journal import KINDS, PREFIX
from wayside.record.tables import journal, passage
from wayside.record.verify.part import Part
from wayside.record.verify.salvage import UNREADABLE

PASSAGE = "passage"
NOTED = frozenset({"amendment", "config", "erasure", "export", "hit", "hold", "sighting"})
"""Kinds whose payloads are compared with something else."""
KIND_BYTES = {name: name.encode("ascii") for name in KINDS}
SEQ, KIND, COMMITMENT, SALT, PAYLOAD, ERASED_BY, ROW = range(7)
"""Columns of an entry; those of its passage begin at ROW, `seq` first, all None where it has none."""
ID = ROW + 1

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


def sane(row: Fetched) -> Fetched:
    """The entry, as one that cannot be read where a column of it holds what its type forbids."""
    _, kind, committed, salt, payload, erased_by, *_ = row
    fits = isinstance(kind, str) and isinstance(committed, bytes) and isinstance(erased_by, int | None)
    fits = fits and isinstance(salt, bytes | None) and isinstance(payload, bytes | None)
    return row if fits else (row[SEQ], *[UNREADABLE] * (len(row) - 1))


def leaf_of(row: Fetched) -> bytes | None:
    """The leaf hash of an entry; None where it cannot be read."""
    if row[COMMITMENT] is UNREADABLE:
        return None
    seq, kind, committed = row[:SALT]
    name = KIND_BYTES.get(kind) or str(kind).encode("utf-8", "surrogateescape")
    return sha256(b"\0" + seq.to_bytes(8, "big") + name + b"\0" + committed).digest()


def is_whole(row: Fetched) -> bool:
    """Whether it is the entry of a passage that is there, and was not blanked: nearly all are."""
    blanked = row[SALT] is None or row[PAYLOAD] is not None or row[ERASED_BY] is not None
    return row[KIND] == PASSAGE and not blanked and row[ROW] is not None and row[ROW] is not UNREADABLE


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
