# SPDX-License-Identifier: Apache-2.0
"""The shipped detectors on the validation part of the pack: plates by human boxes, vehicles by the teacher's."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from bench.pack import PACK, PackMissingError
from training.detector import evaluate
from training.detector.data import load_pack
from wayside.vision import Models, Picture
from wayside.vision.plate_finder import FoundPlate
from wayside.vision.still import LEAST_PLATE, LEAST_VEHICLE, find_plates

GAMMA = 2.2
NOISE = 0.06
"""Standard deviation of the sensor's noise by the root of the light, both as shares of the whole."""
LIGHT = {"an eighth": 0.12, "a 25th": 0.04}
SEED = 20261123


def darker(picture: Picture, share: float, rng: np.random.Generator) -> Picture:
    """A picture as a cheap camera takes it with a share of the light: dark, noisy, soft, compressed."""
    light = (picture.astype(np.float32) / 255) ** GAMMA * share
    noisy = light + rng.normal(0.0, NOISE, light.shape) * np.sqrt(light + 0.002)
    dark = (np.clip(noisy, 0, 1) ** (1 / GAMMA) * 255).astype(np.uint8)
    written = cv2.imencode(".jpg", cv2.GaussianBlur(dark, (0, 0), 0.7), [cv2.IMWRITE_JPEG_QUALITY, 60])[1]
    return np.asarray(cv2.imdecode(written, cv2.IMREAD_COLOR), np.uint8)


def run(models: Models) -> dict[str, dict[str, float]]:
    """Both detectors as `wayside read` uses them; raises PackMissingError."""
    if not (PACK / "detection" / "images.csv").exists():
        raise PackMissingError("detection/images.csv not found; set WAYSIDE_DATA_PACK to the folder of real pictures")
    samples = load_pack("val", PACK / "detection")

    def find(picture: Picture) -> tuple[FoundPlate, ...]:
        vehicles = models.vehicles.detect(picture).vehicles
        return find_plates(picture, tuple(d for d in vehicles if d.score >= LEAST_VEHICLE), models)

    def find_at(share: float) -> Callable[[Picture], tuple[FoundPlate, ...]]:
        rng = np.random.default_rng(SEED)
        return lambda picture: find(darker(picture, share, rng))

    return {
        "plates (human boxes)": evaluate.plates(find, samples, LEAST_PLATE),
        **{
            f"plates with {name} of the light": evaluate.plates(find_at(share), samples, LEAST_PLATE)
            for name, share in LIGHT.items()
        },
        "vehicles (teacher's boxes)": evaluate.vehicles(models.vehicles, samples, LEAST_VEHICLE),
    }
