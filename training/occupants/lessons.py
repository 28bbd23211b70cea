# SPDX-License-Identifier: Apache-2.0
"""Cuts of the training pictures with what the teacher says of every place in them: people in the street, windscreens,
and anything else."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from training.occupants.data import PACK, Labelled, Picture, faces, picture_of
from training.occupants.scenes import Rng, dimmed, jittered, veiled
from training.occupants.wear import stretched, worn
from wayside.domain import Box
from wayside.vision.glass import HEIGHT, WIDTH, around

Say = Callable[[str], None]
Floats = NDArray[np.float32]
Says = Callable[[Picture], tuple[Floats, Floats]]
"""Of pictures uint8 (N, H, W, 3): log-odds of a face at each place, and features."""
# The teacher sees twice as much detail as the pupil.
FINER = 2
# Each so many rows and columns of the pupil's picture are a place, of which the teacher's features are so many numbers.
CELL, DEPTH = 4, 24
BATCH = 8
# How many cuts are made of each face, person, windscreen and picture.
OF_FACE, OF_PERSON, OF_WINDSCREEN, OF_PICTURE = 4, 1, 2, 1
# A cut round a person is so many heads high, and a cut of anything so many pixels.
HEADS, ANYTHING = (3.0, 7.0), (60.0, 360.0)
# Heads are so much of a person's box: of its height where all of them shows, of its width where only the bust does.
OF_HEIGHT, OF_WIDTH = 0.16, 0.45
# Of smaller heads, in pixels, nobody says anything.
LEAST_HEAD = 6.0
# Log-odds of a face from which on the teacher sees somebody.
SOMEBODY = -1.0
# What is kept of each lesson.
SHAPES = {
    "pictures": (HEIGHT, WIDTH, 3),
    "odds": (HEIGHT // CELL, WIDTH // CELL),
    "features": (DEPTH, HEIGHT // CELL, WIDTH // CELL),
}
EVERYWHERE = np.ones((HEIGHT, WIDTH), np.float32)


@dataclass(frozen=True, slots=True)
class Lessons:
    """pictures uint8 (N, HEIGHT, WIDTH, 3); odds of a face, logarithms (N, rows, columns); features of the teacher
    (N, DEPTH, rows, columns); peopled: which of them have somebody in the teacher's eyes."""

    pictures: Picture
    odds: NDArray[np.float16]
    features: NDArray[np.float16]
    peopled: NDArray[np.intp]

    def drawn(self, rng: Rng) -> tuple[Picture, NDArray[np.float16], NDArray[np.float16]]:
        """One of them, of those with people every other time, as a poor camera would have taken it through glass."""
        peopled = rng.random() < 0.5 and len(self.peopled)
        index = int(rng.choice(self.peopled) if peopled else rng.integers(len(self.pictures)))
        crop = np.asarray(self.pictures[index] / 255, np.float32)
        crop = dimmed(crop, EVERYWHERE, rng)
        crop = veiled(crop, EVERYWHERE, float(rng.uniform(0.35, 1)), rng) if rng.random() < 0.4 else crop
        return worn(crop, rng), self.odds[index], self.features[index]


@dataclass(frozen=True, slots=True)
class _Cut:
    file: str
    window: Box
    mirrored: bool
    glass: bool
    """Dim glass is also looked at with its contrast stretched."""


def lessons(folder: Path, windscreens: Sequence[Labelled], teacher: Callable[[], Says], seed: int, say: Say) -> Lessons:
    """Those in the folder; made there first, in a quarter of an hour, where it has none."""
    if not (folder / "features.npy").exists():
        _make(folder, _cuts(windscreens, np.random.default_rng(seed)), teacher(), say)
    pictures, odds, features = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in SHAPES)
    return Lessons(pictures, odds, features, np.flatnonzero(odds.max((1, 2)) > SOMEBODY))


def _cuts(windscreens: Sequence[Labelled], rng: Rng) -> list[_Cut]:
    files, persons = _pictures()
    people = [_round(file, _head(box), rng) for file, box in persons for _ in range(OF_PERSON)]
    people += [_round(file, face, rng) for file, face in faces() for _ in range(OF_FACE)]
    behind = [_windscreen(one, rng) for one in windscreens if one.windscreen for _ in range(OF_WINDSCREEN)]
    others = [_anything(file, rng) for file in files for _ in range(OF_PICTURE)]
    return sorted(people + behind + others, key=lambda cut: cut.file)


def _pictures() -> tuple[list[str], list[tuple[str, Box]]]:
    """The pack's training pictures, and the people in them."""
    with (PACK / "detection" / "images.csv").open(encoding="utf-8", newline="") as lines:
        files = [row["file"] for row in csv.DictReader(lines) if row["split"] == "train"]
    known, edges = set(files), ("x1", "y1", "x2", "y2")
    with (PACK / "detection" / "boxes.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["label"] == "person" and row["file"] in known]
    boxes = [(row["file"], Box(*(float(row[edge]) for edge in edges))) for row in rows]
    return files, [(file, box) for file, box in boxes if _head(box).height >= LEAST_HEAD]


def _head(person: Box) -> Box:
    high = min(person.height * OF_HEIGHT, person.width * OF_WIDTH)
    return Box(person.centre.x - high / 2, person.top, person.centre.x + high / 2, person.top + high)


def _round(file: str, head: Box, rng: Rng) -> _Cut:
    high = head.height * float(np.exp(rng.uniform(*np.log(HEADS))))
    x, y = head.centre.x + rng.normal(0, 0.35) * high, head.centre.y + rng.uniform(-0.3, 0.35) * high
    return _window(file, x, y, high, rng)


def _anything(file: str, rng: Rng) -> _Cut:
    height, width = picture_of(file).shape[:2]
    high = float(np.exp(rng.uniform(*np.log(ANYTHING))))
    return _window(file, width * rng.uniform(0.2, 0.8), height * rng.uniform(0.2, 0.8), high, rng)


def _window(file: str, x: float, y: float, high: float, rng: Rng) -> _Cut:
    wide = high * WIDTH / HEIGHT * float(np.exp(rng.uniform(-0.35, 0.15)))
    box = Box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
    return _Cut(file, box, bool(rng.random() < 0.5), glass=False)


def _windscreen(one: Labelled, rng: Rng) -> _Cut:
    return _Cut(one.file, around(jittered(one.windscreen or one.vehicle, rng)), bool(rng.random() < 0.5), glass=True)


def _make(folder: Path, cuts: Sequence[_Cut], teacher: Says, say: Say) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    kept = {
        name: np.lib.format.open_memmap(
            folder / f"{name}.part.npy", "w+", np.uint8 if name == "pictures" else np.float16, (len(cuts), *shape)
        )
        for name, shape in SHAPES.items()
    }
    done = 0
    for pictures, odds, features in _taught(cuts, teacher):
        now = slice(done, done + len(pictures))
        kept["pictures"][now], kept["odds"][now], kept["features"][now] = pictures, odds, features
        done = now.stop
        if done % (BATCH * 50) < BATCH:
            say(f"{done} of {len(cuts)} lessons")
    for name, array in kept.items():
        array.flush()
        (folder / f"{name}.part.npy").rename(folder / f"{name}.npy")


def _taught(cuts: Sequence[_Cut], teacher: Says) -> Iterator[tuple[Picture, Floats, Floats]]:
    for start in range(0, len(cuts), BATCH):
        some = cuts[start : start + BATCH]
        fine = np.stack([_shown(cut) for cut in some])
        odds, features = teacher(fine)
        glass = np.array([cut.glass for cut in some])
        if glass.any():
            again, _ = teacher(np.stack([stretched(one) for one in fine[glass]]))
            odds[glass] = (odds[glass] + again) / 2
        size = (WIDTH, HEIGHT)
        coarse = [cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in fine]
        yield np.asarray(np.stack(coarse), np.uint8), odds, features


def _shown(cut: _Cut) -> Picture:
    """The cut as the teacher sees it, with repeated edges where it leaves its picture."""
    size, picture, box = (WIDTH * FINER, HEIGHT * FINER), picture_of(cut.file), cut.window
    across, down = size[0] / max(8.0, box.width), size[1] / max(8.0, box.height)
    if across < 0.5:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.36 / across), np.uint8)
    matrix = np.array([[across, 0, -box.left * across], [0, down, -box.top * down]], np.float32)
    how = cv2.INTER_LINEAR if across < 1 else cv2.INTER_CUBIC
    shown = cv2.warpAffine(picture, matrix, size, flags=how, borderMode=cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(shown[:, ::-1] if cut.mirrored else shown, np.uint8)
