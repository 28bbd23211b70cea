# SPDX-License-Identifier: Apache-2.0
"""A view as a cheap camera might have taken it at night: what shines, what the lens and the sensor make of it.

Light is reckoned in shares of what the sensor holds at most, so that shade, lamps and noise add up as they do in a
camera; only then come the gain, the tone curve and the compression. Noise is of two kinds, that of the light itself,
which grows with its root, and that of reading the sensor out (Foi et al., "Practical Poissonian-Gaussian Noise
Modeling and Fitting for Single-Image Raw-Data", 2008).
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Light = NDArray[np.float32]
Picture = NDArray[np.uint8]

DARKEST, LEAST_DARK = 1 / 40, 1 / 2
# Blue, green, red of what lights a street: sodium, warm and cold light-emitting diodes, none of them (moon, sky).
LAMPS: Final = ((0.35, 0.75, 1.2), (0.7, 0.95, 1.1), (1.2, 1.05, 0.85), (1.0, 1.0, 1.0))
HEAD_LAMP, TAIL_LAMP = (1.0, 0.97, 0.9), (0.1, 0.08, 1.0)


def by_night(picture: Picture, plates: NDArray[np.float32], rng: Generator) -> Picture:
    """The picture (H, W, 3) by night; plates: (N, 4, 2) corners in its pixels, which may throw light back."""
    day = np.power(picture.astype(np.float32) / 255, rng.uniform(1.9, 2.5), dtype=np.float32)
    night = _lit(day, plates, rng) + _lamps(day.shape[:2], plates, rng)
    light = _optics(night, rng)
    return _written(_toned(_gained(_sensed(light, rng), rng), rng), rng)


def _between(rng: Generator, low: float, high: float) -> float:
    """A random figure whose logarithm is spread evenly."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _lit(light: Light, plates: NDArray[np.float32], rng: Generator) -> Light:
    """The scene under few lamps of one colour, with pools of light and plates that may throw light back."""
    height, width = light.shape[:2]
    colour = 1 + rng.uniform(0, 1) * (np.array(LAMPS[rng.integers(len(LAMPS))], np.float32) - 1)
    share = np.full((height, width), _between(rng, DARKEST, LEAST_DARK), np.float32)
    for _ in range(rng.integers(0, 3)):
        share *= 1 + rng.uniform(0.5, 4) * _pool(height, width, rng)
    if rng.random() < 0.5:
        share *= 1 - rng.uniform(0.2, 0.8) * _edges(height, width)
    share = np.minimum(share, 1)
    if len(plates) and rng.random() < 0.5:
        share *= 1 + (_between(rng, 1.5, 25) - 1) * _mask(plates, height, width)
    return np.asarray(light * share[..., None] * colour.astype(np.float32), np.float32)


def _pool(height: int, width: int, rng: Generator) -> Light:
    """(H, W) 0-1: where a lamp falls on the scene."""
    x, y = rng.uniform(0, width), rng.uniform(0.2, 1) * height
    across, down = rng.uniform(0.15, 0.6) * width, rng.uniform(0.1, 0.4) * height
    columns = np.exp(-(((np.arange(width) - x) / across) ** 2))
    rows = np.exp(-(((np.arange(height) - y) / down) ** 2))
    return np.asarray(rows[:, None] * columns[None, :], np.float32)


def _edges(height: int, width: int) -> Light:
    """(H, W) 0 in the middle, 1 in the corners: what a small lens loses."""
    x, y = np.linspace(-1, 1, width), np.linspace(-1, 1, height)
    return np.asarray((x[None, :] ** 2 + y[:, None] ** 2) / 2, np.float32)


def _mask(plates: NDArray[np.float32], height: int, width: int) -> Light:
    """(H, W) 1 on the plates, soft at their edges."""
    mask = np.zeros((height, width), np.float32)
    for quad in plates:
        cv2.fillConvexPoly(mask, np.round(quad * 8).astype(np.int32), 1.0, cv2.LINE_AA, 3)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 0.7), np.float32)


def _lamps(size: tuple[int, int], plates: NDArray[np.float32], rng: Generator) -> Light:
    """(H, W, 3) light of the vehicles' own lamps beside the plates and of others anywhere; some smear."""
    height, width = size
    light = np.zeros((height, width, 3), np.float32)
    for quad in plates:
        if rng.random() < 0.5:
            _pair(light, quad, rng)
    for _ in range(rng.integers(0, 4) if rng.random() < 0.5 else 0):
        colour = HEAD_LAMP if rng.random() < 0.7 else TAIL_LAMP
        at = rng.uniform(0, width), rng.uniform(0, 0.8) * height
        _lamp(light, at, _between(rng, 1, 0.06 * width), colour, rng)
    return light


def _pair(light: Light, quad: NDArray[np.float32], rng: Generator) -> None:
    """A vehicle's two lamps, left and right of its plate and mostly above it."""
    along = quad[1] - quad[0]
    wide = float(np.hypot(*along))
    up = np.array([along[1], -along[0]])
    middle, aside, above = quad.mean(0), rng.uniform(0.9, 2.0), rng.uniform(-0.2, 0.9)
    radius = max(1.0, wide * rng.uniform(0.05, 0.22))
    colour = HEAD_LAMP if rng.random() < 0.5 else TAIL_LAMP
    for side in (-1, 1):
        if rng.random() < 0.9:
            x, y = middle + side * aside * along + above * up
            _lamp(light, (float(x), float(y)), radius, colour, rng)


def _lamp(
    light: Light, at: tuple[float, float], radius: float, colour: tuple[float, float, float], rng: Generator
) -> None:
    """Add one lamp: a disc that burns out, a halo round it and perhaps a streak of a dirty windscreen."""
    x, y = _from(at, light.shape[:2])
    away = x**2 + y**2
    power = _between(rng, 0.3, 6)
    glow = power * np.clip(radius + 0.5 - np.sqrt(away), 0, 1)
    glow += power * rng.uniform(0, 0.12) / (1 + away / (radius * rng.uniform(1, 4)) ** 2)
    if rng.random() < 0.25:
        glow += power * rng.uniform(0.02, 0.25) * _streak(light.shape[:2], at, radius, rng)
    light += glow[..., None] * np.array(colour, np.float32)


def _from(at: tuple[float, float], size: tuple[int, int]) -> tuple[Light, Light]:
    """(1, W) and (H, 1): how far every column and row of a picture of `size` (height, width) lies from a point."""
    columns = np.arange(size[1], dtype=np.float32)[None, :] - np.float32(at[0])
    rows = np.arange(size[0], dtype=np.float32)[:, None] - np.float32(at[1])
    return columns, rows


def _streak(size: tuple[int, int], at: tuple[float, float], radius: float, rng: Generator) -> Light:
    """(H, W) 0-1: a line of light through the lamp, mostly upright, that fades along its way."""
    angle = rng.normal(np.pi / 2, 0.35) if rng.random() < 0.8 else rng.uniform(0, np.pi)
    x, y = _from(at, size)
    along, across = x * np.cos(angle) + y * np.sin(angle), -x * np.sin(angle) + y * np.cos(angle)
    thick, long = max(0.8, radius * rng.uniform(0.2, 0.8)), rng.uniform(4, 20) * radius
    return np.asarray(np.exp(-((across / thick) ** 2) - np.abs(along) / long), np.float32)


def _optics(light: Light, rng: Generator) -> Light:
    """Shaken by the road in a long exposure, or a little out of focus; lamps smear as they do before the sensor."""
    chance = rng.random()
    if chance < 0.3:
        length = _between(rng, 1.5, 9)
        return np.asarray(cv2.filter2D(light, -1, _path(length, rng.uniform(0, np.pi))), np.float32)
    if chance < 0.75:
        return np.asarray(cv2.GaussianBlur(light, (0, 0), _between(rng, 0.4, 1.8)), np.float32)
    return light


def _path(length: float, angle: float) -> Light:
    """A kernel that sums to 1 along a straight path of `length` pixels."""
    half = int(np.ceil(length / 2))
    y, x = np.mgrid[-half : half + 1, -half : half + 1]
    along, across = x * np.cos(angle) + y * np.sin(angle), -x * np.sin(angle) + y * np.cos(angle)
    kernel = np.clip(length / 2 + 0.5 - np.abs(along), 0, 1) * np.clip(1 - np.abs(across), 0, 1)
    return np.asarray(kernel / kernel.sum(), np.float32)


def _sensed(light: Light, rng: Generator) -> Light:
    """With the noise of the light and of the read-out; often coarse, as interpolated colours leave it."""
    noise = rng.standard_normal(light.shape, np.float32)
    if rng.random() < 0.4:
        noise = np.asarray(cv2.GaussianBlur(noise, (0, 0), 0.6), np.float32) * np.float32(2)
    if rng.random() < 0.3:
        noise = np.repeat(noise.mean(2, keepdims=True) * np.float32(np.sqrt(3)), 3, 2)
    shot, read = _between(rng, 0.008, 0.11), _between(rng, 0.0006, 0.006)
    return np.asarray(light + noise * np.sqrt(shot**2 * np.minimum(light, 1) + read**2), np.float32)


def _gained(light: Light, rng: Generator) -> Light:
    """The camera's own gain lifts what is dark, in part, and the noise with it."""
    if rng.random() < 0.6:
        return light
    mean = float(np.clip(light, 0, 1).mean()) + 1e-3
    wanted = rng.uniform(0.05, 0.2)
    gain = max(1.0, wanted / mean) ** rng.uniform(0.2, 1)
    return np.asarray(light * np.float32(min(gain, 16)), np.float32)


def _toned(light: Light, rng: Generator) -> Light:
    """Through a tone curve to 0-255, some with little colour left, some with their noise smoothed away."""
    black = rng.uniform(0, 0.004) if rng.random() < 0.4 else 0.0
    image = 255 * np.clip(light - np.float32(black), 0, 1) ** np.float32(1 / rng.uniform(1.8, 2.5))
    if rng.random() < 0.3:
        grey = image.mean(2, keepdims=True)
        image = grey + (image - grey) * np.float32(rng.uniform(0, 0.6))
    if rng.random() < 0.25:
        image = cv2.medianBlur(image.astype(np.uint8), 3).astype(np.float32)
    return np.asarray(image, np.float32)


def _written(image: Light, rng: Generator) -> Picture:
    """Soft or sharpened, and compressed without much care."""
    if rng.random() < 0.6:
        soft = np.asarray(cv2.GaussianBlur(image, (0, 0), _between(rng, 0.4, 1.2)), np.float32)
        image = soft if rng.random() < 0.7 else image + rng.uniform(0.2, 0.8) * (image - soft)
    result = np.clip(image, 0, 255).astype(np.uint8)
    if rng.random() < 0.7:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(18, 85))]
        result = np.asarray(cv2.imdecode(cv2.imencode(".jpg", result, quality)[1], cv2.IMREAD_COLOR), np.uint8)
    return result
