# SPDX-License-Identifier: Apache-2.0
"""Gates that Wayside proposes from the traffic of a clip, against the gates that people drew and counted by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.crossings import counted, gates
from bench.pack import PACK, PackMissingError
from wayside.domain import Gate
from wayside.pipeline import CameraSettings, Proposal, Seen, propose, watch
from wayside.pipeline.direction import crossings
from wayside.pipeline.sources import open_source
from wayside.setup import DEMO_CLIP, demo_folder
from wayside.vision import Models

Row = dict[str, float]


def traffic(clip: Path, models: Models) -> tuple[list[Seen], tuple[int, int]]:
    """What went through a clip, as a study sees it, and the size of its picture."""
    source = open_source(str(clip))
    size = source.size
    found = watch(source, CameraSettings("bench", datetime(2026, 1, 1, tzinfo=UTC)), models)
    return [Seen(one.track, tuple(read.box.centre for read in one.reads)) for one in found], size


def over(gate: Gate, seen: Sequence[Seen]) -> set[int]:
    """Which vehicles go over a gate exactly once."""
    return {index for index, one in enumerate(seen) if len(crossings(one.track, (gate,))) == 1}


def nearest(line: Gate, proposals: Sequence[Proposal], seen: Sequence[Seen]) -> Proposal | None:
    """The proposed gate that shares most vehicles with a line drawn by hand; None where none shares any."""
    wanted = over(line, seen)
    best = max(proposals, key=lambda one: len(over(one.gate, seen) & wanted), default=None)
    return best if best is not None and over(best.gate, seen) & wanted else None


def row(by_hand: int, proposal: Proposal | None, proposed: int) -> Row:
    """What people counted at their line, and what is counted at the gate proposed for the same flow."""
    at = 0 if proposal is None else max(proposal.forward, proposal.backward)
    return {"by_hand": by_hand, "at_proposed": at, "gates_proposed": proposed}


def of_clip(clip: Path, models: Models) -> dict[str, Row]:
    """A row for each line of a clip that was counted by hand."""
    truth = json.loads(clip.with_suffix(".json").read_text())
    hand = counted(truth)
    seen, size = traffic(clip, models)
    proposals = propose(seen, size)
    return {
        f"{clip.stem} {line.name}": row(
            sum(count for (name, _), count in hand.items() if name == line.name),
            nearest(line, proposals, seen),
            len(proposals),
        )
        for line in gates(truth)
    }


def of_demo(models: Models) -> dict[str, Row]:
    """The rendered gate, both ways of which one proposed gate should count."""
    folder = demo_folder()
    truth = json.loads((folder / "gate.truth.json").read_text())
    crossed = [one["way"] for vehicle in truth["vehicles"] for one in vehicle["crossings"]]
    seen, size = traffic(folder / DEMO_CLIP, models)
    proposals = propose(seen, size)
    ways = sorted((crossed.count("in"), crossed.count("out")))
    found = sorted((proposals[0].forward, proposals[0].backward)) if proposals else [0, 0]
    return {
        f"demo gate, {name} way": {"by_hand": true, "at_proposed": ours, "gates_proposed": len(proposals)}
        for name, true, ours in zip(("quieter", "busier"), ways, found, strict=True)
    }


def run(models: Models) -> dict[str, Row]:
    """Per line drawn by hand: counted there by people, and at the gate that was proposed for the same vehicles."""
    clips = sorted((PACK / "traffic").glob("*.mp4"))
    if not clips:
        raise PackMissingError("no clips of traffic; set WAYSIDE_DATA_PACK to the folder of real pictures")
    report = of_demo(models)
    for clip in clips:
        report |= of_clip(clip, models)
    return report
