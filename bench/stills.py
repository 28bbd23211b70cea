# SPDX-License-Identifier: Apache-2.0
"""Plates end to end on photographs of whole cars: found, right, invented."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median

from bench.pack import EUROPE, Photograph, photographs, picture
from bench.peers import plate_package
from wayside.domain import Box
from wayside.plates import canonical_key
from wayside.vision import Models, Picture, read_still

INVENTED_FROM = 0.8
Report = dict[str, dict[str, float]]
Stated = tuple[Box, str | None, float]
"""One plate: where it is, its text and the probability stated for it."""
Way = Callable[[Picture], list[Stated]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of the known plate of one photograph."""

    photograph: Photograph
    found: bool
    text: str | None
    probability: float
    extras: int
    """Other plates stated with a probability of 0.8 or more."""
    seconds: float


def merge(text: str) -> str:
    """O and 0, I and 1 are the same glyph on many plates."""
    return text.replace("O", "0").replace("I", "1")


def answer(photograph: Photograph, read: Way) -> Answer:
    """Run one photograph; the plate counts as found from an overlap of 0.3 on."""
    seen = picture(photograph.plate.file)
    began = time.perf_counter()
    plates = read(seen)
    seconds = time.perf_counter() - began
    truth = photograph.plate.box
    own = max(plates, key=lambda plate: plate[0].iou(truth), default=None)
    if own is not None and own[0].iou(truth) < 0.3:
        own = None
    extras = sum(_sure(plate) and plate is not own for plate in plates)
    if own is None:
        return Answer(photograph, False, None, 0.0, extras, seconds)
    return Answer(photograph, True, own[1], own[2], extras, seconds)


def _sure(plate: Stated) -> bool:
    return plate[1] is not None and plate[2] >= INVENTED_FROM


def summary(answers: list[Answer]) -> dict[str, float]:
    """Shares of photographs (0–1), and milliseconds a photograph.

    `extra` is an upper bound: other cars of a photograph carry real plates that nobody labelled.
    """
    texts = [(a.text or "", a.photograph.crop.text) for a in answers]
    sure = [(t, w) for a, (t, w) in zip(answers, texts, strict=True) if a.probability >= 0.9]
    return {
        "photographs": len(answers),
        "found": _share(a.found for a in answers),
        "exact": _share(t == w for t, w in texts),
        "merged": _share(merge(t) == merge(w) for t, w in texts),
        "folded": _share(canonical_key(t) == canonical_key(w) for t, w in texts),
        "stated_at_0.9": _share(a.probability >= 0.9 for a in answers),
        "right_of_those": _share(merge(t) == merge(w) for t, w in sure),
        "extra": _share(a.extras > 0 for a in answers),
        "ms_median": 1000 * median(a.seconds for a in answers),
    }


def _share(values: Iterable[bool]) -> float:
    held = list(values)
    return sum(held) / max(1, len(held))


def ways(models: Models) -> dict[str, Way]:
    """The program, and a peer with bundled weights if it is here."""
    found: dict[str, Way] = {"": lambda seen: _program(seen, models)}
    package = plate_package()
    if package is not None:
        found[f" ({package.name})"] = lambda seen: [
            (box, said.text, said.probability) for box, said in package.find(seen)
        ]
    return found


def _program(seen: Picture, models: Models) -> list[Stated]:
    return [(p.box, p.reading.text, p.reading.probability or 0.0) for p in read_still(seen, models).plates]


def run(models: Models) -> Report:
    """Four groups: plates of Europe and of elsewhere, each by what the detectors or the reader saw in training.

    Raises PackMissingError.
    """
    groups: dict[str, list[Answer]] = {}
    read_by = ways(models)
    for photograph in photographs():
        unseen = unseen_by(photograph)
        if unseen:
            where = "Europe" if photograph.crop.region in EUROPE else "elsewhere"
            for way, read in read_by.items():
                groups.setdefault(f"{where}, unseen by {unseen}{way}", []).append(answer(photograph, read))
    return {name: summary(answers) for name, answers in sorted(groups.items())}


def unseen_by(photograph: Photograph) -> str:
    """Which of our models never saw the photograph; empty where all did."""
    if photograph.crop.split == photograph.plate.split == "val":
        return "both"
    return "reader" if photograph.crop.split == "val" else "detectors" if photograph.plate.split == "val" else ""
