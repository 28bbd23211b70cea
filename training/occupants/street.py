# SPDX-License-Identifier: Apache-2.0
"""Faces where people stand in the street, darkened and veiled as behind glass: more of them than any windscreen has."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from training.occupants.data import Labelled, Picture, faces, picture_of
from training.occupants.scenes import Face, Floats, Rng, Scene, dimmed, shares, veiled
from training.occupants.wear import worn
from wayside.domain import Box
from wayside.vision.glass import HEIGHT, WIDTH

SIDE = 160
FACE = 24.0
"""Height of the face in the middle of a stored patch of SIDE by SIDE pixels."""
# Heights of faces that windscreens of this size show, in pixels.
HIGH = (14.0, 32.0)
SOMEBODY = 0.6

Patch = tuple[Picture, tuple[Face, ...]]


def patches() -> list[Patch]:
    """The surroundings of every face, with all faces in them, in pixels of the patch."""
    everybody = faces()
    return [_patch(file, face, [other for name, other in everybody if name == file]) for file, face in everybody]


def _patch(file: str, face: Box, there: Sequence[Box]) -> Patch:
    scale = FACE / max(1.0, face.height)
    left, top = face.centre.x - SIDE / 2 / scale, face.centre.y - SIDE / 2 / scale
    matrix = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]], np.float32)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    shown = cv2.warpAffine(picture_of(file), matrix, (SIDE, SIDE), flags=how, borderMode=cv2.BORDER_REPLICATE)
    seen = tuple(((b.centre.x - left) * scale, (b.centre.y - top) * scale, b.height * scale) for b in there)
    return np.asarray(shown, np.uint8), seen


def street(everybody: Sequence[Patch], vehicles: Sequence[Labelled], rng: Rng) -> Scene:
    """Two halves side by side, most with somebody, the others pieces of vehicles."""
    halves, shown = [], []
    for start in (0, WIDTH // 2):
        if rng.random() < SOMEBODY:
            half, seen = _somebody(everybody[int(rng.integers(len(everybody)))], rng)
        else:
            half, seen = _nobody(vehicles[int(rng.integers(len(vehicles)))], rng), []
        halves.append(half if rng.random() < 0.3 else _uneven(half, rng))
        shown += [(x + start, y, high) for x, y, high in seen]
    crop, glass = np.concatenate(halves, 1), np.ones((HEIGHT, WIDTH), np.float32)
    crop = dimmed(crop, glass, rng)
    crop = veiled(crop, glass, float(rng.uniform(0.35, 1)), rng) if rng.random() < 0.4 else crop
    target = [float(any(x // (WIDTH // 2) == side for x, _, _ in shown)) for side in (0, 1)]
    picture = worn(crop, rng)
    left, right = shares(picture, shown)
    return Scene(picture, (target[0], target[1], 1.0), (left, right, 0.0), tuple(shown))


def _somebody(patch: Patch, rng: Rng) -> tuple[Floats, list[Face]]:
    """Half a windscreen's picture 0-1 with the patch's face somewhere in it, and all faces that fell into it."""
    scale = float(np.exp(rng.uniform(*np.log(HIGH)))) / FACE
    across = scale * rng.uniform(0.85, 1.3)
    turn = rng.normal(0, 0.12)
    matrix = np.array([[across, -turn * scale, 0], [turn * scale, scale, 0]])
    if rng.random() < 0.5:
        matrix[0] = -matrix[0]
    place = np.array([rng.uniform(0.25, 0.75) * WIDTH / 2, rng.uniform(0.15, 0.65) * HEIGHT])
    matrix[:, 2] = place - matrix[:, :2] @ np.full(2, SIDE / 2)
    size = (WIDTH // 2, HEIGHT)
    shown = cv2.warpAffine(
        patch[0], matrix.astype(np.float32), size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT
    )
    moved = [(*(matrix[:, :2] @ (x, y) + matrix[:, 2]), high * scale) for x, y, high in patch[1]]
    inside = [(float(x), float(y), high) for x, y, high in moved if 0 <= x < size[0] and 0 <= y < HEIGHT]
    return np.asarray(shown / 255, np.float32), inside


def _nobody(vehicle: Labelled, rng: Rng) -> Floats:
    """A piece of a vehicle below its glass."""
    glass = vehicle.windscreen or vehicle.vehicle
    picture = picture_of(vehicle.file)
    side = int(glass.width * rng.uniform(0.3, 0.8))
    left = int(np.clip(rng.uniform(glass.left, glass.right) - side / 2, 0, max(0, picture.shape[1] - side)))
    top = int(np.clip(glass.bottom, 0, max(0, picture.shape[0] - side)))
    part = picture[top : top + max(8, side), left : left + max(8, side)]
    return np.asarray(cv2.resize(part, (WIDTH // 2, HEIGHT), interpolation=cv2.INTER_AREA) / 255, np.float32)


def _uneven(half: Floats, rng: Rng) -> Floats:
    """Lit from one side, as a cabin is."""
    across = np.linspace(-1, 1, half.shape[1])[None] * rng.normal(0, 0.5)
    down = np.linspace(-1, 1, half.shape[0])[:, None] * rng.normal(0, 0.5)
    return np.asarray(np.clip(half * np.exp(across + down)[..., None], 0, 1), np.float32)
