# SPDX-License-Identifier: Apache-2.0
"""Plates per passage on clips made from real photographs: the whole pipeline, as if the camera's vehicle came nearer.

Each photograph becomes 1.6 seconds in which it grows by half about the plate, with the shake, blur, noise and video
compression of a cheap camera. The photographs are those of `stills`, each unknown to the detectors or to the reader.
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

FPS, FRAMES = 25, 40
LONGEST = 960
GROWN = 1.5
STATED = 0.9
SEED = 20261122
STARTED = datetime(2026, 11, 22, 12, tzinfo=UTC)
Report = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Told:
    """What the passages of the known vehicle said."""

    passages: int
    right: bool
    wrong_stated: bool
    """Another text was stated with a probability of 0.9 or more."""


def transforms(shape: tuple[int, ...], centre: Point, rng: np.random.Generator) -> Iterator[NDArray[np.float64]]:
    """Photograph to frame, (2, 3), one each frame: growing about `centre` (its pixels), with some shake."""
    begin = LONGEST / max(shape[:2])
    for number in range(FRAMES):
        scale = begin * (1.0 + (GROWN - 1.0) * number / (FRAMES - 1))
        # The plate stays at its place in the picture, so that all of it is seen from first to last.
        shift = np.array(centre) * (begin - scale) + rng.normal(0.0, 0.6, 2)
        yield np.array([[scale, 0.0, shift[0]], [0.0, scale, shift[1]]])


def frame_of(photograph: Picture, matrix: NDArray[np.float64], rng: np.random.Generator) -> Picture:
    """One frame: moved, a little blurred, noisy, a little brighter or darker."""
    height, width = photograph.shape[:2]
    begin = LONGEST / max(height, width)
    size = (2 * round(width * begin / 2), 2 * round(height * begin / 2))
    moved = cv2.warpAffine(photograph, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    blurred = cv2.GaussianBlur(moved, (0, 0), float(rng.uniform(0.4, 0.9)))
    lit = blurred.astype(np.float32) * rng.normal(1.0, 0.02) + rng.normal(0.0, 3.0, blurred.shape)
    return np.clip(lit, 0, 255).astype(np.uint8)


def make(photograph: Photograph, out: Path, seed: int) -> list[NDArray[np.float64]]:
    """Write the clip; the transforms of its frames."""
    rng = np.random.default_rng(seed)
    image = picture(photograph.plate.file)
    matrices = list(transforms(image.shape, photograph.plate.box.centre, rng))
    frames = [frame_of(image, matrix, rng) for matrix in matrices]
    writer = cv2.VideoWriter(str(out), cv2.VideoWriter.fourcc(*"mp4v"), FPS, frames[0].shape[1::-1])
    for frame in frames:
        writer.write(frame)
    writer.release()
    return matrices


def told(photograph: Photograph, models: Models, folder: Path, seed: int) -> Told:
    """Watch the clip of one photograph."""
    clip = folder / "clip.mp4"
    matrices = make(photograph, clip, seed)
    settings = CameraSettings("clip", STARTED, privacy_blur=False)
    own = [one for one in watch(open_source(str(clip)), settings, models) if _own(one, photograph, matrices)]
    truth = merge(photograph.crop.text)
    said = [(merge(one.passage.plate.text or ""), one.passage.plate.probability or 0.0) for one in own]
    return Told(
        len(own),
        any(text == truth for text, _ in said),
        any(text != truth and probability >= STATED for text, probability in said),
    )


def _own(finished: Finished, photograph: Photograph, matrices: list[NDArray[np.float64]]) -> bool:
    """Whether the vehicle's box held the plate most of the time."""
    held = []
    for point in finished.track.points:
        matrix = matrices[min(len(matrices) - 1, round(point.time_s * FPS))]
        x, y = matrix @ np.array([*photograph.plate.box.centre, 1.0])
        held.append(point.detection.box.holds(Point(float(x), float(y))))
    return sum(held) * 2 > len(held)


def run(models: Models) -> Report:
    """By where the plate is from and which model never saw the photograph; raises PackMissingError."""
    groups: dict[str, list[Told]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, photograph in enumerate(photographs()):
            unseen = unseen_by(photograph)
            if unseen and photograph.crop.region in EUROPE:
                answer = told(photograph, models, Path(folder), SEED + number)
                groups.setdefault(f"Europe, unseen by {unseen}", []).append(answer)
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
