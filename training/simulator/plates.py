# SPDX-License-Identifier: Apache-2.0
"""Which plates a vehicle carries at its two ends: text, look and size."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from training.plateart import PlateStyle, draw_plate, plain, styles
from training.simulator.layers import Texture
from training.simulator.materials import Material
from training.simulator.mix import drawn, mix

PX_PER_MM = 1.0

_ABROAD = 0.12
"""Share of plates that come from the other region."""


@dataclass(frozen=True)
class PlatePair:
    """The plates of one vehicle; `front` is None on motorcycles. Sizes in metres (width, height)."""

    text: str
    country: str
    plate_class: str
    front: Texture | None
    rear: Texture
    front_size: tuple[float, float]
    rear_size: tuple[float, float]


def _texture(text: str, look: PlateStyle, wear: float, seed: int) -> Texture:
    image = draw_plate(text, look, np.random.default_rng(seed), wear=wear, px_per_mm=PX_PER_MM).image
    return Texture(np.full(image.shape[:2], int(Material.PICTURE), np.uint8), image)


def _metres(look: PlateStyle) -> tuple[float, float]:
    return look.size[0] / 1000, look.size[1] / 1000


def rear_of(look: PlateStyle) -> PlateStyle:
    """The rear plate that goes with a front plate: yellow in the United Kingdom, the same elsewhere."""
    return replace(look, ground="yellow") if look.country == "GB" and look.ground == "white" else look


def plate_pair(style: str, rng: np.random.Generator, text: str = "", wear: float | None = None) -> PlatePair:
    """Plates of a style of `training.plateart`; a random valid text unless one is given.

    Raises KeyError for a style that there is none of.
    """
    look = styles()[style]
    words = text or look.text(rng)
    dirt = float(rng.uniform(0, 0.5)) if wear is None else wear
    seed, rear = int(rng.integers(2**31)), rear_of(look)
    return PlatePair(
        text=plain(words), country=look.country, plate_class=look.kind,
        front=_texture(words, look, dirt, seed), rear=_texture(words, rear, dirt, seed + 1),
        front_size=_metres(look), rear_size=_metres(rear),
    )  # fmt: skip


def random_pair(region: str, rng: np.random.Generator) -> PlatePair:
    """Plates as the traffic of a region ("gb" or "eu") carries them, some from abroad."""
    other = "eu" if region == "gb" else "gb"
    return plate_pair(drawn(mix()["plates"][other if rng.random() < _ABROAD else region], rng), rng)


def bike_pair(region: str, rng: np.random.Generator, text: str = "") -> PlatePair:
    """The single two-line rear plate of a motorcycle; a random text unless one is given (`|` parts the lines)."""
    look = styles()["gb_two" if region == "gb" else "de_two"]
    look = replace(rear_of(look), size=(229.0, 178.0), char=(64.0, 40.0))
    words = text or look.text(rng)
    rear = _texture(words, look, float(rng.uniform(0, 0.5)), int(rng.integers(2**31)))
    return PlatePair(plain(words), look.country, look.kind, None, rear, _metres(look), _metres(look))


def shrunk(texture: Texture, factor: float) -> Texture:
    """A smaller copy of a plate's picture, for plates that are far away; the same from factor 1 on."""
    if texture.colours is None or factor >= 1:
        return texture
    height, width = texture.materials.shape
    size = max(8, round(width * factor)), max(4, round(height * factor))
    colours = cv2.resize(texture.colours, size, interpolation=cv2.INTER_AREA)
    return Texture(np.full(colours.shape[:2], int(Material.PICTURE), np.uint8), np.asarray(colours, np.uint8))
