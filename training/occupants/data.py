# SPDX-License-Identifier: Apache-2.0
"""The labels beside this file, and the pictures of the detection pack that they speak of."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from wayside.domain import Box

HERE = Path(__file__).parent
PACK = Path(os.environ.get("WAYSIDE_DATA_PACK", HERE.parents[2] / "shared" / "data"))
Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Labelled:
    """One vehicle of the pack: its box, its windscreen where it is seen from in front, and who sits there.

    left, right: whether somebody sits on that side of the picture, None where that was not settled by eye.
    sight: clear, poor or none; empty where that was not judged.
    """

    file: str
    vehicle: Box
    windscreen: Box | None
    left: bool | None
    right: bool | None
    sight: str


def _box(row: dict[str, str], prefix: str) -> Box | None:
    values = [row[f"{prefix}{side}"] for side in ("x1", "y1", "x2", "y2")]
    return Box(*map(float, values)) if all(values) else None


def labelled(held_back: bool = False) -> list[Labelled]:
    """The vehicles to train on, or those of the pack's validation pictures."""
    with (PACK / "detection" / "images.csv").open(encoding="utf-8", newline="") as lines:
        kept = {row["file"] for row in csv.DictReader(lines) if (row["split"] == "val") == held_back}
    settled = {"": None, "0": False, "1": True}
    found = []
    with (HERE / "windscreens.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            vehicle = _box(row, "vehicle_")
            if row["file"] in kept and vehicle is not None:
                seats = settled[row["left"]], settled[row["right"]]
                found.append(Labelled(row["file"], vehicle, _box(row, ""), *seats, row["sight"]))
    return found


# What a teacher's face score on one side of a windscreen says: nobody, or somebody; between the two nothing.
NOBODY, SOMEBODY = 0.08, 0.3


def mined() -> list[Labelled]:
    """Windscreens of the training pictures that the first finder found, where a teacher saw a face in them, and of some
    by eye whether one can see through them."""
    with (HERE / "mined.csv").open(encoding="utf-8", newline="") as lines:
        return [_mined(row) for row in csv.DictReader(lines)]


def _mined(row: dict[str, str]) -> Labelled:
    glass = _box(row, "")
    assert glass is not None
    return Labelled(row["file"], glass, glass, _said(row["left_face"]), _said(row["right_face"]), row["sight"])


def _said(score: str) -> bool | None:
    return None if NOBODY <= float(score) < SOMEBODY else float(score) >= SOMEBODY


def faces() -> list[tuple[str, Box]]:
    """Faces of people in the pack's training pictures as a teacher saw them: file and box."""
    with (HERE / "people.csv").open(encoding="utf-8", newline="") as lines:
        rows = [(row["file"], _box(row, "")) for row in csv.DictReader(lines)]
    return [(file, face) for file, face in rows if face is not None]


@lru_cache(maxsize=2000)
def picture_of(file: str) -> Picture:
    """A picture of the pack, BGR; raises OSError where it cannot be read."""
    picture = cv2.imread(str(PACK / "detection" / "images" / file), cv2.IMREAD_COLOR)
    if picture is None:
        raise OSError(f"{file}: not a readable picture; fetch the data pack again")
    return np.asarray(picture, np.uint8)
