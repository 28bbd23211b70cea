# SPDX-License-Identifier: Apache-2.0
"""Plate pictures to characters with honest probabilities: one small network, one or two lines at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from wayside.domain import Characters
from wayside.vision.cards import Network, load_card

HEIGHT, WIDTH = 48, 176
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# A character this unlikely never wins and only makes records longer.
_LEAST = 0.002
_MOST_CANDIDATES = 6


class PlateReader:
    """Reads plate crops; safe to use from one thread at a time."""

    def __init__(self, model_path: Path, threads: int = 1) -> None:
        """Load the model; its card stands beside it.

        Raises ModelError where either is missing or damaged.
        """
        self._network = Network(load_card(model_path.stem, model_path.parent), threads)
        self._temperature = float(self._network.card.facts["calibration"]["temperature"])

    def read(self, crops: Sequence[NDArray[np.uint8]]) -> list[Characters]:
        """The characters of each crop, in the same order; empty where nothing is legible.

        `crops`: uint8 (H, W, 3), blue green red, one straightened plate each with 5–10 % around it.
        Raises ValueError for an empty picture.
        """
        if not crops:
            return []
        (logits,) = self._network.run(prepare(crops))
        return [collapse(chances(each, self._temperature)) for each in logits]


def prepare(crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Crops of any size, uint8 (H, W, 3), to the network's batch, uint8 (N, 48, 176, 3).

    Raises ValueError for an empty picture.
    """
    return np.stack([_fit(crop) for crop in crops])


def _fit(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if crop.ndim != 3 or crop.size == 0:
        raise ValueError(f"a plate crop must be a colour picture of at least one pixel, not of shape {crop.shape}")
    way = cv2.INTER_AREA if crop.shape[0] > HEIGHT else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(crop, (WIDTH, HEIGHT), interpolation=way), np.uint8)


def chances(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Softmax of logits float32 (2, T, 37) at a temperature; same shape, the last axis adds up to 1."""
    scaled = logits / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)


def collapse(steps: NDArray[np.float32]) -> Characters:
    """The best path as positions, upper line first.

    `steps`: float32 (2, T, 37), chances of "nothing" and the characters at each step of the two lines (CTC, Graves et
    al. 2006). A position takes the chances of its surest step. What the gap before it may hide is taken off them, so
    that their product also answers for characters that were passed over.
    """
    return tuple(position for lane in steps for position in _positions(lane))


def _positions(lane: NDArray[np.float32]) -> Iterator[tuple[tuple[str, float], ...]]:
    best = lane.argmax(axis=1)
    hidden, index = 0.0, 0
    while index < len(best):
        end = index + 1
        while end < len(best) and best[end] == best[index]:
            end += 1
        run = lane[index:end]
        if best[index] == 0:
            hidden = float((1 - run[:, 0]).max())
        else:
            surest = run[run[:, best[index]].argmax()]
            yield _candidates(surest * (1 - hidden))
            hidden = 0.0
        index = end


def _candidates(step: NDArray[np.float32]) -> tuple[tuple[str, float], ...]:
    order = np.argsort(-step[1:], kind="stable")[:_MOST_CANDIDATES]
    pairs = ((ALPHABET[index], float(step[index + 1])) for index in order)
    return tuple(pair for pair in pairs if pair[1] >= _LEAST)


def sharpness(crop: NDArray[np.uint8]) -> float:
    """How crisp a plate crop is, 0 (blurred) to 1; uint8 (H, W, 3).

    The energy of fine detail against that of all detail at the reader's own size, so that a small plate, which has
    to be enlarged, counts as blurred, and contrast alone counts for nothing.
    """
    grey = cv2.cvtColor(_fit(crop), cv2.COLOR_BGR2GRAY).astype(np.float32)
    fine = float(np.abs(cv2.Laplacian(grey, cv2.CV_32F)).mean())
    ratio = fine / (float(grey.std()) + 4.0)
    return ratio / (ratio + 0.5)
