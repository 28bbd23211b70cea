# SPDX-License-Identifier: Apache-2.0
"""A clip of a gate with its truth: every frame rendered, every passage written down."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from training.simulator.compose import Actor, Stage, motion_px, take
from training.simulator.layers import Layer, render
from training.simulator.scenery import barrier_arm
from training.simulator.traffic import Barrier, Trip
from training.simulator.truth import VehicleTruth, crossings_of, is_readable, plate_views, seen_box

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class GateLine:
    """A line across the picture in pixels, with the meaning that `wayside.domain.Gate` gives it."""

    name: str
    start: tuple[float, float]
    end: tuple[float, float]
    forward: str
    backward: str


@dataclass(frozen=True)
class Script:
    """Everything that happens in a clip."""

    stage: Stage
    trips: tuple[Trip, ...]
    gates: tuple[GateLine, ...]
    barriers: tuple[Barrier, ...]
    seconds: float
    fps: float
    seed: int
    shutter_s: float = 0.002

    @property
    def frames(self) -> int:
        return round(self.seconds * self.fps)


@dataclass(frozen=True)
class Sight:
    """What one frame shows of one trip: box in pixels, plates (end, corners (4, 2), readable), visible share."""

    trip: int
    box: tuple[float, float, float, float]
    visible_share: float
    plates: tuple[tuple[str, NDArray[np.float32], bool], ...]


@dataclass(frozen=True)
class Frame:
    """One finished frame with what it shows."""

    picture: Bytes
    sights: tuple[Sight, ...]


_BEYOND_M = 120.0


def _on_stage(trip: Trip, time_s: float) -> bool:
    y = trip.pose(time_s).y
    return time_s >= trip.starts_s and -trip.vehicle.length < y < _BEYOND_M


@lru_cache(maxsize=64)
def _arm(stage_id: int, barrier: Barrier, share: float) -> Layer | None:
    stage = _STAGES[stage_id]
    return render(barrier_arm((barrier.x, barrier.y), barrier.reach_m, share), stage.camera, stage.light)


_STAGES: dict[int, Stage] = {}


def render_frame(script: Script, number: int) -> Frame:
    """One frame of the clip; the same script and number give the same frame."""
    cv2.setNumThreads(1)
    time_s = number / script.fps
    _STAGES[id(script.stage)] = script.stage
    arms = [_arm(id(script.stage), barrier, round(barrier.open_share(time_s), 2)) for barrier in script.barriers]
    present = [index for index, trip in enumerate(script.trips) if _on_stage(trip, time_s)]
    actors = [_actor(script.trips[index], time_s) for index in present]
    rng = np.random.default_rng([script.seed, number])
    shot = take(script.stage, actors, rng, script.shutter_s, [arm for arm in arms if arm is not None])
    sights = []
    for index, actor, seen in zip(present, actors, shot.seen, strict=True):
        if seen is not None:
            blur = float(np.hypot(*motion_px(actor, script.stage.camera, script.shutter_s)))
            plates = tuple(
                ("front" if view.ahead else "rear", view.corners, is_readable(view, blur))
                for view in plate_views(actor, seen, script.stage.camera)
                if view.visible_share > 0.5
            )
            sights.append(Sight(index, seen_box(seen), seen.visible_share, plates))
    return Frame(shot.picture, tuple(sights))


def _actor(trip: Trip, time_s: float) -> Actor:
    return Actor(trip.vehicle, trip.pose(time_s), trip.speed(time_s))


_SCRIPT: list[Script] = []


def _take_script(script: Script) -> None:
    _SCRIPT[:] = [script]


def _numbered(number: int) -> Frame:
    return render_frame(_SCRIPT[0], number)


def render_all(script: Script, workers: int = 1) -> Iterator[Frame]:
    """All frames in order of time."""
    if workers <= 1:
        yield from (render_frame(script, number) for number in range(script.frames))
        return
    with ProcessPoolExecutor(workers, initializer=_take_script, initargs=(script,)) as pool:
        yield from pool.map(_numbered, range(script.frames), chunksize=4)


def open_writer(path: Path, size: tuple[int, int], fps: float) -> cv2.VideoWriter:
    """A writer for small files: VP9 where OpenCV has it, else MPEG-4. OSError where neither opens."""
    for code in ("vp09", "mp4v"):
        writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*code), fps, size)
        if writer.isOpened():
            return writer
    raise OSError(f"{path}: no video encoder opens it; install an opencv-python-headless wheel that has FFmpeg")


def write_clip(script: Script, video: Path, truth: Path, workers: int = 1) -> dict[str, Any]:
    """Render the clip to `video` and its truth to `truth`; returns the truth."""
    camera = script.stage.camera
    writer = open_writer(video, (camera.width, camera.height), script.fps)
    seen: list[tuple[Sight, ...]] = []
    for frame in render_all(script, workers):
        writer.write(frame.picture)
        seen.append(frame.sights)
    writer.release()
    facts = truth_of(script, video.name, seen)
    truth.write_text(json.dumps(facts, separators=(",", ":")) + "\n", encoding="utf-8")
    return facts


def truth_of(script: Script, name: str, seen: Sequence[tuple[Sight, ...]]) -> dict[str, Any]:
    """The truth document of a clip; docs/explanation/simulator.md describes it."""
    camera = script.stage.camera
    vehicles = [_vehicle_truth(script, index, seen) for index in range(len(script.trips))]
    return {
        "clip": name, "seed": script.seed, "fps": script.fps, "frames": script.frames,
        "width": camera.width, "height": camera.height, "condition": script.stage.light.condition.value,
        "gates": [gate.__dict__ for gate in script.gates],
        "vehicles": [each for each in vehicles if each["frames"]],
    }  # fmt: skip


def _vehicle_truth(script: Script, index: int, seen: Sequence[tuple[Sight, ...]]) -> dict[str, Any]:
    vehicle = script.trips[index].vehicle
    rows: list[dict[str, Any]] = []
    boxes: list[tuple[int, tuple[float, float, float, float]]] = []
    for number, sights in enumerate(seen):
        for sight in sights:
            if sight.trip == index:
                boxes.append((number, sight.box))
                rows.append(_row(number, sight))
    facts = VehicleTruth.of(vehicle, index + 1).document()
    facts["crossings"] = [
        c
        for gate in script.gates
        for c in crossings_of(gate.name, gate.start, gate.end, (gate.forward, gate.backward), boxes, script.fps)
    ]
    facts["frames"] = rows
    return facts


def _row(number: int, sight: Sight) -> dict[str, Any]:
    return {
        "frame": number,
        "box": list(sight.box),
        "visible": round(sight.visible_share, 2),
        "plates": [
            {"end": end, "corners": np.round(corners, 1).astype(float).round(1).tolist(), "readable": readable}
            for end, corners, readable in sight.plates
        ],
    }
