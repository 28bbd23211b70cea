# SPDX-License-Identifier: Apache-2.0
"""From samples of surfaces to light: diffuse, mirrored sky, highlights, and the gloom inside a cabin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.simulator.light import Light, mirrored
from training.simulator.materials import GLASSES, INSIDE, Material, Palette

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

INSIDE_LIGHT = 0.42
"""Share of the outside light that reaches seats and people."""


@dataclass(frozen=True)
class Surface:
    """Samples to be lit: positions, normals and directions to the eye float32 (N, 3) in the world.

    material: int32 (N,); albedo: float32 (N, 3), blue, green, red.
    """

    position: Floats
    normal: Floats
    to_eye: Floats
    material: Ints
    albedo: Floats


def _dot(a: Floats, b: Floats) -> Floats:
    return np.asarray(np.einsum("ij,ij->i", a, b), np.float32)


def _ambient(surface: Surface, light: Light) -> Floats:
    """Sky light from above, light of the road from below; darker near the ground."""
    up = (0.5 + 0.5 * surface.normal[:, 2:3]) ** 1.2
    nearby = np.clip(surface.position[:, 2:3] / 0.55, 0.0, 1.0) * 0.55 + 0.45
    share = light.ambient_up * up + light.ground * (1 - up)
    return np.asarray(share * nearby, np.float32)


def _member(materials: Ints, group: tuple[Material, ...]) -> NDArray[np.bool_]:
    table = np.zeros(len(Material), bool)
    table[list(group)] = True
    return np.asarray(table[materials])


def _mirror_terms(surface: Surface, light: Light, palette: Palette) -> tuple[Floats, Floats, Floats]:
    """Fresnel share (N,), mirrored light (N, 3) and the sun's highlight (N,)."""
    facing = np.clip(_dot(surface.normal, surface.to_eye), 0, 1)
    ray = 2 * facing[:, None] * surface.normal - surface.to_eye
    head_on = palette.reflectance[surface.material]
    rough = palette.roughness[surface.material]
    fresnel = head_on + (1 - head_on) * (1 - facing) ** 5 * (1 - 0.85 * rough)
    fresnel = np.where(head_on > 0, fresnel, np.float32(0))
    towards_sun = np.clip(ray @ light.sun_from, 0, 1)
    spark = towards_sun**400 * 9 * (1 - rough) + towards_sun**24 * 0.22
    highlight = (spark * palette.highlight[surface.material]).astype(np.float32)
    return fresnel, mirrored(light, ray, rough), highlight


def lit(surface: Surface, light: Light, palette: Palette) -> Floats:
    """Light that leaves opaque samples towards the eye, float32 (N, 3)."""
    inside = _member(surface.material, INSIDE)[:, None]
    sun = np.clip(surface.normal @ light.sun_from, 0, 1)[:, None] * light.sun
    gloom = np.where(inside, np.float32(INSIDE_LIGHT), np.float32(1))
    diffuse = surface.albedo * (_ambient(surface, light) * gloom + sun * gloom * np.where(inside, 0.8, 1.0))
    fresnel, mirror, spark = _mirror_terms(surface, light, palette)
    shine = fresnel[:, None] * mirror + spark[:, None] * light.sun
    metal = palette.reflectance[surface.material][:, None] > 0.15
    shine = np.where(metal, shine * (surface.albedo * 2.2 + 0.2), shine)
    glow = palette.glow[surface.material][:, None] * (surface.albedo + 0.02)
    return np.asarray(diffuse * (1 - fresnel[:, None]) + shine + glow, np.float32)


def glazed(surface: Surface, light: Light, palette: Palette) -> tuple[Floats, Floats]:
    """What glass adds, float32 (N, 3), and the share (N,) of the light behind that it lets through."""
    fresnel, mirror, spark = _mirror_terms(surface, light, palette)
    added = fresnel[:, None] * mirror + spark[:, None] * light.sun + surface.albedo * _ambient(surface, light)
    tinted = surface.material == Material.GLASS_TINTED
    through = np.where(tinted, np.float32(0.3), np.float32(0.82)) * (1 - fresnel)
    return np.asarray(added, np.float32), np.asarray(through, np.float32)


def is_glass(materials: Ints) -> NDArray[np.bool_]:
    """Which of the samples are of glass."""
    return _member(materials, GLASSES)
