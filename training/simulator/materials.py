# SPDX-License-Identifier: Apache-2.0
"""What surfaces look like: a table of materials, and a palette that a single vehicle changes to taste."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, auto

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Material(IntEnum):
    """Every surface that a texture or a face can name."""

    HOLE = 0
    PAINT = auto()
    PAINT_TWO = auto()
    TRIM = auto()
    GAP = auto()
    GLOSS_BLACK = auto()
    CHROME = auto()
    GLASS = auto()
    GLASS_TINTED = auto()
    FRIT = auto()
    LAMP_HOUSING = auto()
    LAMP_LENS = auto()
    HEAD_LAMP = auto()
    DAY_LAMP = auto()
    TAIL_DARK = auto()
    TAIL_LAMP = auto()
    BRAKE_LAMP = auto()
    INDICATOR = auto()
    REVERSE_LAMP = auto()
    TYRE = auto()
    RIM = auto()
    DISC = auto()
    SEAT = auto()
    DASH = auto()
    LINER = auto()
    SKIN = auto()
    HAIR = auto()
    CLOTH = auto()
    CLOTH_TWO = auto()
    CARGO = auto()
    CARGO_TWO = auto()
    CHASSIS = auto()
    METAL = auto()
    PICTURE = auto()
    WALL = auto()
    WALL_TWO = auto()
    POST = auto()
    BARRIER_RED = auto()
    BARRIER_WHITE = auto()
    FOLIAGE = auto()
    ASPHALT = auto()


GLASSES = (Material.GLASS, Material.GLASS_TINTED)
INSIDE = (
    Material.SEAT,
    Material.DASH,
    Material.LINER,
    Material.SKIN,
    Material.HAIR,
    Material.CLOTH,
    Material.CLOTH_TWO,
)

# albedo red, green, blue (linear) | reflectance head-on | roughness of the reflection 0-1 | strength of highlights
_LOOKS: dict[Material, tuple[float, float, float, float, float, float]] = {
    Material.HOLE: (0, 0, 0, 0, 1, 0),
    Material.PAINT: (0.4, 0.4, 0.4, 0.05, 0.05, 1.0),
    Material.PAINT_TWO: (0.3, 0.3, 0.3, 0.05, 0.05, 1.0),
    Material.TRIM: (0.018, 0.018, 0.02, 0.03, 0.8, 0.05),
    Material.GAP: (0.01, 0.01, 0.01, 0.0, 1, 0),
    Material.GLOSS_BLACK: (0.006, 0.006, 0.007, 0.05, 0.1, 0.6),
    Material.CHROME: (0.25, 0.25, 0.27, 0.6, 0.15, 0.8),
    Material.GLASS: (0.02, 0.025, 0.025, 0.07, 0.0, 1.0),
    Material.GLASS_TINTED: (0.012, 0.014, 0.016, 0.06, 0.0, 1.0),
    Material.FRIT: (0.006, 0.006, 0.007, 0.05, 0.1, 0.6),
    Material.LAMP_HOUSING: (0.07, 0.07, 0.075, 0.07, 0.1, 0.6),
    Material.LAMP_LENS: (0.45, 0.46, 0.48, 0.12, 0.2, 0.7),
    Material.HEAD_LAMP: (0.7, 0.7, 0.72, 0.12, 0.2, 0.7),
    Material.DAY_LAMP: (0.8, 0.8, 0.85, 0.1, 0.2, 0.5),
    Material.TAIL_DARK: (0.12, 0.006, 0.006, 0.06, 0.1, 0.6),
    Material.TAIL_LAMP: (0.33, 0.01, 0.01, 0.06, 0.1, 0.6),
    Material.BRAKE_LAMP: (0.4, 0.012, 0.012, 0.06, 0.1, 0.6),
    Material.INDICATOR: (0.5, 0.16, 0.01, 0.06, 0.1, 0.6),
    Material.REVERSE_LAMP: (0.5, 0.5, 0.5, 0.08, 0.2, 0.6),
    Material.TYRE: (0.013, 0.013, 0.014, 0.02, 0.9, 0.0),
    Material.RIM: (0.33, 0.33, 0.35, 0.2, 0.4, 0.5),
    Material.DISC: (0.04, 0.04, 0.042, 0.05, 0.7, 0.1),
    Material.SEAT: (0.03, 0.03, 0.034, 0.0, 1, 0),
    Material.DASH: (0.015, 0.015, 0.017, 0.0, 1, 0),
    Material.LINER: (0.02, 0.02, 0.022, 0.0, 1, 0),
    Material.SKIN: (0.42, 0.25, 0.17, 0.02, 0.9, 0.02),
    Material.HAIR: (0.03, 0.02, 0.015, 0.02, 0.9, 0.05),
    Material.CLOTH: (0.1, 0.1, 0.2, 0.0, 1, 0),
    Material.CLOTH_TWO: (0.2, 0.1, 0.1, 0.0, 1, 0),
    Material.CARGO: (0.6, 0.6, 0.6, 0.03, 0.4, 0.15),
    Material.CARGO_TWO: (0.2, 0.2, 0.3, 0.03, 0.4, 0.15),
    Material.CHASSIS: (0.02, 0.02, 0.022, 0.02, 0.9, 0.05),
    Material.METAL: (0.2, 0.2, 0.21, 0.25, 0.5, 0.4),
    Material.PICTURE: (0.5, 0.5, 0.5, 0.03, 0.6, 0.1),
    Material.WALL: (0.35, 0.3, 0.25, 0.0, 1, 0),
    Material.WALL_TWO: (0.2, 0.1, 0.07, 0.0, 1, 0),
    Material.POST: (0.12, 0.12, 0.13, 0.04, 0.7, 0.1),
    Material.BARRIER_RED: (0.5, 0.03, 0.02, 0.04, 0.5, 0.2),
    Material.BARRIER_WHITE: (0.75, 0.75, 0.74, 0.04, 0.5, 0.2),
    Material.FOLIAGE: (0.04, 0.08, 0.02, 0.0, 1, 0),
    Material.ASPHALT: (0.09, 0.09, 0.09, 0.0, 1, 0),
}


@dataclass(frozen=True)
class Palette:
    """One row a material: albedo float32 (M, 3), linear blue, green, red; the others float32 (M,).

    `glow` is light that the surface gives off by itself, in units of a white wall under an open sky.
    """

    albedo: Floats
    reflectance: Floats
    roughness: Floats
    highlight: Floats
    glow: Floats

    def painted(self, **colours: tuple[float, float, float]) -> Palette:
        """With other albedos (linear blue, green, red), by the materials' names in small letters."""
        albedo = self.albedo.copy()
        for name, colour in colours.items():
            albedo[Material[name.upper()]] = colour
        return Palette(albedo, self.reflectance, self.roughness, self.highlight, self.glow)

    def glowing(self, **glows: float) -> Palette:
        """With lamps on, by the materials' names in small letters."""
        glow = self.glow.copy()
        for name, strength in glows.items():
            glow[Material[name.upper()]] = strength
        return Palette(self.albedo, self.reflectance, self.roughness, self.highlight, glow)

    def reflecting(self, reflectance: float, *materials: Material) -> Palette:
        values = self.reflectance.copy()
        values[list(materials)] = reflectance
        return Palette(self.albedo, values, self.roughness, self.highlight, self.glow)


def standard_palette() -> Palette:
    """The looks that every vehicle starts from."""
    table = np.array([_LOOKS[material] for material in Material], np.float32)
    return Palette(table[:, 2::-1].copy(), table[:, 3], table[:, 4], table[:, 5], np.zeros(len(table), np.float32))
