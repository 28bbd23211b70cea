# SPDX-License-Identifier: Apache-2.0
"""The real crops of the data pack: which may train, which only measure."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from training.reader.eyed import eyed

FREE_SOURCES = ("openlpr", "openimages_unknowncz")
"""Apache-2.0 and CC BY; every other source of the pack measures and never trains."""

# Machine readings as short as this are mostly a plate cut in two.
_SHORTEST_UNVERIFIED = 4


@dataclass(frozen=True, slots=True)
class Crop:
    """One real plate picture with its text."""

    file: Path
    text: str
    region: str
    kind: str
    lines: int
    """0 = not known."""
    source: str
    machine_text: str
    verified: bool = True
    split: str = "val"
    """`train` or `val`; what the first says of a source that only measures may be used to fit a probability."""
    upper: int = 0
    """Characters on the upper of two lines; 0 = one line, or the break is not known."""

    def pixels(self) -> NDArray[np.uint8]:
        """uint8 (H, W, 3), blue green red; FileNotFoundError where the pack lacks the picture."""
        image = cv2.imread(str(self.file), cv2.IMREAD_COLOR)
        if image is None:
            raise FileNotFoundError(f"{self.file.name} is not in the data pack; set WAYSIDE_DATA_PACK to its folder")
        return np.asarray(image, np.uint8)


def pack_folder() -> Path:
    """Where the data pack lies."""
    return Path(os.environ.get("WAYSIDE_DATA_PACK", "../shared/data")) / "plates"


def training_crops(least_confidence: float) -> list[Crop]:
    """Crops of the free sources' train part: checked or read by eye, and machine-read at least so surely."""
    seen = eyed(pack_folder() / "crops")
    rows = [row for row in _rows() if row["split"] == "train" and row["source"] in FREE_SOURCES]
    by_machine = [_crop(row) for row in rows if row["file"] not in seen and _usable(row, least_confidence)]
    return by_machine + [_read_by_eye(row, seen[row["file"]]) for row in rows if row["file"] in seen]


def validation_crops() -> list[Crop]:
    """Checked crops that never train: the val part, and all of the sources that may only measure."""
    rows = [row for row in _rows() if row["split"] == "val" or row["source"] not in FREE_SOURCES]
    checked = [row for row in rows if row["verified"] == "1" and row["kind"] != "other"]
    return [_crop(row) for row in checked if "?" not in row["text"]]


def _rows() -> list[dict[str, str]]:
    table = pack_folder() / "plates.csv"
    if not table.exists():
        raise FileNotFoundError(f"no plates.csv in {table.parent}; set WAYSIDE_DATA_PACK to the data pack's folder")
    with table.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _usable(row: dict[str, str], least_confidence: float) -> bool:
    if "?" in row["text"]:
        return False
    sure = float(row["machine_confidence"] or 0) >= least_confidence
    return row["verified"] == "1" or (sure and len(row["text"]) >= _SHORTEST_UNVERIFIED)


def _read_by_eye(row: dict[str, str], text: str) -> Crop:
    upper, _, lower = text.partition("|")
    crop = _crop({**row, "text": upper + lower, "verified": "1", "lines": "2" if lower else "1"})
    return replace(crop, upper=len(upper) if lower else 0)


def _crop(row: dict[str, str]) -> Crop:
    verified = row["verified"] == "1"
    lines = int(row["lines"]) if verified else 0
    file = pack_folder() / "crops" / row["file"]
    return Crop(
        file, row["text"], row["region"], row["kind"], lines, row["source"], row["machine_text"], verified, row["split"]
    )
