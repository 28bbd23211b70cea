# SPDX-License-Identifier: Apache-2.0
"""All models of one camera run, loaded together."""

from __future__ import annotations

import os
from dataclasses import dataclass

from wayside.vision.cabins import CabinReader
from wayside.vision.cards import SHIPPED, Network, load_card
from wayside.vision.plate_finder import PlateFinder
from wayside.vision.reader import PlateReader
from wayside.vision.vehicles import VehicleDetector


@dataclass(frozen=True, slots=True)
class Models:
    """What a camera needs to see: one set per thread that watches."""

    vehicles: VehicleDetector
    plates: PlateFinder
    reader: PlateReader
    cabins: CabinReader

    @classmethod
    def load(cls, threads: int | None = None) -> Models:
        """The shipped models; `threads` cores for one call (default: all of this machine).

        Raises ModelError where a model is missing or damaged.
        """
        cores = threads or os.cpu_count() or 1
        return cls(
            VehicleDetector(Network(load_card("vehicle_detector"), cores)),
            PlateFinder(Network(load_card("plate_detector"), cores)),
            PlateReader(SHIPPED / "plate_reader.onnx", threads=1),
            CabinReader(Network(load_card("windscreen_finder"), 1), Network(load_card("seat_counter"), 1)),
        )
