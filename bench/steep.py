# SPDX-License-Identifier: Apache-2.0
"""Gate crossings seen steeply from above, on clips that the simulator renders for this: no real one is in the pack."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from training.simulator.clip import write_clip
from training.simulator.light import Condition
from training.simulator.scenes import chance_script
from wayside.domain import Gate, Point
from wayside.pipeline import CameraSettings, watch
from wayside.pipeline.sources import open_source
from wayside.vision import Models

STEEP_DEG = (60, 70, 80)
SEED = 31
SIZE, SECONDS, FPS, PER_MINUTE = (640, 360), 30.0, 12.5, 12.0


@dataclass(frozen=True, slots=True)
class Tally:
    """Crossings of one clip, by way."""

    true: Counter[str]
    ours: Counter[str]
    passages: int
    vehicles: int

    def figures(self) -> dict[str, float]:
        """How many there are, how many of these were counted, and what was counted beside."""
        found = (self.true & self.ours).total()
        return {
            "crossings": self.true.total(),
            "counted": found,
            "invented": self.ours.total() - found,
            "vehicles": self.vehicles,
            "passages": self.passages,
        }


def watched(folder: Path, steep_deg: int, models: Models) -> Tally:
    """Renders a clip and watches it."""
    clip, truth_file = folder / f"{steep_deg}.mp4", folder / f"{steep_deg}.json"
    script = chance_script(SEED + steep_deg, SECONDS, SIZE, FPS, Condition.DAY, PER_MINUTE, steep_deg=steep_deg)
    write_clip(script, clip, truth_file, 1)
    truth = json.loads(truth_file.read_text())
    gates = tuple(
        Gate(gate["name"], Point(*gate["start"]), Point(*gate["end"]), gate["forward"], gate["backward"])
        for gate in truth["gates"]
    )
    settings = CameraSettings("steep", datetime(2026, 1, 1, tzinfo=UTC), gates)
    found = [finished.passage for finished in watch(open_source(str(clip)), settings, models)]
    return Tally(
        Counter(crossing["way"] for vehicle in truth["vehicles"] for crossing in vehicle["crossings"]),
        Counter(crossing.way for passage in found for crossing in passage.direction.crossings),
        len(found),
        len(truth["vehicles"]),
    )


def run(models: Models) -> dict[str, dict[str, float]]:
    """By how many degrees the camera looks down."""
    with tempfile.TemporaryDirectory() as folder:
        return {f"{steep} degrees": watched(Path(folder), steep, models).figures() for steep in STEEP_DEG}
