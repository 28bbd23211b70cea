# SPDX-License-Identifier: Apache-2.0
"""What goes to a process that checks a range of the journal, and what comes back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from wayside.record.journal import KeyList
from wayside.record.rollups import Key
from wayside.record.verify.expected import Alike
from wayside.record.verify.report import Finding
from wayside.record.verify.signed import Signed
from wayside.record.verify.source import Source


@dataclass(frozen=True, slots=True)
class Task:
    """A range of entries to be checked; begins with a chunk."""

    source: Source
    first: int
    end: int
    wanted: tuple[int, ...]
    """Sizes of the tree within the range whose root is needed, beside those of the stored checkpoints."""
    keys: KeyList
    """Whose signatures on checkpoints are taken."""
    pictures: bool
    """Whether the files of pictures are read."""


@dataclass(slots=True)
class Blank:
    """A run of entries of one kind that were blanked by one erasure."""

    first: int
    last: int
    kind: str
    erased_by: int | None


@dataclass(slots=True)
class Part:
    """What the check of a range came to."""

    signed: Signed = field(default_factory=Signed)
    """The stored checkpoints."""
    leaves: list[bytes | None] = field(default_factory=list)
    """Leaf hashes of all entries, while they are checked; None where an entry is missing."""
    alike: Counter[Alike] = field(default_factory=Counter)
    """How many passages are counted alike, while they are checked."""
    chunks: list[bytes | None] = field(default_factory=list)
    """Roots of the whole chunks; None where an entry is missing."""
    partial: dict[int, bytes | None] = field(default_factory=dict)
    """For each wanted size within a chunk: the root over the entries of that chunk up to there."""
    findings: list[Finding] = field(default_factory=list)
    blanks: list[Blank] = field(default_factory=list)
    noted: list[tuple[int, str, bytes]] = field(default_factory=list)
    """Number, kind and payload of the entries that are compared with something else."""
    unlisted: list[tuple[int, str, str]] = field(default_factory=list)
    """Number, passage and SHA-256 of pictures that were taken in and are no longer listed."""
    sums: Counter[str] = field(default_factory=Counter)
    """By table: the sum of the hashes of the rows that should be there. Agrees between processes of one pool only."""
    counts: Counter[Key] = field(default_factory=Counter)
    """What the passages add to the counts by the hour."""
    checked: Counter[str] = field(default_factory=Counter)
    """How much of what was looked at."""

    def find(
        self,
        damage: str,
        table: str,
        seq: int,
        passage: object = None,
        *,
        last: int | None = None,
        detail: str | None = None,
    ) -> None:
        """Notes damage; that of an entry which cannot be read together with those just before it."""
        before = self.findings[-1] if self.findings else None
        if damage == "entry-unreadable" and before and before.damage == damage and seq - 1 in {before.seq, before.last}:
            seq, last = self.findings.pop().seq or 0, seq
        known = passage if isinstance(passage, str) else None
        self.findings.append(Finding(damage, table, seq, None if last == seq else last, known, detail))

    def blank(self, seq: int, kind: str, erased_by: int | None) -> None:
        """Notes an entry that was blanked."""
        last = self.blanks[-1] if self.blanks else None
        if last is not None and (last.last, last.kind, last.erased_by) == (seq - 1, kind, erased_by):
            last.last = seq
        else:
            self.blanks.append(Blank(seq, seq, kind, erased_by))
