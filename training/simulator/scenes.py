# SPDX-License-Identifier: Apache-2.0
"""Scripts for clips: a gate with chance traffic, and the cast of the demo."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from training.simulator.camera import Camera
from training.simulator.clip import Script
from training.simulator.compose import Stage, make_stage
from training.simulator.fleet import build, lamps_on, random_vehicle
from training.simulator.ground import Road, make_road
from training.simulator.light import Condition, make_light
from training.simulator.plates import plate_pair
from training.simulator.scenery import gate_posts
from training.simulator.traffic import BRAKING_MPS2, STARTING_MPS2, Barrier, Halt, Trip
from training.simulator.truth import GateLine
from training.simulator.vehicles import PAINTS, Vehicle
from training.simulator.weather import Sensor

GATE_Y = 18.0
"""Metres from the camera's foot to the barrier."""
LINE_Y = GATE_Y + 4.2
"""Where the stop line is; the gate is drawn there, so that vehicles are whole in the picture on both sides of it."""
FAR_Y = 80.0
"""Where vehicles from afar begin, metres."""
_STOP_BEFORE_M = 5.0
_HIGH_M = 9.0


def gate_camera(size: tuple[int, int]) -> Camera:
    """A camera over the middle of a gate's road: plates 70-110 px wide where they are read, at 1280 px."""
    return Camera(*size, 2350.0 * size[0] / 1280, (0.0, 0.0, 4.6), 0.0, 13.2, 0.0)


def steep_camera(size: tuple[int, int], down_deg: float) -> Camera:
    """A camera nine metres above the ground that looks down on the line of the gate; down_deg: over 40, up to 90."""
    before_m = _HIGH_M / math.tan(math.radians(down_deg))
    return Camera(*size, 800.0 * size[0] / 1280, (0.0, LINE_Y - before_m, _HIGH_M), 0.0, down_deg, 0.0)


def _gate_road(rng: np.random.Generator) -> Road:
    road = make_road(2, left_hand_traffic=True, rng=rng, stop_line_y=LINE_Y)
    lanes = tuple((way * -1.55, way) for way in (1, -1))
    return replace(road, lanes=lanes, left=-3.1, right=3.1, pavement=1.8, dashed_centre=True, paved_verge=False)


def _stage(
    camera: Camera,
    condition: Condition,
    sensor: Sensor,
    rng: np.random.Generator,
    sun_deg: tuple[float, float] | None = None,
) -> Stage:
    road = _gate_road(rng)
    return make_stage(camera, road, make_light(condition, rng, sun_deg), sensor, rng, gate_posts(road, GATE_Y))


def gate_line(camera: Camera, road: Road) -> GateLine:
    """The gate across the road in pixels, along the stop line; towards the camera is "in"."""
    ends = np.array([[road.left - 0.9, LINE_Y, 0.0], [road.right + 0.9, LINE_Y, 0.0]])
    pixels, _ = camera.project(ends)
    (x1, y1), (x2, y2) = np.round(pixels, 0).astype(float).tolist()
    return GateLine("gate", (x1, y1), (x2, y2), forward="in", backward="out")


def _trip(
    vehicle: Vehicle, road: Road, way: int, starts_s: float, speed: float, halt_at_y: float | None, wait_s: float
) -> Trip:
    x = next(x for x, each in road.lanes if each == way)
    from_y = FAR_Y if way < 0 else 6.0 - vehicle.length / 2
    halt = None
    if halt_at_y is not None:
        halt = Halt(abs(halt_at_y + vehicle.length / 2 - from_y), wait_s)
    return Trip(vehicle, x, way, starts_s, speed, from_y, halt)


def _passes(trip: Trip, y: float) -> float:
    """When the middle of the vehicle is at y; a minute after its start at the latest."""
    for time_s in np.arange(trip.starts_s, trip.starts_s + 60, 0.05):
        if (trip.pose(float(time_s)).y - y) * trip.way >= 0:
            return float(time_s)
    return trip.starts_s + 60


def _opening(trip: Trip) -> tuple[float, float]:
    """When the arm rises for a vehicle that comes towards the camera, and when it falls behind it."""
    half = trip.vehicle.length / 2
    falls = _passes(trip, GATE_Y - 1.5 - half)
    if trip.halt is None:
        return _passes(trip, GATE_Y + 24 + half), falls
    stands = trip.starts_s + trip.halt_begins_s
    return stands + trip.halt.seconds - 1.2, falls


def _barrier(road: Road, trips: Sequence[Trip]) -> Barrier:
    """The arm over the lane towards the camera."""
    return Barrier(road.right + 0.35, GATE_Y, -3.2, tuple(_opening(trip) for trip in trips if trip.way < 0))


def _script(stage: Stage, trips: Sequence[Trip], seconds: float, fps: float, seed: int) -> Script:
    return Script(
        stage=stage, trips=tuple(trips), gates=(gate_line(stage.camera, stage.road),),
        barriers=(_barrier(stage.road, trips),), seconds=seconds, fps=fps, seed=seed,
    )  # fmt: skip


def _lane_traffic(
    road: Road, way: int, seconds: float, condition: Condition, per_minute: float, rng: np.random.Generator
) -> list[Trip]:
    """Vehicles that follow each other in one lane, all at one speed and never closer than they are safe."""
    trips: list[Trip] = []
    speed, starts = float(rng.uniform(6.5, 10)), float(rng.uniform(0, 4))
    while starts < seconds - 4:
        vehicle = lamps_on(random_vehicle("gb", rng), condition, rng)
        waits = way < 0 and rng.random() < 0.17
        stop, wait_s = (GATE_Y + _STOP_BEFORE_M, float(rng.uniform(2, 5))) if waits else (None, 0.0)
        trips.append(_trip(vehicle, road, way, starts, speed, stop, wait_s))
        lost = wait_s + speed / (2 * BRAKING_MPS2) + speed / (2 * STARTING_MPS2) if waits else 0.0
        headway = max(60.0 / per_minute * float(rng.uniform(0.5, 1.5)), 2.0 + (vehicle.length + 16) / speed)
        starts += headway + lost
    return trips


def _parked(road: Road, count: int, rng: np.random.Generator) -> list[Trip]:
    """Cars at the left kerb, beyond the gate, that never move."""
    return [
        Trip(random_vehicle("gb", rng), road.left - 1.6, 1, 0.0, 0.0, GATE_Y + 12.0 + 14.0 * number)
        for number in range(count)
    ]


def chance_script(
    seed: int,
    seconds: float,
    size: tuple[int, int],
    fps: float,
    condition: Condition,
    per_minute: float,
    parked: int = 0,
    steep_deg: float | None = None,
) -> Script:
    """Traffic by chance through the gate, `per_minute` vehicles each way; every sixth stops at the barrier.

    steep_deg: how steeply the camera looks down on it from above; None: the camera of the gate.
    """
    rng = np.random.default_rng([seed, 7])
    camera = gate_camera(size) if steep_deg is None else steep_camera(size, steep_deg)
    stage = _stage(camera, condition, Sensor.clean(condition), rng)
    moving = [trip for way in (1, -1) for trip in _lane_traffic(stage.road, way, seconds, condition, per_minute, rng)]
    trips = sorted(moving, key=lambda trip: trip.starts_s) + _parked(stage.road, parked, rng)
    return _script(stage, trips, seconds, fps, seed)


@dataclass(frozen=True)
class Part:
    """One vehicle of the demo: when it starts, which way, how fast, what it is and what its plate says."""

    starts_s: float
    way: int
    speed_mps: float
    design: str
    paint: str
    style: str
    text: str
    people: int
    wait_s: float = 0.0


DEMO_CAST = (
    Part(0.3, -1, 8.5, "saloon", "black", "gb_diplomatic", "147 D 263", 2),
    Part(3.6, 1, 8.0, "hatchback", "red", "gb", "LK19 VBT", 1),
    Part(5.2, -1, 9.0, "suv", "white", "de", "B:MK 2741", 3),
    Part(9.8, 1, 9.0, "estate", "grey", "gb_band", "YD17 KWN", 1),
    Part(10.8, -1, 7.5, "van", "white", "gb", "MA68 RJX", 1, 3.0),
    Part(15.6, 1, 8.5, "saloon", "silver", "gb_diplomatic", "208 X 417", 1),
    Part(21.0, -1, 9.5, "hatchback", "blue", "fr", "GH-582-KT", 2),
    Part(24.2, 1, 9.0, "suv", "light blue", "gb", "KX66 TYH", 1),
    Part(26.2, -1, 8.0, "lorry", "dark blue", "gb", "FJ21 ZPA", 1),
    Part(30.4, 1, 9.0, "suv", "green", "nl", "TX-846-P", 2),
    Part(33.6, -1, 9.5, "estate", "dark blue", "gb", "BD70 SLU", 4),
    Part(37.0, 1, 8.5, "pickup", "orange", "pl", "WA 5837K", 1),
    Part(39.4, -1, 9.5, "hatchback", "beige", "gb_diplomatic", "126 D 305", 1),
)
"""The demo: both ways, diplomats of both letters, plates of five countries, one that waits at the barrier."""


def demo_script(size: tuple[int, int] = (1280, 720), fps: float = 12.5, seconds: float = 49.0) -> Script:
    """The clip that the project ships."""
    rng = np.random.default_rng(20)
    stage = _stage(
        gate_camera(size), Condition.DAY, Sensor.clean(Condition.DAY), np.random.default_rng(46), sun_deg=(-140.0, 40.0)
    )
    paints = {name: (name, colour) for name, colour, _ in PAINTS}
    trips = []
    for part in DEMO_CAST:
        vehicle = build(
            part.design, "gb", rng, plate_pair(part.style, rng, part.text, wear=0.08), part.people, paints[part.paint]
        )
        stop = GATE_Y + _STOP_BEFORE_M if part.wait_s else None
        trips.append(_trip(vehicle, stage.road, part.way, part.starts_s, part.speed_mps, stop, part.wait_s))
    return _script(stage, trips, seconds, fps, 20)
