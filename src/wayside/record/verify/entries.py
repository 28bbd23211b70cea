# SPDX-License-Identifier: Apache-2.0
"""Checks a range of the journal with the rows that it tells of; ranges are independent, so that every core has one."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, select

from wayside.record.journal import KINDS, PREFIX
from wayside.record.rows import ENCODER, MORE, Row
from wayside.record.tables import journal, passage
from wayside.record.verify.chunks import Chunks
from wayside.record.verify.expected import Expected
from wayside.record.verify.part import Part, Task
from wayside.record.verify.pictures import Listed, Picture, check_file, listed_pictures
from wayside.record.verify.report import Finding
from wayside.record.verify.salvage import UNREADABLE, salvaged
from wayside.record.verify.source import DamagedError

PASSAGE = "passage"
NOTED = frozenset({"amendment", "config", "erasure"})
"""Kinds whose payloads are compared with something else."""
KIND_BYTES = {name: name.encode("ascii") for name in KINDS}
ENTRY = 6
"""Columns of an entry; those of its passage follow, `seq` first, all None where it has none."""


def entries_between(first: int, end: int) -> Select[Any]:
    """Entries with their passages, in order."""
    entry = journal.c
    columns = (entry.seq, entry.kind, entry.commitment, entry.salt, entry.payload, entry.erased_by, *passage.c)
    joined = journal.outerjoin(passage, passage.c.seq == entry.seq)
    return select(*columns).select_from(joined).where(entry.seq >= first, entry.seq < end).order_by(entry.seq)


def check_range(task: Task) -> Part:
    """Checks a range; what the database can no longer read is named."""
    try:
        with task.source.open() as reader:
            check = RangeCheck(task, listed_pictures(reader, task.first, task.end))
            return check.run(reader.rows(entries_between(task.first, task.end)))
    except DamagedError:
        check = RangeCheck(task, None)
        return check.run(salvaged(task.source, entries_between, task.first, task.end, ENTRY))


class RangeCheck:
    """The check of one range."""

    def __init__(self, task: Task, listed: Listed | None) -> None:
        """`listed`: the pictures that the table has for each number; None where the table cannot be read."""
        self._task, self._listed = task, listed
        self._part, self._expected = Part(), Expected()
        self._chunks = Chunks(task.first, task.wanted)
        self._next = task.first

    def run(self, rows: Iterable[tuple[Any, ...]]) -> Part:
        """Checks the entries of the range; they come in order."""
        for row in rows:
            if row[0] != self._next and not self._in_order(row[0]):
                continue
            self._next += 1
            self._entry(row)
        self._missing(self._task.end)
        for seq, pictures in (self._listed or {}).items():
            for role, digest, _, _ in pictures:
                self._find("picture-unnamed", "picture", seq, detail=f"{role} {digest.hex()}")
        self._chunks.finish()
        self._part.chunks, self._part.partial = self._chunks.roots, self._chunks.partial
        self._part.sums, self._part.counts = self._expected.sums(), self._expected.counts()
        self._part.checked["entries"] = self._task.end - self._task.first
        return self._part

    def _find(self, damage: str, table: str, seq: int, passage: Any = None, detail: str | None = None) -> None:
        known = passage if isinstance(passage, str) else None
        self._part.findings.append(Finding(damage, table, seq, None, known, detail))

    def _in_order(self, seq: int) -> bool:
        """Notes a hole before this entry, or that it was there before; whether it is to be checked."""
        if seq < self._next:
            self._find("entry-repeated", "journal", seq)
            return False
        self._missing(seq)
        return True

    def _missing(self, seq: int) -> None:
        """Notes that there is nothing from where we are to before `seq`."""
        if seq > self._next:
            last = seq - 1 if seq - 1 > self._next else None
            self._part.findings.append(Finding("entry-removed", "journal", self._next, last))
        for _ in range(self._next, seq):
            self._chunks.add(None)
        self._next = max(seq, self._next)

    def _entry(self, row: tuple[Any, ...]) -> None:
        """Checks one entry with its passage; the common case first and by itself, for speed."""
        seq, kind, committed, salt, payload, erased_by = row[:ENTRY]
        name = KIND_BYTES.get(kind)
        if name is None or committed is UNREADABLE or row[ENTRY] is UNREADABLE:
            self._strange(row)
            return
        self._chunks.add(sha256(b"\0" + seq.to_bytes(8, "big") + name + b"\0" + committed).digest())
        if kind == PASSAGE and salt is not None and row[ENTRY] is not None and payload is None and erased_by is None:
            if sha256(PREFIX + salt + sha256(encoded(row[ENTRY + 1 :])).digest()).digest() == committed:
                self._passage(Row._make(row[ENTRY:]))
            else:
                self._find("row-edited", PASSAGE, seq, row[ENTRY + 1])
        else:
            self._rare(row)

    def _strange(self, row: tuple[Any, ...]) -> None:
        """An entry of an unknown kind, or one of which something cannot be read."""
        seq, kind, committed = row[:3]
        if committed is UNREADABLE:
            self._find("entry-unreadable", "journal", seq)
            self._chunks.add(None)
            return
        damage, table = ("entry-unknown", "journal") if row[ENTRY] is not UNREADABLE else ("row-unreadable", PASSAGE)
        self._find(damage, table, seq)
        name = str(kind).encode("utf-8", "surrogateescape")
        self._chunks.add(sha256(b"\0" + seq.to_bytes(8, "big") + name + b"\0" + committed).digest())

    def _rare(self, row: tuple[Any, ...]) -> None:
        """An entry that is no whole passage: of another kind, blanked, or damaged."""
        seq, kind, committed, salt, payload, erased_by = row[:ENTRY]
        there, of_passage = row[ENTRY] is not None, kind == PASSAGE
        if there and not of_passage:
            self._find("row-inserted", PASSAGE, seq, row[ENTRY + 1])
        if salt is None and payload is None:
            self._part.blank(seq, kind, erased_by)
            if there and of_passage:
                self._find("row-left", PASSAGE, seq, row[ENTRY + 1])
        elif salt is None or erased_by is not None or (payload is None) != of_passage:
            self._find("blank-partial", "journal", seq)
        elif of_passage:
            self._find("row-removed", PASSAGE, seq)
        elif sha256(PREFIX + salt + sha256(payload).digest()).digest() != committed:
            self._find("entry-edited", "journal", seq)
        elif kind in NOTED:
            self._part.noted.append((seq, kind, payload))

    def _passage(self, row: Row) -> None:
        """What follows from a passage that is as it was recorded: rows of other tables, counts, pictures."""
        more = MORE.decode(row.more)
        self._expected.add(row, more)
        held = [one for one in more.evidence if one[2] is not None]
        if self._listed is not None and (held or row.seq in self._listed):
            self._pictures(row, {(role, bytes.fromhex(digest), row.began_ms, size or 0) for role, digest, size in held})

    def _pictures(self, row: Row, named: set[Picture]) -> None:
        """Compares the pictures that a passage names with those that are listed, and those with their files."""
        listed = self._listed.pop(row.seq, set()) if self._listed else set()
        for role, digest, _, _ in sorted(listed - named):
            self._find("picture-unnamed", "picture", row.seq, row.id, f"{role} {digest.hex()}")
        self._part.unlisted += [(row.seq, row.id, digest.hex()) for _, digest, _, _ in sorted(named - listed)]
        if self._task.pictures:
            for digest in sorted({digest for _, digest, _, _ in listed & named}):
                self._part.checked["pictures"] += 1
                damage = check_file(self._task.source.data_dir, digest.hex())
                if damage:
                    self._find(damage, "picture", row.seq, row.id, digest.hex())


def encoded(columns: tuple[Any, ...]) -> bytes:
    """The payload of a passage; bytes that lead to no commitment where a column holds what no text can."""
    try:
        return ENCODER.encode(columns)
    except (UnicodeEncodeError, TypeError):
        return b""
