# SPDX-License-Identifier: Apache-2.0
"""What was seen of one vehicle: detections frame by frame, and the track that joins them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wayside.domain.geometry import Box


class VehicleKind(StrEnum):
    """The kinds of vehicle that the record knows."""

    CAR = "car"
    BUS = "bus"
    TRUCK = "truck"
    MOTORCYCLE = "motorcycle"
    BICYCLE = "bicycle"


class VehicleColour(StrEnum):
    """The colours that cameras state: coarse on purpose, for light and dust change finer ones."""

    WHITE = "white"
    GREY = "grey"
    BLACK = "black"
    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    BLUE = "blue"
    BROWN = "brown"


@dataclass(frozen=True, slots=True)
class Detection:
    """One vehicle found in one frame; score 0–1, box in pixels of the source frame."""

    kind: VehicleKind
    score: float
    box: Box
    supposed: bool = False
    """Only its plate was seen: kind and box are supposed, or those of the vehicle that was seen here before."""


@dataclass(frozen=True, slots=True)
class TrackPoint:
    """Where a tracked vehicle was seen at one time."""

    time_s: float
    """Seconds since the start of the source."""
    detection: Detection


@dataclass(frozen=True, slots=True)
class Track:
    """The detections of one vehicle over time in one camera, oldest first; never empty."""

    number: int
    """Counts the tracks of one camera run from 1."""
    points: tuple[TrackPoint, ...]
    doubtful: bool = False
    """Too little of a vehicle was seen: whether it was one its plate must say."""
    moved: bool = True
    """It was ever elsewhere than where it was seen first."""

    @property
    def began_s(self) -> float:
        return self.points[0].time_s

    @property
    def ended_s(self) -> float:
        return self.points[-1].time_s
