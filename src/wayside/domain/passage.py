# SPDX-License-Identifier: Apache-2.0
"""The record itself: one vehicle going past one place once, with the pictures that show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from wayside.domain.direction import Direction
from wayside.domain.occupants import Occupants
from wayside.domain.plate import PlateReading, Registration
from wayside.domain.track import VehicleColour, VehicleKind


class EvidenceRole(StrEnum):
    """What a picture of a passage shows."""

    FRAME = "frame"
    VEHICLE = "vehicle"
    PLATE = "plate"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A picture stored under the SHA-256 of its bytes; `path` is relative to the data directory."""

    role: EvidenceRole
    sha256: str
    path: str


@dataclass(frozen=True, slots=True)
class Vehicle:
    """What the vehicle is, over its whole track; score 0–1."""

    kind: VehicleKind
    score: float
    colour: VehicleColour | None = None

    @property
    def described(self) -> str:
        """As people say it: `white car`."""
        return self.kind.value if self.colour is None else f"{self.colour.value} {self.kind.value}"


@dataclass(frozen=True, slots=True)
class Passage:
    """One vehicle going past one camera once; times are aware UTC."""

    id: str
    camera: str
    began_at: datetime
    ended_at: datetime
    vehicle: Vehicle
    plate: PlateReading
    registration: Registration | None
    direction: Direction
    crossed_at: tuple[datetime, ...]
    """Wall-clock times of `direction.crossings`, one each."""
    occupants: Occupants
    evidence: tuple[Evidence, ...]
