# SPDX-License-Identifier: Apache-2.0
"""Gate crossings of traffic clips against a hand count, through the whole pipeline."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from bench.pack import PACK, PackMissingError
from wayside.domain import Gate, Point
from wayside.pipeline import CameraSettings, watch
from wayside.pipeline.sources import open_source
from wayside.vision import Models


def gates(truth: dict) -> tuple[Gate, ...]:
    """The lines of a truth file, with its names for the two ways."""
    return tuple(
        Gate(line["name"], Point(*line["from"]), Point(*line["to"]), "forward", "backward") for line in truth["lines"]
    )


def counted(truth: dict) -> Counter[tuple[str, str]]:
    """How often each gate was crossed each way, by hand."""
    return Counter((c["line"], c["direction"]) for c in truth["crossings"] if not c["uncertain"])


def watched(clip: Path, truth: dict, models: Models) -> Counter[tuple[str, str]]:
    """How often by the pipeline."""
    settings = CameraSettings("bench", datetime(2026, 1, 1, tzinfo=UTC), gates(truth))
    passages = (f.passage for f in watch(open_source(str(clip)), settings, models))
    return Counter((c.gate, c.way) for p in passages for c in p.direction.crossings)


def run(models: Models) -> dict[str, dict[str, float]]:
    """Per clip and gate and way: counted by hand, counted here; raises PackMissingError."""
    folder = PACK / "traffic"
    clips = sorted(folder.glob("*.json"))
    if not clips:
        raise PackMissingError(f"no clips under {folder.name}; set WAYSIDE_DATA_PACK to the folder of real pictures")
    report = {}
    for path in clips:
        truth = json.loads(path.read_text())
        hand, ours = counted(truth), watched(path.with_suffix(".mp4"), truth, models)
        for gate, way in sorted(hand.keys() | ours.keys()):
            report[f"{path.stem} {gate} {way}"] = {"by_hand": hand[gate, way], "wayside": ours[gate, way]}
    return report
