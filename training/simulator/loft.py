# SPDX-License-Identifier: Apache-2.0
"""A body's surface from its side outline: a strip swept over nose, roof and tail, and the two flanks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from training.simulator.mesh import Mesh, grid
from training.simulator.shapes import BodyShape

Doubles = NDArray[np.float64]

TEXELS_PER_M = 150
"""Of body textures."""
_CROWN_M = 0.05
_STATIONS = 72


def _rounded(points: Doubles, times: int = 3) -> Doubles:
    """Corners cut again and again (Chaikin 1974); both ends stay."""
    for _ in range(times):
        a, b = points[:-1], points[1:]
        cut = np.stack([0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b], axis=1).reshape(-1, 2)
        points = np.concatenate([points[:1], cut, points[-1:]])
    return points


@dataclass(frozen=True)
class Outline:
    """The smooth outline of a shape: arc length `s`, `u`, `z` (N,), and outward normals (N, 2) in (u, z)."""

    shape: BodyShape
    s: Doubles
    u: Doubles
    z: Doubles
    normals: Doubles

    def s_near(self, index: int) -> float:
        """Arc length of the place nearest to a control point of the shape's outline."""
        u, z = self.shape.outline[index]
        return float(self.s[np.argmin((self.u - u) ** 2 + (self.z - z) ** 2)])

    def s_front(self, z: float) -> float:
        """Arc length where the nose has this height."""
        nose = self.s <= self.s_near(self.shape.bonnet + 1)
        return float(np.interp(z, self.z[nose], self.s[nose]))

    def s_rear(self, z: float) -> float:
        """Arc length where the tail has this height."""
        stern = self.s >= self.s_near(self.shape.rear_header)
        return float(np.interp(z, self.z[stern][::-1], self.s[stern][::-1]))

    def u_at(self, s: float) -> float:
        return float(np.interp(s, self.s, self.u))

    def z_at(self, s: float) -> float:
        return float(np.interp(s, self.s, self.z))

    def width_at(self, s: float) -> float:
        """Half the width in metres."""
        return float(half_width(self.shape, np.array([self.u_at(s)]), np.array([self.z_at(s)]))[0])

    def top(self, u: Doubles, inset: float = 0.0) -> Doubles:
        """Height of the outline, moved inwards by `inset`, above places `u`."""
        upper = slice(int(np.argmin(self.u)), int(np.argmax(self.u)) + 1)
        along = self.u[upper] - self.normals[upper, 0] * inset
        high = self.z[upper] - self.normals[upper, 1] * inset
        order = np.argsort(along)
        return np.asarray(np.interp(u, along[order], high[order]))

    def bottom(self, u: Doubles, inset: float = 0.0) -> Doubles:
        """Height of the lower edge above places `u`."""
        lowest = float(min(self.z[0], self.z[-1]))
        front = slice(0, int(np.argmin(self.u)) + 1)
        rear = slice(int(np.argmax(self.u)), len(self.u))
        nose = np.interp(u, self.u[front][::-1] + inset, self.z[front][::-1], right=lowest)
        stern = np.interp(u, self.u[rear][::-1] - inset, self.z[rear][::-1], left=lowest)
        return np.asarray(np.maximum(nose, stern))


def outline_of(shape: BodyShape) -> Outline:
    """The shape's outline, rounded and sampled evenly."""
    dense = _rounded(np.array(shape.outline, np.float64))
    steps = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(dense, axis=0), axis=1))])
    s = np.linspace(0, steps[-1], _STATIONS)
    u, z = np.interp(s, steps, dense[:, 0]), np.interp(s, steps, dense[:, 1])
    tangent = np.stack([np.gradient(u), np.gradient(z)], axis=1)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    normals = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
    return Outline(shape, s, u, z, normals)


def half_width(shape: BodyShape, u: Doubles, z: Doubles) -> Doubles:
    """Half the body's width at places of the flank: full at the middle, leaning in above the belt."""
    belt = np.interp(u, [0, shape.length], shape.belt)
    low = float(min(shape.outline[0][1], shape.outline[-1][1]))
    share = np.clip((z - low) / (belt - low), 0, 1)
    flank = shape.width / 2 - 0.16 * np.clip(0.35 - share, 0, 1) ** 1.5 - 0.10 * np.clip(share - 0.75, 0, 1) ** 1.3 * 4
    step = 0.025 * np.clip((z - belt) / 0.03, 0, 1)
    return np.asarray(flank - step - shape.tumble * np.clip(z - belt, 0, None))


def _placed(shape: BodyShape, u: Doubles, y: Doubles, z: Doubles) -> Doubles:
    """From the unrolled body to its own axes: nose, stern and windscreen curved in plan, the roof crowned."""
    share = np.abs(y) / (shape.width / 2)
    front = np.clip(1 - u / 1.6, 0, 1) * shape.nose
    glass = np.clip(1 - np.abs(u - shape.outline[shape.header][0]) / 1.2, 0, 1) * 0.08
    rear = np.clip(1 - (shape.length - u) / 0.9, 0, 1) * shape.stern
    bent = u + (front + glass) * share**2.6 - rear * share**2.6
    high = np.clip((z - 0.5) / 0.5, 0, 1)
    return np.stack([shape.length / 2 - bent, y, z - _CROWN_M * high * share**2], axis=-1)


def _strip(outline: Outline) -> Mesh:
    shape, radius = outline.shape, outline.shape.rounding
    arc = np.linspace(0, np.pi / 2, 5)
    flat = np.linspace(-1, 1, 11)
    widths = half_width(shape, outline.u, outline.z)
    inner = widths - radius
    left = -inner[:, None] - radius * np.sin(arc[::-1])[None, :]
    middle = inner[:, None] * flat[None, 1:-1]
    y = np.concatenate([left, middle, -left[:, ::-1]], axis=1)
    drop = np.concatenate([1 - np.cos(arc[::-1]), np.zeros(len(flat) - 2), 1 - np.cos(arc)]) * radius
    u = outline.u[:, None] - outline.normals[:, :1] * drop
    z = outline.z[:, None] - outline.normals[:, 1:] * drop
    places = np.stack([(y + shape.width / 2), np.repeat(outline.s[:, None], y.shape[1], axis=1)], axis=-1)
    return grid(_placed(shape, u, y, z), places * TEXELS_PER_M, texture=0)


def _flank(outline: Outline) -> Mesh:
    """The left side."""
    shape, radius = outline.shape, outline.shape.rounding
    low_u, high_u = outline.u.min() + radius, outline.u.max() - radius
    ease = np.linspace(0, np.pi, 52)
    u = low_u + (high_u - low_u) * (0.6 * np.linspace(0, 1, 52) + 0.4 * (1 - np.cos(ease)) / 2)
    high, low = outline.top(u, radius), outline.bottom(u, radius)
    share = np.linspace(0, 1, 15)
    z = low[:, None] + (high - low)[:, None] * share
    across = np.repeat(u[:, None], len(share), axis=1)
    y = half_width(shape, across, z)
    places = np.stack([across, shape.height + 0.05 - z], axis=-1)
    return grid(_placed(shape, across, y, z), places * TEXELS_PER_M, texture=1)


def _mirrored(mesh: Mesh) -> Mesh:
    return mesh.turned(np.diag([1.0, -1.0, 1.0]))


def _outward(mesh: Mesh, towards: Doubles) -> Mesh:
    """The mesh, turned inside out if its normals look away from `towards` on the whole."""
    if float((mesh.normals @ towards).mean()) >= 0:
        return mesh
    return replace(mesh, normals=-mesh.normals, faces=mesh.faces[:, ::-1])


def body_meshes(outline: Outline) -> list[Mesh]:
    """Strip (texture 0) and the two flanks (texture 1) in the body's own axes, x ahead, z up."""
    strip = _strip(outline)
    upward = strip.normals[:, 2].sum() >= 0
    strip = strip if upward else _outward(strip, np.array([0, 0, 1.0]))
    left = _outward(_flank(outline), np.array([0, 1.0, 0]))
    return [strip, left, _mirrored(left)]


def texture_sizes(outline: Outline) -> tuple[tuple[int, int], tuple[int, int]]:
    """(height, width) of the strip's and the flanks' textures in texels."""
    shape = outline.shape
    strip = int(np.ceil(outline.s[-1] * TEXELS_PER_M)), int(np.ceil(shape.width * TEXELS_PER_M))
    flank = int(np.ceil((shape.height + 0.1) * TEXELS_PER_M)), int(np.ceil(shape.length * TEXELS_PER_M))
    return strip, flank
