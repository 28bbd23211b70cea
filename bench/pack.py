# SPDX-License-Identifier: Apache-2.0
"""The real pictures with truth that the measurements use, and whole pictures whose plate text is known.

The detection pack has whole cars without texts, the plate pack has texts without cars; both come from the same
photographs. Crops are found again in the photographs by the likeness of the pixels.
"""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from wayside.domain import Box
from wayside.vision import Picture

PACK = Path(os.environ.get("WAYSIDE_DATA_PACK", Path(__file__).parents[2] / "shared" / "data"))

EUROPE = frozenset(
    """AL AT AX BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GE GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT
    NL NO PL PT RO RS RU SE SI SK TR UA XK eu?""".split()  # noqa: SIM905 - fifty quoted strings would be harder to check
)
# Normalised correlation from which a crop and a labelled plate are taken for the same pixels: of forty pairs between
# 0.90 and 0.93 every one was right by eye; lower ones were not looked at.
SAME = 0.9


@dataclass(frozen=True, slots=True)
class Crop:
    """One plate of the plate pack."""

    file: Path
    text: str
    region: str
    lines: int
    split: str
    source: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """One human plate box of the detection pack."""

    file: Path
    split: str
    box: Box


@dataclass(frozen=True, slots=True)
class Photograph:
    """A whole picture one of whose plates is known."""

    plate: Labelled
    crop: Crop


class PackMissingError(Exception):
    """The pictures are not beside the checkout; measurements that need them are left out."""


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        raise PackMissingError(
            f"{path.name} not found under {PACK.name}; set WAYSIDE_DATA_PACK to the folder of real pictures"
        )
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def crops() -> list[Crop]:
    """All plates with a text decided by eye and wholly legible; drawn samples and show plates left out.

    Raises PackMissingError.
    """
    folder = PACK / "plates"
    return [
        Crop(folder / "crops" / r["file"], r["text"], r["region"], int(r["lines"]), r["split"], r["source"])
        for r in _rows(folder / "plates.csv")
        if r["verified"] == "1" and "?" not in r["text"] and r["kind"] != "other"
    ]


def labelled(split: str | None = None) -> list[Labelled]:
    """Human plate boxes of one split of the detection pack, or of both.

    Raises PackMissingError.
    """
    folder = PACK / "detection"
    splits = {r["file"]: r["split"] for r in _rows(folder / "images.csv")}
    return [
        Labelled(
            folder / "images" / r["file"], splits[r["file"]], Box(*(float(r[k]) for k in ("x1", "y1", "x2", "y2")))
        )
        for r in _rows(folder / "boxes.csv")
        if r["label"] == "plate" and split in (None, splits[r["file"]])
    ]


def _box(row: dict[str, str]) -> Box:
    return Box(*(float(row[key]) for key in ("x1", "y1", "x2", "y2")))


def picture(path: Path) -> Picture:
    """BGR (H, W, 3) of a file of the pack."""
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise PackMissingError(f"{path.name} is not a readable picture")
    return np.asarray(image, np.uint8)


def photographs() -> list[Photograph]:
    """Whole pictures with one known plate, each crop and each box at most once.

    Raises PackMissingError.
    """
    boxes = labelled()
    signatures, owners = _signatures(boxes)
    best: dict[int, tuple[float, Photograph]] = {}
    for crop in crops():
        if not crop.source.startswith("open"):
            continue
        likeness, index = _search(picture(crop.file), signatures)
        if likeness >= SAME and likeness > best.get(index, (0.0,))[0]:
            best[index] = (likeness, Photograph(owners[index], crop))
    return [photograph for _, photograph in best.values()]


def _signatures(boxes: list[Labelled]) -> tuple[NDArray[np.float32], list[Labelled]]:
    by_file = defaultdict(list)
    for plate in boxes:
        by_file[plate.file].append(plate)
    vectors, owners = [], []
    for file, plates in by_file.items():
        image = picture(file)
        for plate in plates:
            part = _inside(image, plate.box)
            if part.shape[0] >= 5 and part.shape[1] >= 16:
                vectors.append(_signature(part))
                owners.append(plate)
    return np.stack(vectors), owners


def _inside(image: Picture, box: Box) -> Picture:
    return image[max(0, round(box.top)) : round(box.bottom), max(0, round(box.left)) : round(box.right)]


def _signature(part: Picture) -> NDArray[np.float32]:
    grey = cv2.resize(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY), (48, 16), interpolation=cv2.INTER_AREA)
    vector = grey.astype(np.float32).ravel()
    vector -= vector.mean()
    return np.asarray(vector / (np.linalg.norm(vector) + 1e-6), np.float32)


def _search(crop: Picture, signatures: NDArray[np.float32]) -> tuple[float, int]:
    """The crops were cut with different margins, so a few are tried."""
    height, width = crop.shape[:2]
    best = (-1.0, -1)
    for margin in (0.0, 0.03, 0.06, 0.1):
        dx, dy = int(width * margin), int(height * margin)
        likeness = signatures @ _signature(crop[dy : height - dy, dx : width - dx])
        index = int(likeness.argmax())
        best = max(best, (float(likeness[index]), index))
    return best
