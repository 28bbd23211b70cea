# SPDX-License-Identifier: Apache-2.0
"""Sun, sky and street as light: how bright each side is lit and what polished surfaces mirror."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

MIRROR_SIZE = (256, 128)
"""Width (all round) and height (straight up to straight down) of the mirrored surroundings."""


class Condition(StrEnum):
    """Weather and time of day."""

    DAY = "day"
    OVERCAST = "overcast"
    DUSK = "dusk"
    RAIN = "rain"


@dataclass(frozen=True)
class Light:
    """Linear light; 1 is a white wall under an open bright sky.

    sun_from: unit vector towards the sun; sun, zenith, horizon, ground: float32 (3,) blue, green, red;
    surroundings: float32 (2, height, width, 3), sharp and blurred, for mirrors.
    """

    condition: Condition
    sun_from: Floats
    sun: Floats
    zenith: Floats
    horizon: Floats
    ground: Floats
    surroundings: Floats

    @property
    def shadow_share(self) -> float:
        """How dark a full shadow on the road is: the share of light that it takes away."""
        flat_sun = float(self.sun.mean() * max(self.sun_from[2], 0.0))
        return flat_sun / (flat_sun + float(self.ambient_up.mean()))

    @property
    def ambient_up(self) -> Floats:
        """Sky light on a face that looks straight up."""
        return (0.6 * self.zenith + 0.4 * self.horizon).astype(np.float32)


# sun strength, zenith (b, g, r), horizon (b, g, r), ground bounce, all linear
_SKIES: dict[Condition, tuple[float, tuple[float, ...], tuple[float, ...], float]] = {
    Condition.DAY: (1.9, (0.85, 0.55, 0.33), (0.95, 0.85, 0.75), 0.16),
    Condition.OVERCAST: (0.12, (0.85, 0.82, 0.80), (0.78, 0.76, 0.74), 0.14),
    Condition.RAIN: (0.04, (0.52, 0.49, 0.46), (0.56, 0.54, 0.52), 0.09),
    Condition.DUSK: (0.03, (0.10, 0.07, 0.05), (0.13, 0.14, 0.20), 0.02),
}


def _skyline(rng: np.random.Generator, width: int) -> Floats:
    """Height of trees and roofs all round, in rows of the mirrored surroundings above the horizon."""
    steps = rng.uniform(0, 9, 24)
    outline = np.interp(np.linspace(0, 24, width, endpoint=False), np.arange(25), np.append(steps, steps[0]))
    return np.asarray(outline + rng.uniform(0, 2.5, width), np.float32)


def _surroundings(rng: np.random.Generator, zenith: Floats, horizon: Floats, ground: Floats) -> Floats:
    width, height = MIRROR_SIZE
    row = np.arange(height, dtype=np.float32)[:, None]
    up = np.clip((height / 2 - row) / (height / 2), 0, 1)[..., None] ** 0.55
    sky = horizon + (zenith - horizon) * up
    clouds = cv2.GaussianBlur(rng.standard_normal((height, width)).astype(np.float32), (0, 0), 5, sigmaY=2.5)
    clouds = np.clip(clouds / max(float(clouds.std()), 1e-6) * 0.6, 0, 1)[..., None]
    picture = np.broadcast_to(sky * (1 + 0.5 * clouds), (height, width, 3)).copy()
    dark = height / 2 - row < _skyline(rng, width)[None, :]
    picture[np.broadcast_to(dark, (height, width))] = ground * 0.5
    below = np.clip((row - height / 2) / 10, 0, 1)
    picture = np.where((row >= height / 2)[..., None], ground * (0.6 + 0.4 * below[..., None]), picture)
    sharp = cv2.GaussianBlur(picture.astype(np.float32), (0, 0), 0.7)
    return np.stack([sharp, cv2.GaussianBlur(sharp, (0, 0), 9)])


def make_light(condition: Condition, rng: np.random.Generator, sun_deg: tuple[float, float] | None = None) -> Light:
    """Light of one scene.

    The sun stands at `sun_deg` (azimuth from +y to +x, elevation), else anywhere above 20 degrees.
    """
    strength, zenith, horizon, bounce = _SKIES[condition]
    azimuth, elevation = np.radians(sun_deg or (rng.uniform(-180, 180), rng.uniform(22, 62)))
    sun_from = np.array(
        [np.cos(elevation) * np.sin(azimuth), np.cos(elevation) * np.cos(azimuth), np.sin(elevation)], np.float32
    )
    vigour = np.float32(rng.uniform(0.8, 1.15))
    sun = np.array([0.86, 0.95, 1.0], np.float32) * np.float32(strength) * vigour
    top, edge = np.array(zenith, np.float32) * vigour, np.array(horizon, np.float32) * vigour
    ground = np.full(3, bounce, np.float32) * vigour
    return Light(condition, sun_from, sun, top, edge, ground, _surroundings(rng, top, edge, ground))


def mirrored(light: Light, directions: Floats, rough: Floats) -> Floats:
    """What surfaces that look along unit `directions` (N, 3) mirror; rough (N,) blends sharp to blurred."""
    width, height = MIRROR_SIZE
    column = ((np.arctan2(directions[:, 0], directions[:, 1]) / (2 * np.pi) + 0.5) * width).astype(np.int32)
    row = ((0.5 - np.arcsin(np.clip(directions[:, 2], -1, 1)) / np.pi) * height).astype(np.int32)
    place = np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)
    sharp, blurred = light.surroundings[0][place], light.surroundings[1][place]
    return np.asarray(sharp + (blurred - sharp) * rough[:, None], np.float32)
