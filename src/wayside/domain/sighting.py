# SPDX-License-Identifier: Apache-2.0
"""What a person reports having seen: the facts of a passage, each with the observer's own certainty; a claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from wayside.domain.direction import Travel
from wayside.domain.occupants import Occupants
from wayside.domain.plate import PlateClass
from wayside.domain.track import VehicleKind


class Certainty(StrEnum):
    """How sure an observer is of one thing that they report."""

    SURE = "sure"
    LIKELY = "likely"
    GUESS = "guess"


CERTAIN_OF = ("plate", "class", "direction", "aboard", "vehicle", "place", "time")
"""What an observer states a certainty for; nothing is said of a field that is left out."""
UNKNOWN_CHARACTER = "?"
"""Stands in a plate for one character that was not made out."""


@dataclass(frozen=True, slots=True)
class SeenPlace:
    """Where it was seen: a name of the site's list, the phone's own position, or both."""

    name: str | None = None
    latitude: float | None = None
    """Degrees, WGS 84."""
    longitude: float | None = None
    accuracy_m: float | None = None
    """Within so many metres, as the phone states it."""


@dataclass(frozen=True, slots=True)
class SeenDirection:
    """Which way it went, in whatever terms the observer could give."""

    heading_deg_true: float | None = None
    travel: Travel | None = None
    """As seen by the observer, who looks at the road."""
    way: str | None = None
    """One of the site's own names for ways, as "in"."""


@dataclass(frozen=True, slots=True)
class Photo:
    """The covered picture that came with a report."""

    sha256: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One vehicle that one observer saw once; times are aware UTC."""

    id: str
    """Made on the phone, so that what is sent twice is kept once: 32 hexadecimal digits."""
    site: str
    observer: str
    brief_id: str
    seen_at: datetime
    written_at: datetime
    """When the observer finished the report, by the phone's clock."""
    place: SeenPlace
    plate: str | None
    """Capitals and digits, `?` for each character that was not made out."""
    plate_class: PlateClass | None
    direction: SeenDirection
    occupants: Occupants
    kind: VehicleKind | None
    colour: str | None
    note: str
    certainty: Mapping[str, Certainty]
    """By field of CERTAIN_OF."""
    photo: Photo | None = None
