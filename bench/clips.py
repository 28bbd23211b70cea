# SPDX-License-Identifier: Apache-2.0
"""Plates per passage on clips made from real photographs: the whole pipeline, as if a camera had seen it move.

Each photograph becomes clips of several kinds: the vehicle comes nearer or leaves, crosses, enters and stops, the
camera pans or only shakes; with the blur, noise and video compression of a cheap camera. The photographs are those of
`stills`, each unknown to the detectors or to the reader.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.pack import EUROPE, Photograph, photographs, picture
from bench.stills import merge, unseen_by
from wayside.domain import Point
from wayside.pipeline import CameraSettings, Finished, watch
from wayside.pipeline.sources import open_source
from wayside.vision import Models, Picture

LONGEST = 960
STATED = 0.9
SEED = 20261122
STARTED = datetime(2026, 11, 22, 12, tzinfo=UTC)
Report = dict[str, dict[str, float]]
Matrix = NDArray[np.float64]
"""Photograph to frame, (2, 3), pixels."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How the photograph moves through the frame, which has its shape and 960 pixels on its longer side."""

    fps: int
    seconds: float
    sizes: tuple[float, float]
    """Of the photograph at the beginning and at the end, 1 for as large as the frame."""
    shifts: tuple[float, float] = (0.0, 0.0)
    """How far right of its own place the plate begins and ends, in widths of the frame."""
    moving: float = 1.0
    """Share of the time after which it stays where it is."""
    shake: float = 0.6
    """Standard deviation in pixels."""


KINDS = {
    "grows": Kind(25, 1.6, (1.0, 1.5)),
    "comes": Kind(15, 2.4, (0.5, 1.1)),
    "leaves": Kind(25, 2.0, (1.3, 0.6)),
    "crosses": Kind(20, 4.0, (0.7, 0.7), (-1.0, 1.0)),
    "enters": Kind(15, 3.0, (0.8, 0.8), (-1.0, 0.0), moving=0.4),
    "panned": Kind(12, 2.0, (1.2, 1.2), (0.1, -0.1)),
    "stands": Kind(10, 3.0, (1.0, 1.0), shake=1.5),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What the passages of the known vehicle said."""

    passages: int
    right: bool
    wrong_stated: bool
    """Another text was stated with a probability of 0.9 or more."""


def transforms(kind: Kind, shape: tuple[int, ...], plate: Point, rng: np.random.Generator) -> Iterator[Matrix]:
    """One for each frame; plate: its centre in the photograph, pixels."""
    frames = round(kind.fps * kind.seconds)
    fit = LONGEST / max(shape[:2])
    for number in range(frames):
        gone = min(1.0, number / (frames - 1) / kind.moving)
        scale = fit * np.interp(gone, (0, 1), kind.sizes)
        aside = shape[1] * fit * np.interp(gone, (0, 1), kind.shifts)
        shift = np.array(plate) * (fit - scale) + (aside, 0.0) + rng.normal(0.0, kind.shake, 2)
        yield np.array([[scale, 0.0, shift[0]], [0.0, scale, shift[1]]])


def frame_of(photograph: Picture, matrix: Matrix, rng: np.random.Generator) -> Picture:
    """One frame: moved before a road without detail, a little blurred, noisy, a little brighter or darker."""
    height, width = photograph.shape[:2]
    fit = LONGEST / max(height, width)
    size = (2 * round(width * fit / 2), 2 * round(height * fit / 2))
    road = cv2.resize(cv2.resize(photograph, (6, 6), interpolation=cv2.INTER_AREA), size)
    moved = cv2.warpAffine(photograph, matrix, size, road, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT)
    blurred = cv2.GaussianBlur(moved, (0, 0), float(rng.uniform(0.4, 0.9)))
    lit = blurred.astype(np.float32) * rng.normal(1.0, 0.02) + rng.normal(0.0, 3.0, blurred.shape)
    return np.clip(lit, 0, 255).astype(np.uint8)


def make(photograph: Photograph, kind: Kind, out: Path, seed: int) -> list[Matrix]:
    """Write the clip; the transforms of its frames."""
    rng = np.random.default_rng(seed)
    image = picture(photograph.plate.file)
    matrices = list(transforms(kind, image.shape, photograph.plate.box.centre, rng))
    frames = [frame_of(image, matrix, rng) for matrix in matrices]
    writer = cv2.VideoWriter(str(out), cv2.VideoWriter.fourcc(*"mp4v"), kind.fps, frames[0].shape[1::-1])
    for frame in frames:
        writer.write(frame)
    writer.release()
    return matrices


def told(photograph: Photograph, kind: Kind, models: Models, folder: Path, seed: int) -> Told:
    """Watch a clip of one photograph."""
    clip = folder / "clip.mp4"
    matrices = make(photograph, kind, clip, seed)
    settings = CameraSettings("clip", STARTED, privacy_blur=False)
    truth = merge(photograph.crop.text)
    own = [
        one
        for one in watch(open_source(str(clip)), settings, models)
        if _text(one) == truth or _holds_plate(one, photograph, kind, matrices)
    ]
    return Told(
        len(own),
        any(_text(one) == truth for one in own),
        any(_text(one) != truth and (one.passage.plate.probability or 0.0) >= STATED for one in own),
    )


def _text(finished: Finished) -> str:
    return merge(finished.passage.plate.text or "")


def _holds_plate(finished: Finished, photograph: Photograph, kind: Kind, matrices: list[Matrix]) -> bool:
    """Whether the vehicle's box held the plate most of the time."""
    held = []
    for point in finished.track.points:
        matrix = matrices[min(len(matrices) - 1, round(point.time_s * kind.fps))]
        x, y = matrix @ np.array([*photograph.plate.box.centre, 1.0])
        held.append(point.detection.box.holds(Point(float(x), float(y))))
    return sum(held) * 2 > len(held)


def chosen(number: int, european: bool) -> Iterator[str]:
    """Which kinds of clip a photograph becomes: one in turn, and a European one a second and `grows`."""
    if european:
        yield "grows"
    others = [name for name in KINDS if name != "grows"]
    for further in range(2 if european else 1):
        yield others[(number + 3 * further) % len(others)]


def run(models: Models) -> Report:
    """By where the plate is from and kind of clip; raises PackMissingError."""
    groups: dict[str, list[Told]] = {}
    unseen = [(number, photograph) for number, photograph in enumerate(photographs()) if unseen_by(photograph)]
    with tempfile.TemporaryDirectory() as folder:
        for number, photograph in unseen:
            where = "Europe" if photograph.crop.region in EUROPE else "elsewhere"
            for name in chosen(number, where == "Europe"):
                answer = told(photograph, KINDS[name], models, Path(folder), SEED + number)
                for group in (f"{where}, {name}", f"{where}, all"):
                    groups.setdefault(group, []).append(answer)
    return {name: summary(answers) for name, answers in sorted(groups.items())}


def summary(answers: list[Told]) -> dict[str, float]:
    """Shares of clips (0-1), and how many passages a vehicle became."""
    count = len(answers)
    return {
        "clips": count,
        "tracked": sum(one.passages > 0 for one in answers) / count,
        "passages_per_clip": sum(one.passages for one in answers) / count,
        "right_merged": sum(one.right for one in answers) / count,
        "wrong_stated_at_0.9": sum(one.wrong_stated for one in answers) / count,
    }
