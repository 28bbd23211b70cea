# SPDX-License-Identifier: Apache-2.0
"""An endless stream of training samples: real crops and drawn plates, degraded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import IterableDataset

from training.reader import degrade
from training.reader.pack import Crop
from training.reader.synthesis import Drawer, Drawn, Variety
from wayside.vision.reader import ALPHABET, HEIGHT, WIDTH

LONGEST = 12
_NUMBERS = {char: index + 1 for index, char in enumerate(ALPHABET)}


@dataclass(frozen=True, slots=True)
class Mix:
    """What the stream is made of."""

    drawn_share: float = 0.55
    unverified_share: float = 0.06
    cache: int = 6000
    renewed: float = 0.08
    """How often a drawn plate is new once the cache is full."""
    lowest: int = 14
    """Height in pixels of the lowest-resolution pictures."""
    low: float = 0.45
    """Share of drawn pictures that are of low resolution, under 30 pixels high; of real ones 0.6 of it."""
    variety: Variety = field(default_factory=Variety)


@dataclass(frozen=True, slots=True)
class Sample:
    """One crop with its text line by line; where the lines are not known, all stands in `lines[0]`."""

    pixels: NDArray[np.uint8]
    lines: tuple[str, str]
    split_known: bool


class Stream(IterableDataset[tuple[torch.Tensor, ...]]):
    """Batches without end: crops uint8 (N, 48, 176, 3), targets int64 (N, 2, 12), lengths (N, 2), split (N,)."""

    def __init__(self, crops: Sequence[Crop], fonts: Sequence[str], batch: int, seed: int, mix: Mix) -> None:
        self._crops, self._fonts, self._batch, self._seed, self._mix = crops, fonts, batch, seed, mix

    def __iter__(self) -> Iterator[tuple[torch.Tensor, ...]]:
        source = _Source(self._crops, self._fonts, np.random.default_rng(self._seed), self._mix)
        while True:
            yield collate([source.sample() for _ in range(self._batch)])


class _Source:
    def __init__(self, crops: Sequence[Crop], fonts: Sequence[str], rng: np.random.Generator, mix: Mix) -> None:
        self._rng, self._mix = rng, mix
        self._drawer = Drawer(fonts, rng, mix.variety)
        self._drawn: list[Drawn] = []
        pairs = [(crop, crop.pixels()) for crop in crops]
        self._verified = [pair for pair in pairs if pair[0].verified]
        self._unverified = [pair for pair in pairs if not pair[0].verified]

    def sample(self) -> Sample:
        dice = self._rng.random()
        if dice < self._mix.drawn_share:
            return self._from_drawn(self._next_drawn())
        machine = dice < self._mix.drawn_share + self._mix.unverified_share and self._unverified
        pool = self._unverified if machine else self._verified
        return self._from_real(*pool[int(self._rng.integers(len(pool)))])

    def _next_drawn(self) -> Drawn:
        if len(self._drawn) < self._mix.cache:
            self._drawn.append(self._drawer.draw())
            return self._drawn[-1]
        index = int(self._rng.integers(len(self._drawn)))
        if self._rng.random() < self._mix.renewed:
            self._drawn[index] = self._drawer.draw()
        return self._drawn[index]

    def _from_drawn(self, drawn: Drawn) -> Sample:
        rng = self._rng
        bend = 1.0 if rng.random() < 0.7 else 2.5
        corners = degrade.turn(drawn.plate, float(rng.normal(0, 2.0 * bend)), float(rng.normal(0, 0.06 * bend)))
        outset = float(rng.uniform(0.03, 0.28)) * min(bend, 1.6)
        corners = degrade.loosen(corners, rng, inset=0.06, outset=outset, shake=0.02 * bend)
        return Sample(self._shoot(drawn.image, corners, 1.0), drawn.lines, True)

    def _from_real(self, crop: Crop, image: NDArray[np.uint8]) -> Sample:
        rng = self._rng
        height, width = image.shape[:2]
        corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
        corners = degrade.turn(corners, float(rng.normal(0, 2.5)), float(rng.normal(0, 0.06)))
        corners = degrade.loosen(corners, rng, inset=0.04, outset=0.1, shake=0.025)
        upper = crop.upper or len(crop.text)
        lines = (crop.text[:upper], crop.text[upper:])
        return Sample(self._shoot(image, corners, 0.6), lines, crop.lines == 1 or crop.upper > 0)

    def _shoot(self, image: NDArray[np.uint8], corners: NDArray[np.float32], harshness: float) -> NDArray[np.uint8]:
        """`harshness` 0–1: how often the picture is spoilt on the way; real crops bring their own faults."""
        rng = self._rng
        low = rng.random() < self._mix.low * harshness
        height = int(rng.integers(self._mix.lowest, 30)) if low else int(rng.integers(30, HEIGHT + 16))
        picture = degrade.cut(image, corners, height, rng)
        if rng.random() < 0.9:
            picture = degrade.light(picture, rng)
        if rng.random() < harshness:
            picture = degrade.blur(picture, rng)
        if rng.random() < harshness:
            picture = degrade.sense(picture, rng)
        return degrade.present(picture, rng)


def collate(samples: Sequence[Sample]) -> tuple[torch.Tensor, ...]:
    """Samples to tensors as `Stream` says."""
    count = len(samples)
    pixels = np.empty((count, HEIGHT, WIDTH, 3), np.uint8)
    targets = np.zeros((count, 2, LONGEST), np.int64)
    lengths = np.zeros((count, 2), np.int64)
    for index, sample in enumerate(samples):
        pixels[index] = sample.pixels
        for lane, text in enumerate(sample.lines):
            numbers = [_NUMBERS[char] for char in text[:LONGEST]]
            targets[index, lane, : len(numbers)] = numbers
            lengths[index, lane] = len(numbers)
    split = np.array([sample.split_known for sample in samples])
    return tuple(map(torch.from_numpy, (pixels, targets, lengths, split)))
