# SPDX-License-Identifier: Apache-2.0
"""Points, boxes and quadrilaterals in picture pixels: x to the right, y down, edges exclusive."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from typing import NamedTuple


class Point(NamedTuple):
    """A place in the picture, in pixels."""

    x: float
    y: float


class Quad(NamedTuple):
    """Four corners of a plate in reading order: top left, top right, bottom right, bottom left; pixels."""

    top_left: Point
    top_right: Point
    bottom_right: Point
    bottom_left: Point


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in pixels; right and bottom are exclusive."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return max(0.0, self.right - self.left)

    @property
    def height(self) -> float:
        return max(0.0, self.bottom - self.top)

    @property
    def area(self) -> float:
        """Square pixels."""
        return self.width * self.height

    @property
    def centre(self) -> Point:
        return Point((self.left + self.right) / 2, (self.top + self.bottom) / 2)

    @property
    def ground(self) -> Point:
        """The middle of the lower edge: about where the vehicle stands on the road."""
        return Point((self.left + self.right) / 2, self.bottom)

    def holds(self, point: Point) -> bool:
        """Whether the point lies in the box or on its edge."""
        return self.left <= point.x <= self.right and self.top <= point.y <= self.bottom

    def intersection(self, other: Box) -> float:
        """Shared area in square pixels."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height)

    def iou(self, other: Box) -> float:
        """Intersection over union, 0–1."""
        shared = self.intersection(other)
        union = self.area + other.area - shared
        return shared / union if union > 0 else 0.0

    def grown(self, share: float) -> Box:
        """The box with `share` of its width and height added at each side."""
        dx, dy = self.width * share, self.height * share
        return Box(self.left - dx, self.top - dy, self.right + dx, self.bottom + dy)

    def clipped(self, width: float, height: float) -> Box:
        """The part inside a picture of this size in pixels."""
        left, right = (min(max(v, 0.0), width) for v in (self.left, self.right))
        top, bottom = (min(max(v, 0.0), height) for v in (self.top, self.bottom))
        return Box(left, top, right, bottom)


def side_of(point: Point, start: Point, end: Point) -> float:
    """Signed distance in pixels of `point` from the line `start → end`.

    Negative on the left-hand side of somebody who looks from `start` to `end` in the picture (y down),
    positive on the right-hand side. Zero for a line without length.
    """
    dx, dy = end.x - start.x, end.y - start.y
    length = hypot(dx, dy)
    if length == 0:
        return 0.0
    return (dx * (point.y - start.y) - dy * (point.x - start.x)) / length


def along(point: Point, start: Point, end: Point) -> float:
    """How far `point` lies along `start → end`: 0 at start, 1 at end, beyond outside."""
    dx, dy = end.x - start.x, end.y - start.y
    squared = dx * dx + dy * dy
    if squared == 0:
        return 0.0
    return ((point.x - start.x) * dx + (point.y - start.y) * dy) / squared
