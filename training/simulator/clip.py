# SPDX-License-Identifier: Apache-2.0
"""A clip of a gate with its truth: every frame rendered, every passage written down."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from training.simulator.compose import Actor, Seen, Stage, motion_px, take
from training.simulator.layers import Layer, render
from training.simulator.scenery import barrier_arm
from training.simulator.traffic import Barrier, Trip
from training.simulator.truth import GateLine, VehicleTruth, crossings_of, is_readable, plate_views, seen_box
from training.simulator.video import write_video

Bytes = NDArray[np.uint8]


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


def _arms(script: Script, time_s: float) -> list[Layer]:
    stage = script.stage
    models = (barrier_arm((each.x, each.y), each.reach_m, each.open_share(time_s)) for each in script.barriers)
    layers = (render(model, stage.camera, stage.light) for model in models)
    return [layer for layer in layers if layer is not None]


def _sight(index: int, actor: Actor, seen: Seen, script: Script) -> Sight:
    camera = script.stage.camera
    blur = float(np.hypot(*motion_px(actor, camera, script.shutter_s)))
    plates = tuple(
        ("front" if view.ahead else "rear", view.corners, is_readable(view, blur))
        for view in plate_views(actor, seen, camera)
        if view.visible_share > 0.5
    )
    return Sight(index, seen_box(seen), seen.visible_share, plates)


def render_frame(script: Script, number: int) -> Frame:
    """One frame of the clip; the same script and number give the same frame."""
    cv2.setNumThreads(1)
    time_s = number / script.fps
    present = [index for index, trip in enumerate(script.trips) if _on_stage(trip, time_s)]
    actors = [_actor(script.trips[index], time_s) for index in present]
    rng = np.random.default_rng([script.seed, number])
    shot = take(script.stage, actors, rng, script.shutter_s, _arms(script, time_s))
    views = zip(present, actors, shot.seen, strict=True)
    sights = (_sight(index, actor, seen, script) for index, actor, seen in views if seen is not None)
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
    # spawned, not forked: a child forked while a library holds a lock in a thread waits for ever
    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_take_script, initargs=(script,)
    ) as pool:
        yield from pool.map(_numbered, range(script.frames), chunksize=4)


def write_clip(script: Script, video: Path, truth: Path, workers: int = 1) -> dict[str, Any]:
    """Render the clip to `video` and its truth to `truth`; returns the truth."""
    camera = script.stage.camera
    seen: list[tuple[Sight, ...]] = []

    def pictures() -> Iterator[Bytes]:
        for frame in render_all(script, workers):
            seen.append(frame.sights)
            yield frame.picture

    write_video(video, pictures(), (camera.width, camera.height), script.fps)
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
        "gates": [{**asdict(gate), "start": list(gate.start), "end": list(gate.end)} for gate in script.gates],
        "vehicles": [each for each in vehicles if each["frames"]],
    }  # fmt: skip


def _vehicle_truth(script: Script, index: int, seen: Sequence[tuple[Sight, ...]]) -> dict[str, Any]:
    found = [(number, sight) for number, sights in enumerate(seen) for sight in sights if sight.trip == index]
    boxes = [(number, sight.box) for number, sight in found]
    facts = VehicleTruth.of(script.trips[index].vehicle, index + 1).document()
    facts["crossings"] = [crossing for gate in script.gates for crossing in crossings_of(gate, boxes, script.fps)]
    facts["frames"] = [_row(number, sight) for number, sight in found]
    return facts


def _row(number: int, sight: Sight) -> dict[str, Any]:
    return {
        "frame": number,
        "box": list(sight.box),
        "visible": round(sight.visible_share, 2),
        "plates": [
            {"end": end, "corners": corners.astype(float).round(1).tolist(), "readable": readable}
            for end, corners, readable in sight.plates
        ],
    }
