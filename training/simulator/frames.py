# SPDX-License-Identifier: Apache-2.0
"""Single pictures of chance scenes with boxes of vehicles and plates, to train detectors on."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from training.simulator.camera import Camera
from training.simulator.compose import Actor, Shot, Stage, make_stage, take
from training.simulator.fleet import lamps_on, random_vehicle
from training.simulator.ground import Road, make_road
from training.simulator.light import Condition, make_light
from training.simulator.truth import plate_views, seen_box
from training.simulator.vehicles import Pose, Vehicle
from training.simulator.weather import Sensor

SIZES = ((640, 360), (640, 480), (640, 360), (704, 576), (800, 450), (960, 540), (1280, 720))
BOX_COLUMNS = ("file", "width", "height", "label", "x1", "y1", "x2", "y2", "origin", "score")
CORNER_COLUMNS = ("file", "x1", "y1", "x2", "y2", "x3", "y3", "x4", "y4")
SHOTS_A_PLACE = 4
"""Pictures that share a backdrop, which costs more to render than the vehicles."""
SHOTS_A_GARAGE = 24
_MIN_BOX_PX = 8.0


@dataclass(frozen=True)
class Still:
    """One picture's labels: boxes (label, left, top, right, bottom) and plate corners (4, 2), pixels."""

    file: str
    size: tuple[int, int]
    boxes: tuple[tuple[str, float, float, float, float], ...]
    corners: tuple[NDArray[np.float32], ...]


def _condition(rng: np.random.Generator) -> Condition:
    return Condition(str(rng.choice([c.value for c in Condition], p=[0.45, 0.27, 0.14, 0.14])))


def _camera(rng: np.random.Generator, road: Road) -> tuple[Camera, float]:
    """A camera, and how far away the vehicles of interest are: gate cameras look closely, overview cameras widely."""
    width, height = SIZES[int(rng.integers(len(SIZES)))]
    close = rng.random() < 0.68
    distance = float(rng.uniform(6, 16) if close else rng.uniform(18, 45))
    high = float(rng.uniform(1.2, 6) if close else rng.uniform(3, 9))
    plate_px = float(np.exp(rng.uniform(np.log(55), np.log(260)))) if close else float(rng.uniform(9, 34))
    focal = plate_px * width / 1280 * distance / 0.52
    focal = float(np.clip(focal, 0.45 * width, 4.0 * width))
    lane = road.lanes[int(rng.integers(len(road.lanes)))][0]
    x = float(rng.uniform(road.left - 2.5, road.right + 2.5))
    yaw = float(np.degrees(np.arctan2(lane - x, distance)) + rng.normal(0, 2))
    pitch = float(np.degrees(np.arctan2(high - 0.7, distance)) + rng.normal(0, 1.5))
    return Camera(width, height, focal, (x, 0.0, high), yaw, pitch, float(rng.normal(0, 1.3))), distance


def _actors(
    road: Road, distance: float, garage: _Garage, condition: Condition, rng: np.random.Generator
) -> list[Actor]:
    actors = []
    wanted = int(rng.choice([0, 1, 2, 3, 5, 7], p=[0.04, 0.2, 0.26, 0.25, 0.15, 0.1]))
    next_free = {lane: distance * rng.uniform(0.75, 1.25) for lane, _ in road.lanes}
    first = road.lanes[int(rng.integers(len(road.lanes)))][0]
    for number in range(wanted):
        vehicle = lamps_on(garage.any(rng), condition, rng)
        x, way = (
            road.lanes[int(rng.integers(len(road.lanes)))]
            if number
            else next(row for row in road.lanes if row[0] == first)
        )
        heading = way * np.pi / 2 + rng.normal(0, 0.05) + (rng.normal(0, 0.25) if rng.random() < 0.15 else 0)
        y = next_free[x] + vehicle.length / 2
        next_free[x] = y + vehicle.length / 2 + rng.gamma(2, 3) + 0.8
        pose = Pose(x + rng.normal(0, 0.25), y, heading, rng.uniform(0, 9), bool(rng.random() < 0.2))
        actors.append(Actor(vehicle, pose, float(rng.choice([0, rng.uniform(2, 14)]))))
    return actors + _parked(road, distance, garage, rng)


def _parked(road: Road, distance: float, garage: _Garage, rng: np.random.Generator) -> list[Actor]:
    """Cars at the kerb, now and then."""
    if rng.random() > 0.3:
        return []
    side = -1 if rng.random() < 0.5 else 1
    x = (road.left if side < 0 else road.right) + side * rng.uniform(0.7, 1.6)
    actors, y = [], distance * rng.uniform(0.8, 1.6)
    for _ in range(int(rng.integers(1, 4))):
        vehicle = garage.any(rng)
        y += vehicle.length / 2
        actors.append(Actor(vehicle, Pose(x, y, (1 if rng.random() < 0.6 else -1) * np.pi / 2)))
        y += vehicle.length / 2 + rng.uniform(0.6, 4)
    return actors


@dataclass(frozen=True)
class _Place:
    """A chance place: its stage, in which region it lies, and how far off the vehicles of interest are."""

    stage: Stage
    region: str
    distance_m: float


@lru_cache(maxsize=1)
def _place(seed: int, number: int) -> _Place:
    rng = np.random.default_rng([seed, number, 1])
    region = "gb" if rng.random() < 0.55 else "eu"
    condition = _condition(rng)
    road = make_road(int(rng.choice([1, 2, 3, 4], p=[0.25, 0.5, 0.15, 0.1])), region == "gb", rng)
    camera, distance = _camera(rng, road)
    light = make_light(condition, rng)
    stage = make_stage(camera, road, light, Sensor.by_chance(condition, rng), rng)
    return _Place(stage, region, distance)


@lru_cache(maxsize=32)
def _parked_in_garage(region: str, seed: int, number: int, space: int) -> Vehicle:
    return random_vehicle(region, np.random.default_rng([seed, number, space, 2]))


@dataclass(frozen=True)
class _Garage:
    """Vehicles that a few dozen pictures in a row share, for building one costs about as much as showing it."""

    region: str
    seed: int
    number: int

    def any(self, rng: np.random.Generator) -> Vehicle:
        return _parked_in_garage(self.region, self.seed, self.number, int(rng.integers(16)))


def random_shot(seed: int, number: int) -> tuple[Shot, Camera, list[Actor]]:
    """A picture of a chance scene; a few pictures in a row share a place."""
    place = _place(seed, number // SHOTS_A_PLACE)
    rng = np.random.default_rng([seed, number])
    stage = place.stage
    garage = _Garage(place.region, seed, number // SHOTS_A_GARAGE)
    actors = _actors(stage.road, place.distance_m, garage, stage.light.condition, rng)
    shutter = float(rng.choice([0.001, 0.004, 0.012, 0.02]))
    return take(stage, actors, rng, shutter), stage.camera, actors


def labels_of(
    shot: Shot, camera: Camera, actors: Sequence[Actor]
) -> tuple[list[tuple[str, float, float, float, float]], list[NDArray[np.float32]]]:
    """Boxes of what is visible, and corners of the plates that show in full."""
    boxes, corners = [], []
    for actor, seen in zip(actors, shot.seen, strict=True):
        if seen is None or seen.visible_share < 0.12:
            continue
        box = seen_box(seen)
        if min(box[2] - box[0], box[3] - box[1]) < _MIN_BOX_PX:
            continue
        boxes.append((actor.vehicle.kind, *box))
        for view in plate_views(actor, seen, camera):
            if view.visible_share > 0.6 and view.width_px >= 6:
                left, top = np.clip(view.corners.min(axis=0), 0, None)
                right, bottom = np.minimum(view.corners.max(axis=0), (camera.width, camera.height))
                boxes.append(("plate", float(left), float(top), float(right), float(bottom)))
                corners.append(view.corners)
    return boxes, corners


def make_still(number: int, seed: int, folder: Path) -> Still:
    """Render and save one picture; the same seed and number give the same picture."""
    cv2.setNumThreads(1)
    shot, camera, actors = random_shot(seed, number)
    boxes, corners = labels_of(shot, camera, actors)
    name = f"sim_{seed:03d}_{number:05d}.jpg"
    quality = 70 + (number * 7) % 21
    cv2.imwrite(str(folder / "images" / name), shot.picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return Still(name, (camera.width, camera.height), tuple(boxes), tuple(corners))


def write_stills(folder: Path, count: int, seed: int, workers: int) -> None:
    """Write `count` pictures to folder/images with boxes.csv and plate_corners.csv beside them."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    job = partial(make_still, seed=seed, folder=folder)
    with (
        (folder / "boxes.csv").open("w", newline="") as box_file,
        (folder / "plate_corners.csv").open("w", newline="") as corner_file,
    ):
        boxes, corners = csv.writer(box_file), csv.writer(corner_file)
        boxes.writerow(BOX_COLUMNS)
        corners.writerow(CORNER_COLUMNS)
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            for still in pool.map(job, range(count), chunksize=SHOTS_A_PLACE):
                boxes.writerows(
                    (still.file, *still.size, label, *(f"{v:.1f}" for v in box), "human", "1.000")
                    for label, *box in still.boxes
                )
                corners.writerows((still.file, *(f"{v:.1f}" for v in quad.ravel())) for quad in still.corners)
                box_file.flush()
                corner_file.flush()
