# SPDX-License-Identifier: Apache-2.0
"""The figures of a detector's card: the validation pictures through the code that ships."""

from __future__ import annotations

import os
from pathlib import Path

from training.detector import evaluate
from training.detector.data import load_pack
from wayside.domain import Box
from wayside.vision import Network, PlateFinder, VehicleDetector, load_card
from wayside.vision.pictures import Picture
from wayside.vision.plate_finder import FoundPlate, merged
from wayside.vision.still import LEAST_PLATE, LEAST_VEHICLE, WHOLE_PX


def measured(task: str, folder: Path) -> dict[str, float]:
    """Figures of the model in `folder`: vehicles as in a frame, plates in whole pictures without vehicle crops."""
    network = Network(load_card(f"{task}_detector", folder), os.cpu_count() or 1)
    samples = load_pack("val")
    if task == "vehicle":
        return evaluate.vehicles(VehicleDetector(network), samples, LEAST_VEHICLE)
    finder = PlateFinder(network)

    def find(picture: Picture) -> tuple[FoundPlate, ...]:
        whole = Box(0, 0, picture.shape[1], picture.shape[0])
        return merged(tuple(f for longest in WHOLE_PX for f in finder.find(picture, whole, longest, LEAST_PLATE)))

    return evaluate.plates(find, samples, LEAST_PLATE)
