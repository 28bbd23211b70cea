# SPDX-License-Identifier: Apache-2.0
"""What happens between the scene and the file: rain, bloom, exposure, vignetting, noise and compression."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from training.simulator.light import Condition

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

_EXPOSURE = {Condition.DAY: 0.6, Condition.OVERCAST: 0.95, Condition.RAIN: 1.35, Condition.DUSK: 3.6}
_GAIN_NOISE = {Condition.DAY: 0.6, Condition.OVERCAST: 0.8, Condition.RAIN: 1.2, Condition.DUSK: 2.4}


@dataclass(frozen=True)
class Sensor:
    """One camera's habits: exposure factor, colour balance (blue, green, red), noise, softness, vignetting."""

    exposure: float
    balance: tuple[float, float, float]
    noise: float
    blur_px: float
    vignette: float
    contrast: float

    @staticmethod
    def clean(condition: Condition) -> Sensor:
        """A good camera with little noise."""
        return Sensor(_EXPOSURE[condition], (1.0, 1.0, 1.0), 0.5 * _GAIN_NOISE[condition], 0.45, 0.12, 1.0)

    @staticmethod
    def by_chance(condition: Condition, rng: np.random.Generator) -> Sensor:
        """Any camera, the bad ones too."""
        balance = rng.uniform(0.9, 1.1, 3)
        return Sensor(
            exposure=_EXPOSURE[condition] * float(np.exp(rng.normal(0, 0.28))),
            balance=(float(balance[0]), 1.0, float(balance[2])),
            noise=_GAIN_NOISE[condition] * float(rng.uniform(0.2, 3.0)),
            blur_px=float(rng.uniform(0.2, 0.9)),
            vignette=float(rng.uniform(0, 0.35)),
            contrast=float(rng.uniform(0.85, 1.15)),
        )


def bloom(picture: Floats, glow: Floats) -> Floats:
    """Add the halo of lamps; both float32 (h, w, 3) linear light."""
    height, width = glow.shape[:2]
    small = cv2.resize(glow, (max(width // 4, 1), max(height // 4, 1)), interpolation=cv2.INTER_AREA)
    scale = width / 1280
    halo = sum(
        cv2.GaussianBlur(small, (0, 0), sigma * scale + 0.5) * share for sigma, share in ((2, 0.5), (7, 0.5), (22, 0.4))
    )
    return np.asarray(picture + cv2.resize(np.asarray(halo, np.float32), (width, height)), np.float32)


def rain_streaks(height: int, width: int, rng: np.random.Generator) -> Floats:
    """Bright streaks of falling drops, float32 (h, w), 0-1."""
    drops = int(width * height / 2600 * rng.uniform(0.5, 1.5))
    layer = np.zeros((height, width), np.uint8)
    slant = rng.normal(0, 0.12)
    for x, y, size in zip(
        rng.uniform(0, width, drops), rng.uniform(-40, height, drops), rng.gamma(2, 6, drops), strict=True
    ):
        long = size * height / 500
        tip = int(x + slant * long), int(y + long)
        cv2.line(layer, (int(x), int(y)), tip, int(min(40 + size * 3, 150)), 1, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(layer, (0, 0), 0.6) / np.float32(255), np.float32)


def _vignette(height: int, width: int, strength: float) -> Floats:
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    return np.asarray((1 - strength * (x**2 + y**2) / 2)[..., None], np.float32)


def expose(picture: Floats, sensor: Sensor, rng: np.random.Generator) -> Bytes:
    """Linear light → an 8-bit picture, uint8 (h, w, 3)."""
    height, width = picture.shape[:2]
    if sensor.blur_px > 0.3:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), sensor.blur_px), np.float32)
    level = picture * _vignette(height, width, sensor.vignette) * sensor.exposure * np.array(sensor.balance, np.float32)
    shoulder = level / (1 + np.maximum(level - 0.7, 0) * 0.75)
    tone = np.clip(shoulder, 0, 1.2) ** (1 / 2.2 * sensor.contrast)
    values = (tone - 0.05 * np.sin(2 * np.pi * np.clip(tone, 0, 1))) * 255
    grain = sensor.noise * (1.6 + 1.2 * tone)
    return np.asarray(np.clip(values + _noise(height, width, rng) * grain, 0, 255), np.uint8)


@lru_cache(maxsize=1)
def _noise_sheet() -> Floats:
    """A sheet of noise to cut from; fresh noise for each picture would cost more than its shading."""
    sheet = np.random.default_rng(0).standard_normal((1700, 2000, 3)).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(sheet, (0, 0), 0.6), np.float32)


def _noise(height: int, width: int, rng: np.random.Generator) -> Floats:
    """Noise of about deviation 0.5, float32 (height, width, 3)."""
    sheet = _noise_sheet()
    if height > sheet.shape[0] or width > sheet.shape[1]:
        return rng.standard_normal((height, width, 3)).astype(np.float32) * np.float32(0.5)
    top, left = rng.integers(0, sheet.shape[0] - height + 1), rng.integers(0, sheet.shape[1] - width + 1)
    return sheet[top : top + height, left : left + width]
