# SPDX-License-Identifier: Apache-2.0
"""Busts that never lived, drawn from simple shapes: more kinds of skin, hair, caps, scarves and clothes than anybody
photographed."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from training.occupants.people import FACE, SIDE, CutOut

Floats = NDArray[np.float32]
Rng = np.random.Generator

# Blue, green, red, 0-1: the darkest and the lightest skin, and hair.
SKIN = ((0.10, 0.14, 0.22), (0.68, 0.76, 0.92))
HAIR = ((0.04, 0.04, 0.05), (0.07, 0.10, 0.16), (0.15, 0.25, 0.35), (0.35, 0.55, 0.70), (0.60, 0.60, 0.62))
# The face's middle and half its size, in pixels of the cut-out.
MIDDLE = (SIDE / 2, 1.25 * FACE)
WIDE, HIGH = 0.38 * FACE, 0.52 * FACE
# Angles of an ellipse, clockwise from its right end.
WHOLE, UPPER, LOWER = (0.0, 2 * pi), (pi, 2 * pi), (0.0, pi)
# Drawn so many times larger, for smooth edges.
FINER = 3

Colour = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Canvas:
    picture: Floats
    coverage: NDArray[np.uint8]

    def oval(
        self, x: float, y: float, wide: float, high: float, colour: Colour, arc: tuple[float, float] = WHOLE
    ) -> None:
        """An ellipse by its middle and half its sizes, in pixels of the cut-out; or what is between two angles."""
        turns = np.linspace(*arc, 40)
        self.shape([(x + wide * cos(turn), y + high * sin(turn)) for turn in turns], colour)

    def shape(self, corners: list[tuple[float, float]], colour: Colour) -> None:
        """A filled polygon."""
        there = np.round(np.array(corners) * FINER).astype(np.int32)
        cv2.fillPoly(self.picture, [there], [float(value) for value in colour])
        cv2.fillPoly(self.coverage, [there], 255.0)


def rendered(rng: Rng) -> CutOut:
    """Somebody drawn: picture uint8 (SIDE, SIDE, 3), coverage uint8 (SIDE, SIDE), the face where cut-outs have it."""
    size = SIDE * FINER
    canvas = _Canvas(np.zeros((size, size, 3), np.float32), np.zeros((size, size), np.uint8))
    share = rng.random()
    skin = np.array(SKIN[0]) * (1 - share) + np.array(SKIN[1]) * share + rng.normal(0, 0.02, 3)
    hair = np.array(HAIR[int(rng.integers(len(HAIR)))]) * rng.uniform(0.7, 1.3)
    scarf = rng.random() < 0.15
    around = rng.uniform(0.05, 0.9) + rng.normal(0, 0.1, 3) if scarf else hair
    if scarf or rng.random() < 0.35:  # a scarf or long hair lies on the shoulders, and over them
        canvas.oval(MIDDLE[0], MIDDLE[1] + 0.35 * FACE, WIDE * 1.5, HIGH * 1.7, around)
    _clothes(canvas, skin, rng)
    _head(canvas, skin, around, scarf, rng)
    _features(canvas, skin, hair, rng)
    if rng.random() < 0.2:
        _cap(canvas, rng)
    return _lit(canvas, rng)


def _clothes(canvas: _Canvas, skin: Colour, rng: Rng) -> None:
    x, neck, bottom = MIDDLE[0], MIDDLE[1] + 0.6 * FACE, float(SIDE)
    broad = rng.uniform(0.95, 1.35) * FACE
    cloth = rng.uniform(0.02, 1.0) + rng.normal(0, 0.15, 3) * (rng.random() < 0.6)
    drop = rng.uniform(0.2, 0.5) * FACE
    canvas.shape(
        [(x - 0.35 * FACE, neck), (x + 0.35 * FACE, neck), (x + broad, neck + drop), (x + broad * 1.1, bottom),
         (x - broad * 1.1, bottom), (x - broad, neck + drop)], cloth,
    )  # fmt: skip
    canvas.shape([(x - 0.2 * FACE, neck - 8), (x + 0.2 * FACE, neck - 8), (x, neck + rng.uniform(3, 14))], skin * 0.8)
    if rng.random() < 0.5:
        side, belt = (1 if rng.random() < 0.5 else -1), np.full(3, rng.uniform(0.0, 0.7))
        top, low = x + side * 0.6 * FACE, x - side * 0.8 * FACE
        canvas.shape([(top, neck + 4), (top + 5 * side, neck + 4), (low + 5 * side, bottom), (low, bottom)], belt)


def _head(canvas: _Canvas, skin: Colour, hair: Colour, scarf: bool, rng: Rng) -> None:
    x, y = MIDDLE
    canvas.shape([(x - 5, y), (x + 5, y), (x + 6, y + 0.75 * FACE), (x - 6, y + 0.75 * FACE)], skin * 0.75)
    more = rng.uniform(1.05, 1.3)
    if scarf or rng.random() < 0.85:
        canvas.oval(x, y - 0.08 * FACE, WIDE * more, HIGH * more, hair, WHOLE if scarf else UPPER)
    canvas.oval(x, y + 0.04 * FACE, WIDE, HIGH * 0.96, skin)


def _features(canvas: _Canvas, skin: Colour, hair: Colour, rng: Rng) -> None:
    """Eyes, brows, nose and mouth where the head's turn puts them; sometimes a beard, a mask or glasses."""
    x, y = MIDDLE[0] + rng.normal(0, 0.35) * WIDE, MIDDLE[1] + rng.normal(0, 0.08) * FACE
    if rng.random() < 0.25:
        beard = hair if rng.random() < 0.7 else np.full(3, rng.uniform(0.1, 0.9))
        canvas.oval(x, y + 0.25 * HIGH, WIDE * 0.8, HIGH * 0.7, beard, LOWER)
    dark, glasses = skin * rng.uniform(0.2, 0.5), rng.random() < 0.3
    for side in (-1, 1):
        eye = x + side * 0.42 * WIDE
        canvas.oval(eye, y - 0.12 * HIGH, *((3.6, 3.0) if glasses else (2.2, 1.3)), dark)
        canvas.oval(eye, y - 0.32 * HIGH, 2.8, 0.8, dark)
    canvas.oval(x + 0.8, y + 0.2 * HIGH, 1.4, 1.2, skin * 0.75)
    canvas.oval(x, y + 0.5 * HIGH, rng.uniform(2, 4), rng.uniform(0.7, 1.8), skin * np.array([0.6, 0.55, 0.75]))


def _cap(canvas: _Canvas, rng: Rng) -> None:
    colour, brim = rng.uniform(0, 0.9) + rng.normal(0, 0.15, 3), MIDDLE[1] - 0.25 * FACE
    canvas.oval(MIDDLE[0], brim, WIDE * 1.12, HIGH * 0.75, colour, UPPER)
    canvas.oval(MIDDLE[0] + rng.normal(0, 4), brim, WIDE * 1.2, 2.5, colour * 0.6)


def _lit(canvas: _Canvas, rng: Rng) -> CutOut:
    """From one side, with the folds and blotches that nothing real is without."""
    slope = np.linspace(-1, 1, SIDE)
    light = np.exp(slope[None] * rng.normal(0, 0.4) + slope[:, None] * rng.normal(-0.2, 0.3))
    size = (SIDE, SIDE)
    blotches = cv2.resize(rng.normal(1, 0.1, (12, 12)).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    picture = cv2.resize(canvas.picture, size, interpolation=cv2.INTER_AREA) * (light * blotches)[..., None]
    coverage = cv2.resize(canvas.coverage, size, interpolation=cv2.INTER_AREA)
    return np.clip(picture * 255, 0, 255).astype(np.uint8), np.asarray(coverage, np.uint8)
