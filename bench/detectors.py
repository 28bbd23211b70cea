# SPDX-License-Identifier: Apache-2.0
"""The shipped detectors on the validation part of the pack: plates by human boxes, vehicles by the teacher's."""

from __future__ import annotations

from bench.pack import PACK, PackMissingError
from training.detector import evaluate
from training.detector.data import load_pack
from wayside.vision import Models, Picture
from wayside.vision.plate_finder import FoundPlate
from wayside.vision.still import LEAST_PLATE, LEAST_VEHICLE, find_plates


def run(models: Models) -> dict[str, dict[str, float]]:
    """Both detectors as `wayside read` uses them; raises PackMissingError."""
    if not (PACK / "detection" / "images.csv").exists():
        raise PackMissingError("detection/images.csv not found; set WAYSIDE_DATA_PACK to the folder of real pictures")
    samples = load_pack("val", PACK / "detection")

    def find(picture: Picture) -> tuple[FoundPlate, ...]:
        vehicles = models.vehicles.detect(picture).vehicles
        return find_plates(picture, tuple(d for d in vehicles if d.score >= LEAST_VEHICLE), models)

    return {
        "plates (human boxes)": evaluate.plates(find, samples, LEAST_PLATE),
        "vehicles (teacher's boxes)": evaluate.vehicles(models.vehicles, samples, LEAST_VEHICLE),
    }
