# SPDX-License-Identifier: Apache-2.0
"""Which way a vehicle went: gates crossed, travel in the picture, heading."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wayside.domain.geometry import Point


class Travel(StrEnum):
    """Movement in the picture, where no gate says more."""

    TOWARD = "toward"
    AWAY = "away"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Gate:
    """A line across the picture with a name for each way across it.

    `forward` names the way from the left-hand side to the right-hand side of somebody who looks from
    `start` to `end` in the picture (pixels of the source).
    """

    name: str
    start: Point
    end: Point
    forward: str
    backward: str
    heading_deg_true: float | None = None
    """True heading of the forward way, where somebody measured it."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """One vehicle going over one gate once."""

    gate: str
    way: str
    time_s: float
    """Seconds since the start of the source, interpolated between frames."""


@dataclass(frozen=True, slots=True)
class Direction:
    """Gates crossed in order of time, travel in the picture, and heading where the bearing is known."""

    crossings: tuple[Crossing, ...]
    travel: Travel | None
    """None for a vehicle that did not move enough to say."""
    heading_deg_true: float | None
