# SPDX-License-Identifier: Apache-2.0
"""Vehicles by chance, in about the mix of a street, with lamps on where the weather asks for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from training.simulator.heavy import build_bicycle, build_lorry, build_motorcycle
from training.simulator.light import Condition
from training.simulator.mix import drawn, mix
from training.simulator.plates import PlatePair, bike_pair, random_pair
from training.simulator.shapes import shapes, varied
from training.simulator.vehicles import Paint, Vehicle, build_body

_STEERS_RIGHT = ("GB", "IE", "MT", "CY")
"""Countries whose cars have the steering wheel on the right."""


def _people(design: str, rng: np.random.Generator) -> int:
    if design in ("lorry", "articulated", "van"):
        return int(rng.choice([1, 2], p=[0.75, 0.25]))
    if design == "bus":
        return int(rng.integers(1, 14))
    return int(rng.choice([1, 2, 3, 4, 5], p=[0.5, 0.28, 0.1, 0.08, 0.04]))


def build(
    design: str,
    region: str,
    rng: np.random.Generator,
    plates: PlatePair | None = None,
    people: int | None = None,
    paint: Paint | None = None,
) -> Vehicle:
    """A vehicle of a design of mix.toml, with plates by chance as region "gb" or "eu" has them unless some are given.

    The driver sits on the side that is usual where the plates come from.

    Raises KeyError for a design that there is none of.
    """
    if design == "bicycle":
        return build_bicycle(rng)
    if design == "motorcycle":
        return build_motorcycle(plates or bike_pair(region, rng), rng, paint)
    pair = plates or random_pair(region, rng)
    right_hand = pair.country in _STEERS_RIGHT
    aboard = people or _people(design, rng)
    if design in ("lorry", "articulated"):
        return build_lorry(pair, min(aboard, 2), rng, right_hand, design == "articulated", paint)
    shape, kind = shapes()[design], mix()["kinds"][design]
    return build_body(varied(shape, rng), kind, pair, aboard, rng, right_hand, paint)


def random_vehicle(region: str, rng: np.random.Generator) -> Vehicle:
    """Any vehicle."""
    return build(drawn(mix()["designs"], rng), region, rng)


def lamps_on(vehicle: Vehicle, condition: Condition, rng: np.random.Generator) -> Vehicle:
    """The vehicle as it is driven in this weather; some drive with day lamps in bright light."""
    if condition in (Condition.DUSK, Condition.RAIN):
        palette = vehicle.palette.glowing(head_lamp=14.0, day_lamp=4.0, tail_lamp=2.2)
        return replace(vehicle, palette=palette)
    if rng.random() < 0.4:
        return replace(vehicle, palette=vehicle.palette.glowing(day_lamp=3.0))
    return vehicle
