# SPDX-License-Identifier: Apache-2.0
"""Proportions of vehicle bodies as data: outlines seen from the side, and where glass, wheels and plates sit."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

_FILE = Path(__file__).with_name("shapes.toml")


@dataclass(frozen=True)
class BodyShape:
    """A body as its side outline, swept across; metres, `u` counts backwards from the front bumper.

    outline: (u, z) from the lowest point of the front, over bonnet and roof, to the lowest of the rear.
    The named numbers are indices into `outline`: where bonnet, windscreen, roof, rear glass and tail begin.
    belt: height of the window sills at the front and at the rear; tumble: how far the sides lean in above it.
    pillars: (u at the belt, u at the roof, width) of the posts between the side windows.
    """

    name: str
    width: float
    outline: tuple[tuple[float, float], ...]
    bonnet: int
    cowl: int
    header: int
    rear_header: int
    rear_glass_end: int
    tail: int
    belt: tuple[float, float]
    tumble: float
    axles: tuple[float, ...]
    wheel_radius: float
    side_glass: tuple[float, float]
    pillars: tuple[tuple[float, float, float], ...]
    doors: tuple[float, ...]
    lamp_z: tuple[float, float]
    tail_lamp_z: tuple[float, float]
    front_plate_z: float
    rear_plate_z: float
    seats: tuple[float, ...]
    seat_z: float
    nose: float = 0.22
    stern: float = 0.14
    rear_glass: bool = True
    cladding: bool = False
    rounding: float = 0.07

    @property
    def length(self) -> float:
        return max(u for u, _ in self.outline)

    @property
    def height(self) -> float:
        return max(z for _, z in self.outline)

    def scaled(self, length: float, height: float, width: float) -> BodyShape:
        """The same design stretched by these factors; wheels keep their size."""

        def along(values: tuple[float, ...]) -> tuple[float, ...]:
            return tuple(value * length for value in values)

        def raised(z: float) -> float:
            return z if z < 0.9 else 0.9 + (z - 0.9) * height

        return replace(
            self,
            width=self.width * width,
            outline=tuple((u * length, raised(z)) for u, z in self.outline),
            axles=along(self.axles),
            side_glass=(self.side_glass[0] * length, self.side_glass[1] * length),
            pillars=tuple((a * length, b * length, w) for a, b, w in self.pillars),
            doors=along(self.doors),
            seats=along(self.seats),
        )


def varied(shape: BodyShape, rng: np.random.Generator) -> BodyShape:
    """One make's version of a shape."""
    length, height, width = rng.uniform([0.95, 0.94, 0.97], [1.06, 1.06, 1.03])
    return shape.scaled(float(length), float(height), float(width))


@cache
def shapes() -> Mapping[str, BodyShape]:
    """All shapes of shapes.toml by name. TypeError where an entry is missing or unknown."""
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        name: BodyShape(name=name, **{key: _frozen(each) for key, each in row.items()}) for name, row in table.items()
    }


def _frozen(value: Any) -> Any:
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value
