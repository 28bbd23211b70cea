# SPDX-License-Identifier: Apache-2.0
"""The coarse colour of vehicles on photographs, against labels given by eye (`vehicle_colours.csv`)."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bench.pack import PACK, PackMissingError, picture
from wayside.domain import Box
from wayside.vision import Models, body_colour

LABELS = Path(__file__).with_name("vehicle_colours.csv")
Report = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """One vehicle of the detection pack; `colours`: what an eye would let pass, the likeliest first."""

    file: str
    box: Box
    colours: tuple[str, ...]
    tuned: bool
    """Whether the thresholds were chosen on it."""


def labelled() -> list[Labelled]:
    """All labelled vehicles."""
    with LABELS.open(newline="") as file:
        return [
            Labelled(
                row["file"],
                Box(*(float(row[key]) for key in ("x1", "y1", "x2", "y2"))),
                tuple(row["colours"].split()),
                row["tuned"] == "1",
            )
            for row in csv.DictReader(file)
        ]


def run(models: Models) -> Report:
    """Share of single looks that are right, and what was said instead; raises PackMissingError."""
    if not (PACK / "detection").exists():
        raise PackMissingError("the detection pack is not beside the checkout")
    groups: dict[str, list[tuple[Labelled, str]]] = {"chosen on": [], "not chosen on": []}
    for one in labelled():
        said = body_colour(picture(PACK / "detection" / "images" / one.file), one.box) or "none"
        groups["chosen on" if one.tuned else "not chosen on"].append((one, said))
    return {name: _summary(pairs) for name, pairs in groups.items()}


def _summary(pairs: list[tuple[Labelled, str]]) -> dict[str, float]:
    wrong = Counter(f"{one.colours[0]} as {said}" for one, said in pairs if said not in one.colours)
    report = {
        "vehicles": float(len(pairs)),
        "stated": sum(said != "none" for _, said in pairs) / len(pairs),
        "right": sum(said in one.colours for one, said in pairs) / len(pairs),
    }
    return report | {words: float(count) for words, count in wrong.most_common(4)}
