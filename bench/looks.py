# SPDX-License-Identifier: Apache-2.0
"""Several looks at one real plate, made from its one picture: what a short clip of a standing car would show.

Each look has its own scale, position to a fraction of a pixel, light, blur, noise, compression and detector's slip, but
dirt, angle and resolution are those of the one photograph. That is the worst case for a vote: looks that share faults.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from training.reader.pack import Crop, validation_crops
from wayside.domain import Box, PlateRead
from wayside.vision import MARGINS, Models, Picture
from wayside.vision.levelling import level
from wayside.vision.pictures import quad_of, straighten
from wayside.vision.reader import sharpness

LOOKS = 8
SEED = 7


@dataclass(frozen=True, slots=True)
class Passing:
    """A plate with the reads of its looks."""

    crop: Crop
    reads: tuple[PlateRead, ...]


def passings(models: Models) -> list[Passing]:
    """All crops that never trained the reader, seen `LOOKS` times each; the same ones in every run."""
    rng = np.random.default_rng(SEED)
    found = []
    for crop in validation_crops():
        picture = crop.pixels()
        looks = [look(picture, rng) for _ in range(LOOKS)]
        whole = Box(0, 0, picture.shape[1], picture.shape[0])
        reads = zip(models.reader.read(looks), looks, strict=True)
        found.append(Passing(crop, tuple(PlateRead(said, whole, sharpness(seen)) for said, seen in reads)))
    return found


def look(picture: Picture, rng: np.random.Generator) -> Picture:
    """One look at a plate crop, uint8 (H, W, 3)."""
    scale = float(rng.uniform(0.55, 1.1))
    width, height = max(int(picture.shape[1] * scale), 16), max(int(picture.shape[0] * scale), 8)
    seen = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    shift = np.hstack([np.eye(2), rng.uniform(-0.5, 0.5, (2, 1))])
    seen = cv2.warpAffine(seen, shift, (width, height), borderMode=cv2.BORDER_REPLICATE)
    lit = seen.astype(np.float32) * rng.uniform(0.85, 1.15) + rng.normal(0, 4, seen.shape)
    if rng.random() < 0.5:
        lit = cv2.GaussianBlur(lit, (0, 0), float(rng.uniform(0.3, 0.9)))
    data = cv2.imencode(".jpg", np.clip(lit, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 75])[1]
    return _cut(np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8), rng)


def _cut(picture: Picture, rng: np.random.Generator) -> Picture:
    """Boxed as a detector does, a little too tight or too wide, then levelled as the program levels crops."""
    height, width = picture.shape[:2]
    left, top, right, bottom = np.maximum(rng.uniform(-0.04, 0.1, 4) * height, 0)
    corners = level(picture, quad_of(Box(left, top, width - right, height - bottom)))
    return straighten(picture, corners, float(rng.choice(MARGINS)) * 0.5)
