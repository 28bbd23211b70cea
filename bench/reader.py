# SPDX-License-Identifier: Apache-2.0
"""The plate reader on real crops beside its peers: `python -m bench reader confusions calibration`."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench.peers import Said, peers
from training.reader.measure import GROUPS, calibration_error, curve, probability_of, score, text_of
from training.reader.pack import Crop, validation_crops
from wayside.plates import strict
from wayside.vision import Models, Picture, read_crop

Report = dict[str, dict[str, float]]
Way = Callable[[Picture], Said]

SETS: Mapping[str, Callable[[Crop], bool]] = {
    **GROUPS,
    "set openlpr": lambda crop: crop.source == "openlpr",
    "set Open Images": lambda crop: crop.source == "openimages_unknowncz",
    "set openalpr eu": lambda crop: crop.source == "oalpr_traindet_eu",
    "set openalpr eu2": lambda crop: crop.source == "oalpr_traindet_eu2",
}
"""By kind of plate, then by where the crops come from; the pack holds no diplomatic plate that may be looked at."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one way of reading said of one crop, and how long it took."""

    crop: Crop
    said: Said
    seconds: float


def own_ways(models: Models) -> dict[str, Way]:
    """The reader by itself, one look with syntax, and all that `wayside read --crops` does."""
    return {
        "own": lambda picture: _alone(models, picture),
        "own + syntax": lambda picture: _with_syntax(models, picture),
        "own, levelled, four cuts": lambda picture: _whole_way(models, picture),
    }


def _alone(models: Models, picture: Picture) -> Said:
    (characters,) = models.reader.read([picture])
    return Said(text_of(characters), probability_of(characters))


def _with_syntax(models: Models, picture: Picture) -> Said:
    (characters,) = models.reader.read([picture])
    first = next(iter(strict(characters)), None)
    return Said(first.text, first.probability) if first else Said("", 0.0)


def _whole_way(models: Models, picture: Picture) -> Said:
    plate = read_crop(picture, models)
    return Said(plate.reading.text or "", plate.reading.probability or 0.0) if plate else Said("", 0.0)


@functools.lru_cache(maxsize=1)
def answers(models: Models) -> dict[str, list[Answer]]:
    """Every way of reading on every crop; made once for all parts. PP-OCRv6 in halves reads only two-line plates."""
    ways = own_ways(models) | {peer.name: peer.read for peer in peers()}
    crops = validation_crops()
    found: dict[str, list[Answer]] = {name: [] for name in ways}
    for crop in crops:
        picture = crop.pixels()
        for name, read in ways.items():
            if crop.lines == 2 or not name.endswith("halves"):
                found[name].append(_timed(crop, picture, read))
    return found


def _timed(crop: Crop, picture: Picture, read: Way) -> Answer:
    began = time.perf_counter()
    said = read(picture)
    return Answer(crop, said, time.perf_counter() - began)


def run(models: Models) -> Report:
    """Per set of crops and way of reading: shares (0-1) and milliseconds a crop."""
    return {
        f"{name}: {way}": summary(chosen)
        for name, belongs in SETS.items()
        for way, given in answers(models).items()
        if (chosen := [answer for answer in given if belongs(answer.crop)])
    }


def summary(given: Sequence[Answer]) -> dict[str, float]:
    """Exact, merged (O and 0, I and 1 are one), inside a longer text, and time."""
    got = score([answer.crop.text for answer in given], [answer.said.text for answer in given])
    p50, p95 = np.percentile([answer.seconds * 1000 for answer in given], [50, 95])
    shares = {"exact": got.exact, "merged": got.merged, "inside": got.inside}
    return {"crops": got.crops, **shares, "ms_p50": float(p50), "ms_p95": float(p95)}


def calibration(models: Models) -> Report:
    """Stated against right, per way of reading and tenth of the stated probability; the expected error last."""
    return {
        name: row
        for way, given in answers(models).items()
        for name, row in _curve(way, given)
        if not way.endswith("halves")
    }


def _curve(way: str, given: Sequence[Answer]) -> Iterator[tuple[str, dict[str, float]]]:
    stated = np.array([answer.said.probability for answer in given])
    right = np.array([answer.said.text == answer.crop.text for answer in given])
    for said, held, count in curve(stated, right):
        yield f"{way}: {int(min(said, 0.999) * 10) / 10:.1f} up", {"stated": said, "right": held, "readings": count}
    error = calibration_error(stated, right)
    yield f"{way}: all", {"stated": stated.mean(), "right": right.mean(), "readings": len(given), "error": error}


def confusions(models: Models) -> Report:
    """Per set the matrix of characters: a row for each that stands on plates, a column for each that was read.

    `-` is nothing: characters that were lost, and in its row those that were added. The reader alone, without syntax.
    """
    matrix: Report = {}
    for name, belongs in SETS.items():
        for answer in answers(models)["own"]:
            if belongs(answer.crop):
                for truth, read in aligned(answer.crop.text, answer.said.text):
                    row = matrix.setdefault(f"{name}: {truth}", {})
                    row[read] = row.get(read, 0) + 1
    return {name: dict(sorted(matrix[name].items())) for name in sorted(matrix)}


def aligned(truth: str, read: str) -> list[tuple[str, str]]:
    """Pairs along the cheapest alignment, `-` for nothing."""
    cost = [[i + j if i * j == 0 else 0 for j in range(len(read) + 1)] for i in range(len(truth) + 1)]
    for i, t in enumerate(truth, 1):
        for j, r in enumerate(read, 1):
            cost[i][j] = min(cost[i - 1][j - 1] + (t != r), cost[i - 1][j] + 1, cost[i][j - 1] + 1)
    pairs, i, j = [], len(truth), len(read)
    while i or j:
        if i and j and cost[i][j] == cost[i - 1][j - 1] + (truth[i - 1] != read[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((truth[i], read[j]))
        elif i and cost[i][j] == cost[i - 1][j] + 1:
            i -= 1
            pairs.append((truth[i], "-"))
        else:
            j -= 1
            pairs.append(("-", read[j]))
    return pairs[::-1]


def mistakes(matrix: Report, most: int = 12) -> str:
    """The commonest mistakes of each set as Markdown: what stood there, what was read, how often."""
    found: dict[str, list[tuple[float, str]]] = {}
    for name, row in matrix.items():
        group, _, truth = name.rpartition(": ")
        wrong = [(count, f"{truth}→{read}") for read, count in row.items() if read != truth]
        found.setdefault(group, []).extend(wrong)
    lines = ["| crops | characters | read wrongly | commonest |", "|---|---|---|---|"]
    for group, wrong in found.items():
        total = sum(sum(row.values()) for name, row in matrix.items() if name.startswith(f"{group}: "))
        top = sorted(wrong, key=lambda each: (-each[0], each[1]))[:most]
        shown = ", ".join(f"{pair} {count:g}" for count, pair in top)
        lines.append(f"| {group} | {total:g} | {sum(count for count, _ in wrong):g} | {shown} |")
    return "\n".join(lines)
