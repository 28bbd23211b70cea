# SPDX-License-Identifier: Apache-2.0
"""The stretch of the Earth that a drawing shows, and where a position lies on it; in Web Mercator, like map tiles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import asinh, atan, cos, degrees, pi, radians, sinh, tan

from wayside.domain import Position

WIDTH, HEIGHT = 800.0, 500.0
"""Of a drawing, in its own units."""
MARGIN = 0.15
"""Share of the drawing that stays free around what is shown, at each side."""
FURTHEST_LATITUDE = 85.0
"""Towards the poles the projection grows without end."""
NARROWEST_M = 400.0
"""A single place is shown with this much around it, in the width."""
EQUATOR_M = 40_075_016.7
"""Length of the equator of WGS 84."""
STEPS = (1.0, 2.0, 5.0)


def flat(position: Position) -> tuple[float, float]:
    """A position on the square of the world: 0–1 to the east and to the south."""
    latitude = max(-FURTHEST_LATITUDE, min(FURTHEST_LATITUDE, position.latitude))
    return position.longitude / 360 + 0.5, 0.5 - asinh(tan(radians(latitude))) / (2 * pi)


def round_again(x: float, y: float) -> Position:
    """The inverse of `flat`."""
    return Position(degrees(atan(sinh(2 * pi * (0.5 - y)))), (x - 0.5) * 360)


@dataclass(frozen=True, slots=True)
class View:
    """A stretch of the world as large as the drawing: its left upper corner on the square, and units to its width."""

    left: float
    top: float
    units: float
    """How long the whole equator would be in the drawing."""

    def at(self, position: Position) -> tuple[float, float]:
        """Where a position lies in the drawing, to a tenth of a unit."""
        x, y = flat(position)
        return round((x - self.left) * self.units, 1), round((y - self.top) * self.units, 1)

    @property
    def corners(self) -> tuple[Position, Position]:
        """South-west and north-east."""
        right, bottom = self.left + WIDTH / self.units, self.top + HEIGHT / self.units
        return round_again(self.left, bottom), round_again(right, self.top)

    @property
    def metres(self) -> float:
        """What the width of the drawing is in its middle."""
        middle = round_again(0.5, self.top + HEIGHT / self.units / 2)
        return EQUATOR_M * cos(radians(middle.latitude)) * WIDTH / self.units

    def bar(self) -> tuple[float, float]:
        """A round number of metres for the bar of the scale, at most a quarter of the width; and its length."""
        longest, size = self.metres / 4, 1.0
        while size * 10 <= longest:
            size *= 10
        metres = max(step * size for step in STEPS if step * size <= longest)
        return metres, round(metres / self.metres * WIDTH, 1)


WORLD = View(0.0, 0.5 - HEIGHT / WIDTH / 2 - 0.05, WIDTH)


def view_of(positions: Iterable[Position]) -> View:
    """The view that shows some positions with a margin; the world where there are none."""
    points = [flat(one) for one in positions]
    if not points:
        return WORLD
    xs, ys = zip(*points, strict=True)
    middle = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    least = NARROWEST_M / (EQUATOR_M * cos(radians(round_again(*middle).latitude)))
    share = 1 - 2 * MARGIN
    span = max(least, (max(xs) - min(xs)) / share, (max(ys) - min(ys)) / share * WIDTH / HEIGHT)
    units = WIDTH / min(1.0, span)
    return View(middle[0] - WIDTH / units / 2, middle[1] - HEIGHT / units / 2, units)
