# SPDX-License-Identifier: Apache-2.0
"""How right the reader is, and how honest its probabilities are."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.reader.pack import Crop
from wayside.domain import Characters
from wayside.vision.reader import chances, collapse

GROUPS: Mapping[str, Callable[[Crop], bool]] = {
    "british": lambda crop: crop.region == "GB" and crop.lines == 1,
    "european": lambda crop: crop.region != "GB" and crop.lines == 1,
    "two_lines": lambda crop: crop.lines == 2,
}
"""The parts of the validation crops that are judged apart; all of them are European."""

_BINS = 10


def merge(text: str) -> str:
    """O and 0, I and 1 are the same glyph on many plates."""
    return text.replace("O", "0").replace("I", "1")


def text_of(characters: Characters) -> str:
    """The most probable text."""
    return "".join(position[0][0] for position in characters)


def probability_of(characters: Characters) -> float:
    """What the reader holds its text to be worth: the product over its positions, 0 for no text."""
    return math.prod(position[0][1] for position in characters) if characters else 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """Shares of a group of crops, 0–1."""

    crops: int
    exact: float
    merged: float
    inside: float
    """The truth stands, merged, within a longer reading."""


def score(truths: Sequence[str], texts: Sequence[str]) -> Score:
    """Compare texts with truths; ValueError where there is nothing to compare."""
    if not truths:
        raise ValueError("no crops to measure; set WAYSIDE_DATA_PACK to the data pack's folder")
    pairs = list(zip(truths, texts, strict=True))
    exact = sum(truth == text for truth, text in pairs)
    merged = sum(merge(truth) == merge(text) for truth, text in pairs)
    inside = sum(merge(truth) in merge(text) for truth, text in pairs)
    return Score(len(pairs), *(count / len(pairs) for count in (exact, merged, inside)))


def curve(stated: NDArray[np.float64], right: NDArray[np.bool_]) -> list[tuple[float, float, int]]:
    """Per tenth of the stated probability with readings in it: mean stated, share right, number of readings."""
    bins = np.minimum((stated * _BINS).astype(int), _BINS - 1)
    parts = [bins == number for number in sorted(set(bins.tolist()))]
    return [(float(stated[part].mean()), float(right[part].mean()), int(part.sum())) for part in parts]


def calibration_error(stated: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Expected calibration error over ten equal bins (Guo et al. 2017)."""
    return sum(abs(said - held) * count for said, held, count in curve(stated, right)) / len(stated)


def fit_temperature(logits: Sequence[NDArray[np.float32]], truths: Sequence[str]) -> float:
    """The temperature at which the stated probabilities tell best which readings are right (log loss), 0.6–3."""
    heats: list[float] = np.arange(0.6, 3.01, 0.05).round(2).tolist()
    return min(heats, key=lambda heat: _log_loss(logits, truths, heat))


def _log_loss(logits: Sequence[NDArray[np.float32]], truths: Sequence[str], temperature: float) -> float:
    reads = [collapse(chances(each, temperature)) for each in logits]
    stated = np.clip([probability_of(read) for read in reads], 1e-4, 1 - 1e-4)
    right = np.array([text_of(read) == truth for read, truth in zip(reads, truths, strict=True)])
    return float(-np.where(right, np.log(stated), np.log(1 - stated)).mean())
