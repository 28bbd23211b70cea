# SPDX-License-Identifier: Apache-2.0
"""What a search answers: passages, what of each was matched, and whether there may be more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from wayside.domain import Passage, PlateReading
from wayside.record.amendments import Amendment
from wayside.record.search.bounds import Bound


class MatchSource(StrEnum):
    """Where the text stands that was searched for."""

    READING = "reading"
    ALTERNATIVE = "alternative"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Matched:
    """The text by which a passage was found."""

    text: str
    source: MatchSource
    probability: float | None
    """That the plate carries this text, 0–1; None where a person said so."""


@dataclass(frozen=True, slots=True)
class Found:
    """One result."""

    passage: Passage
    seq: int
    """Number of its journal entry."""
    matched: Matched | None
    """None where no plate was asked for."""
    amendments: tuple[Amendment, ...]
    """What people said of it since."""


@dataclass(frozen=True, slots=True)
class Page:
    """Results, newest first."""

    results: tuple[Found, ...]
    next_cursor: str | None
    """Where more may be found; None: nothing else matches."""
    stopped_early: bool
    """Whether the page is short because it had looked at enough: older passages may match, and are found by going
    on from `next_cursor`."""
    bound: Bound
    journal_seq: int
    """Number of the journal entry that tells of the search."""


def matched(plate: PlateReading, amendments: Collection[Amendment], texts: Collection[str]) -> Matched | None:
    """Which of the texts that were searched for a passage has: as it was read, else as it was corrected."""
    if plate.text is not None and plate.text in texts:
        return Matched(plate.text, MatchSource.READING, plate.probability)
    others = [other for other in plate.alternatives if other.text in texts]
    if others:
        best = max(others, key=lambda other: other.probability)
        return Matched(best.text, MatchSource.ALTERNATIVE, best.probability)
    said = [str(one.value) for one in amendments if one.field == "plate" and one.value in texts]
    return Matched(said[-1], MatchSource.CORRECTION, None) if said else None
