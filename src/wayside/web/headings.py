# SPDX-License-Identifier: Apache-2.0
"""Which way on the Earth the ways across the gates of a camera lead, for arrows on a map."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wayside.config import CameraPlan
from wayside.domain import Gate
from wayside.watch import Place

NEARLY_DEG = 5.0
"""Arrows of one name that differ by less are one."""
REACH = 30.0
"""Length of an arrow, and from there how far its name stands, in units of the drawing."""
BEYOND = 12.0


@dataclass(frozen=True, slots=True)
class Heading:
    """One way across one gate."""

    gate: str
    way: str
    deg_true: float
    measured: bool
    """Whether somebody stated it for the gate; else it follows from where the camera looks, and is rough."""

    @property
    def spot(self) -> tuple[float, float]:
        """Where its name stands, rightwards and downwards from the place."""
        turned = math.radians(self.deg_true)
        return round((REACH + BEYOND) * math.sin(turned), 1), round(-(REACH + BEYOND) * math.cos(turned), 1)


def forward_deg_true(gate: Gate, bearing_deg_true: float | None) -> float | None:
    """Where the forward way leads: as somebody stated it, else as the line lies in a picture whose bearing is known.

    What is farther away stands higher in a picture, so upwards is the bearing. None where neither is known.
    """
    if gate.heading_deg_true is not None or bearing_deg_true is None:
        return gate.heading_deg_true
    rightward, downward = -(gate.end.y - gate.start.y), gate.end.x - gate.start.x
    return (bearing_deg_true + math.degrees(math.atan2(rightward, -downward))) % 360


def of_plan(plan: CameraPlan) -> Iterator[Heading]:
    """The ways across the gates of one camera, both of each gate."""
    for gate in plan.gates:
        forward = forward_deg_true(gate, plan.bearing_deg_true)
        if forward is not None:
            measured = gate.heading_deg_true is not None
            yield Heading(gate.name, gate.forward, forward, measured)
            yield Heading(gate.name, gate.backward, (forward + 180) % 360, measured)


def alike(one: Heading, other: Heading) -> bool:
    """Whether two arrows would lie upon each other and be called the same."""
    apart = abs(one.deg_true - other.deg_true) % 360
    return one.way == other.way and min(apart, 360 - apart) < NEARLY_DEG


def headings_of(places: Iterable[Place], plans: Iterable[CameraPlan]) -> dict[str, tuple[Heading, ...]]:
    """The ways of each place, by its name; of those that are alike the first."""
    known = {str(plan.name): plan for plan in plans}
    found: dict[str, tuple[Heading, ...]] = {}
    for place in places:
        there: list[Heading] = []
        for camera in place.cameras:
            ways = of_plan(known[camera.name]) if camera.name in known else ()
            there += [way for way in ways if not any(alike(way, other) for other in there)]
        found[place.name] = tuple(there)
    return found
