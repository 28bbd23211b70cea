# SPDX-License-Identifier: Apache-2.0
"""What an import tells of itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from wayside.record.document import Document
from wayside.record.exchange.incoming import Fault

MOST_LISTED = 10_000
"""Rejected lines that a report lists; the rest are counted."""


@dataclass(slots=True)
class Report:
    """What became of the lines of one file."""

    dry_run: bool
    lines: int = 0
    """Read, empty ones left out."""
    new: int = 0
    """Passages that the record did not have."""
    known: int = 0
    """Passages whose id it had, or that stand in the file twice."""
    rejected: int = 0
    faults: list[tuple[int, Fault]] = field(default_factory=list)
    """The first MOST_LISTED rejected lines: number from 1, and what is wrong."""
    pictures_taken: int = 0
    pictures_missing: int = 0
    """Named by new passages and not at hand: the passages say so of themselves."""
    sha256: str = ""
    """Of what was read of the file."""
    stopped: bool = False
    """Whether somebody ended it before the end of the file."""

    def reject(self, number: int, fault: Fault) -> None:
        """Counts a line that was refused, and lists it while there is room."""
        self.rejected += 1
        if len(self.faults) < MOST_LISTED:
            self.faults.append((number, fault))

    @property
    def counts(self) -> Document:
        """The numbers, without the lines."""
        return {
            "lines": self.lines,
            "new": self.new,
            "known": self.known,
            "rejected": self.rejected,
            "pictures_taken": self.pictures_taken,
            "pictures_missing": self.pictures_missing,
            "sha256": self.sha256,
            "stopped": self.stopped,
        }

    @property
    def document(self) -> Document:
        """The report as JSON; the shape is `import-report.schema.json`."""
        faults = [{"line": number, "where": fault.where, "what": fault.what} for number, fault in self.faults]
        return {"dry_run": self.dry_run, **self.counts, "faults": faults}
