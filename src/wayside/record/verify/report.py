# SPDX-License-Identifier: Apache-2.0
"""What a check of the record can find, as data, and the report that it hands back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MOST_LISTED = 1000
"""Findings named one by one; of the others only the number is told."""


class Status(StrEnum):
    """What a check came to; the exit code of `wayside verify` is its place in this list."""

    SOUND = "sound"
    TAMPERED = "tampered"
    UNCHECKED = "unchecked"

    @property
    def exit_code(self) -> int:
        """0 sound, 1 tampered, 2 could not check."""
        return list(Status).index(self)


DAMAGES = {
    "row-edited": "the row of this passage is not the one that was recorded",
    "row-removed": "the row of this passage was removed, and no erasure permits it",
    "row-unreadable": "the row of this passage cannot be read: the database is damaged there",
    "row-inserted": "no entry of the journal tells of this row",
    "row-left": "the entry of this passage was blanked, but its row is still there",
    "entry-edited": "the payload of this entry is not the one that was recorded",
    "entry-removed": "this entry is missing from the journal",
    "entry-repeated": "this entry stands in the journal more than once",
    "entry-inserted": "this entry has a number that no entry can have",
    "entry-rewritten": "one or more of these entries were rewritten together with their commitments",
    "entry-unreadable": "these entries cannot be read: the database is damaged there",
    "entry-unknown": "this entry is of a kind that there is not",
    "blank-unpermitted": "this entry was blanked, and no erasure permits it",
    "blank-partial": "this entry was blanked in part only, or is marked as erased and is not",
    "journal-cut": "the journal has fewer entries than a signed checkpoint says",
    "journal-unsigned": "so many entries at the end are covered by no checkpoint that one was taken away",
    "checkpoint-false": "this checkpoint was not signed by a key of this journal, or was edited",
    "checkpoint-contradicted": "the entries before this checkpoint are not those that were signed",
    "kept-false": "this checkpoint, kept elsewhere, was not signed by a key of this journal, or was edited",
    "kept-contradicted": "the entries are not those of this checkpoint, kept elsewhere: the journal was written anew",
    "key-unannounced": "no entry of the journal announces this public key",
    "node-edited": "a kept node of the journal's tree is missing, or is not the one that the entries give",
    "picture-missing": "this picture is not there, and no erasure permits it",
    "picture-edited": "this picture is not the one that was recorded",
    "picture-unlisted": "a picture of this passage is missing from its table, and no erasure permits it",
    "picture-unnamed": "no passage names this picture",
    "derived-missing": "a row that search needs for this passage is missing",
    "derived-inserted": "a row that search reads agrees with no passage",
    "amendment-edited": "this amendment is not the one that the journal has",
    "amendment-removed": "this amendment is missing from its table, and no erasure permits it",
    "amendment-inserted": "no entry of the journal tells of this amendment",
    "sighting-edited": "this version of a sighting, or this link of one, is not the one that the journal has",
    "sighting-removed": "a version or a link of a sighting is missing from its table, and no erasure permits it",
    "sighting-inserted": "no entry of the journal tells of this version or link of a sighting",
    "hit-edited": "this hit, or what a person said of it, is not the one that the journal has",
    "hit-removed": "this hit, or what a person said of it, is missing from its table, and no erasure permits it",
    "hit-inserted": "no entry of the journal tells of this hit, or of this word on one",
    "hold-edited": "this hold is not the one that was placed",
    "hold-removed": "a hold of this passage is missing from its table",
    "hold-inserted": "no entry of the journal tells of a hold of this passage",
    "camera-edited": "this camera is not where the journal says that it is",
    "counts-wrong": "the counts of this hour are not those of its passages",
    "file-damaged": "the database is damaged",
    "export-edited": "this kept export is missing, or is not the one that was made",
    "schema-edited": "the tables, indexes or guards of the database are not those that Wayside makes",
    "stamp-false": "the time stamp over this checkpoint does not vouch for it",
    "bundle-damaged": "the bundle is not the one that was signed",
}
"""Every kind of damage that a check can name, in words."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    damage: str
    """A key of DAMAGES."""
    table: str | None = None
    """Where it was found."""
    seq: int | None = None
    """Number of the journal entry, or the first of several."""
    last: int | None = None
    """The last of several entries."""
    passage: str | None = None
    """Id of the passage, where it is known."""
    detail: str | None = None
    """What else helps to find it; never a plate."""

    def __str__(self) -> str:
        place = (
            []
            if self.seq is None
            else [f"entry {self.seq}" if self.last is None else f"entries {self.seq}–{self.last}"]
        )
        place += [f"passage {self.passage}"] if self.passage else []
        place += [f"table {self.table}"] if self.table else []
        detail = f" ({self.detail})" if self.detail else ""
        return f"{', '.join(place) or 'record'}: {DAMAGES[self.damage]}{detail}"

    @property
    def document(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "damage": self.damage,
            "table": self.table,
            "seq": self.seq,
            "last": self.last,
            "passage": self.passage,
            "detail": self.detail,
            "words": str(self),
        }


CHECKED = ("entries", "passages", "pictures", "checkpoints", "kept", "files")
"""What a report counts."""


@dataclass(slots=True)
class Report:
    """What was checked and what was found."""

    subject: str
    """`record` or `bundle`."""
    origin: str | None = None
    """The journal's name."""
    entries: int = 0
    unsigned: int = 0
    """Entries after the last checkpoint: newer than any signature."""
    first: int = 0
    """The first entry that was checked: not 0 where earlier ones had been checked before."""
    checked: Counter[str] = field(default_factory=Counter)
    """How much of what was looked at."""
    keys: list[str] = field(default_factory=list)
    """Public keys whose signatures were taken, as C2SP writes them; empty where those in a bundle were."""
    findings: list[Finding] = field(default_factory=list)
    found: int = 0
    """All findings, also those beyond MOST_LISTED."""
    unchecked: list[str] = field(default_factory=list)
    """What could not be checked, and why."""

    def add(self, findings: Iterable[Finding]) -> None:
        """Takes in findings."""
        for one in findings:
            self.found += 1
            if len(self.findings) < MOST_LISTED:
                self.findings.append(one)

    @property
    def status(self) -> Status:
        """Tampered where anything was found, sound where everything was looked at."""
        if self.found:
            return Status.TAMPERED
        return Status.UNCHECKED if self.unchecked else Status.SOUND

    @property
    def document(self) -> dict[str, Any]:
        """As a JSON object; the shape is `verify.schema.json`."""
        return {
            "status": self.status.value,
            "subject": self.subject,
            "origin": self.origin,
            "keys": self.keys,
            "entries": self.entries,
            "first": self.first,
            "unsigned": self.unsigned,
            "checked": {name: self.checked[name] for name in CHECKED},
            "found": self.found,
            "findings": [one.document for one in self.findings],
            "unchecked": self.unchecked,
        }
