# SPDX-License-Identifier: Apache-2.0
"""The training pictures: the detection pack and simulator frames, as samples with quads, labels and trust."""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

LABELS = ("car", "bus", "truck", "motorcycle", "bicycle", "person", "plate")
PLATE = LABELS.index("plate")
PACK = Path(os.environ.get("WAYSIDE_DATA_PACK", Path(__file__).parents[3] / "shared" / "data")) / "detection"

# The pack's README: below this the teacher is not to be believed either way.
TEACHER_TRUSTED = 0.35
# Its truck and bus labels are right only about three times in four unless the teacher is sure.
TEACHER_KIND_TRUSTED = 0.5


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture with its truth."""

    file: Path
    quads: NDArray[np.float32]
    """(N, 4, 2) corners in pixels: top left, top right, bottom right, bottom left."""
    labels: NDArray[np.int64]
    """(N,) index into LABELS."""
    trust: NDArray[np.float32]
    """(N,) 1 certain; between 0 and 1 the kind is doubtful; 0 neither object nor background."""
    plates_complete: bool
    vehicles_complete: bool
    plates_labelled: bool
    simulated: bool

    def picture(self) -> NDArray[np.uint8]:
        """BGR (H, W, 3)."""
        image = cv2.imread(str(self.file), cv2.IMREAD_COLOR)
        if image is None:
            raise OSError(f"{self.file.name}: not a readable picture; fetch the data pack again")
        return np.asarray(image, np.uint8)


def box_quad(left: float, top: float, right: float, bottom: float) -> NDArray[np.float32]:
    """(4, 2) corners of an upright box in reading order."""
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


def _trust(row: dict[str, str]) -> float:
    score = float(row["score"])
    if row["origin"] == "human":
        return 1.0
    if score < TEACHER_TRUSTED:
        return 0.0
    return 0.3 if row["label"] in ("truck", "bus") and score < TEACHER_KIND_TRUSTED else 1.0


def _quads(rows: list[dict[str, str]]) -> NDArray[np.float32]:
    boxes = [box_quad(*(float(r[k]) for k in ("x1", "y1", "x2", "y2"))) for r in rows]
    return np.array(boxes, np.float32).reshape(-1, 4, 2)


def _rows(path: Path) -> dict[str, list[dict[str, str]]]:
    grouped = defaultdict(list)
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            grouped[row["file"]].append(row)
    return grouped


def load_pack(split: str, pack: Path = PACK) -> list[Sample]:
    """The samples of one split ("train" or "val") of the detection pack.

    Raises FileNotFoundError where the pack is absent.
    """
    boxes = _rows(pack / "boxes.csv")
    samples = []
    with (pack / "images.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if row["split"] == split:
                samples.append(_pack_sample(pack, row, boxes[row["file"]]))
    return samples


def _pack_sample(pack: Path, row: dict[str, str], boxes: list[dict[str, str]]) -> Sample:
    return Sample(
        pack / "images" / row["file"],
        _quads(boxes),
        np.array([LABELS.index(b["label"]) for b in boxes], np.int64),
        np.array([_trust(b) for b in boxes], np.float32),
        row["plate_labels_complete"] == "1",
        row["vehicle_labels_complete"] == "1",
        row["source"] != "highway40",
        False,
    )


def load_simulated(folder: Path) -> list[Sample]:
    """Frames of `python -m training.simulator frames`: exact boxes, exact plate corners."""
    boxes, corners = _rows(folder / "boxes.csv"), _rows(folder / "plate_corners.csv")
    samples = []
    for name, rows in boxes.items():
        others = [r for r in rows if r["label"] != "plate"]
        plates = [[float(r[f"{a}{i}"]) for i in range(1, 5) for a in "xy"] for r in corners.get(name, [])]
        quads = np.concatenate([_quads(others), np.array(plates, np.float32).reshape(-1, 4, 2)])
        labels = np.array([LABELS.index(r["label"]) for r in others] + [PLATE] * len(plates), np.int64)
        path = folder / name if (folder / name).exists() else folder / "images" / name
        samples.append(Sample(path, quads, labels, np.ones(len(labels), np.float32), True, True, True, True))
    return samples
