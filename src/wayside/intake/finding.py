# SPDX-License-Identifier: Apache-2.0
"""Finds reports by plate, class, place, observer or time; the journal is told before anything is looked up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wayside.domain import PlateClass, Purpose, Sighting, UsageError
from wayside.intake.errors import SightingError
from wayside.intake.matching import unlike
from wayside.plates import normalise
from wayside.record import SightingVersion, Store, newest_sightings

LOOKED_AT = 5000
"""The newest reports of the span that are looked at."""
MOST = 200
NEAR = 1.0
"""Whole characters by which a plate that is asked for may differ."""


@dataclass(frozen=True, slots=True)
class SightingCriteria:
    """What reports must have; every field that is not None must hold. Times are aware."""

    site: str
    since: datetime
    until: datetime
    plate: str | None = None
    """Letters, digits and `?`; a report's own `?` may stand for any of its characters."""
    plate_class: PlateClass | None = None
    place: str | None = None
    observer: str | None = None

    def __post_init__(self) -> None:
        """Raises UsageError for what cannot be meant."""
        if not self.since < self.until:
            raise UsageError("the span ends before it begins; give the earlier time first")
        if self.plate is not None and not self.plate.strip("?"):
            raise SightingError("a plate to look for has a letter or a digit")

    def document(self) -> dict[str, Any]:
        """As the journal tells it, and as approvals name it."""
        plate = {"plate": {"text": self.plate, "match": "near"}} if self.plate else {}
        stated = {"plate_class": self.plate_class, "place": self.place, "observer": self.observer}
        told = {name: str(value) for name, value in stated.items() if value is not None}
        times = {"since": self.since.isoformat(), "until": self.until.isoformat()}
        return {"sightings": True, "site": self.site, **plate, **told, **times}

    def fits(self, one: Sighting) -> bool:
        """Whether a report has all of it but for site, time and observer, which the database looks at."""
        if self.plate is not None and (one.plate is None or unlike(one.plate, self.plate) > NEAR):
            return False
        if self.plate_class is not None and one.plate_class is not self.plate_class:
            return False
        return self.place is None or (one.place.name or "").casefold() == self.place.casefold()


@dataclass(frozen=True, slots=True)
class SightingPage:
    """What was found, the newest first."""

    found: tuple[SightingVersion, ...]
    more: bool
    """Whether there may be older ones: enough were found, or looked at."""
    entry: int
    """Of the journal, which tells of the search."""


def plate_asked(text: str) -> str | None:
    """A plate as somebody types it to look for it; None for nothing."""
    plain = "".join(one if one == "?" else normalise(one) for one in text)
    return plain or None


def search_sightings(store: Store, criteria: SightingCriteria, purpose: Purpose) -> SightingPage:
    """The newest reports that fit, 200 at most; the journal is told first. Raises RecordError."""
    under = {"person": purpose.person, "reason": purpose.reason, "reference": purpose.reference}
    at = store.now().isoformat(timespec="milliseconds")
    entry = store.append("search", {"at": at, **under, "criteria": criteria.document()})
    with store.reading() as connection:
        some = newest_sightings(
            connection,
            criteria.site,
            since=criteria.since,
            until=criteria.until,
            limit=LOOKED_AT,
            observer=criteria.observer,
        )
    fitting = list(first(MOST + 1, (one for one in some if criteria.fits(one.sighting))))
    return SightingPage(tuple(fitting[:MOST]), len(some) == LOOKED_AT or len(fitting) > MOST, entry)


def first(most: int, found: Iterator[SightingVersion]) -> Iterator[SightingVersion]:
    """So many of them at most."""
    for _, one in zip(range(most), found, strict=False):
        yield one
