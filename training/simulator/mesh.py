# SPDX-License-Identifier: Apache-2.0
"""Triangle meshes with textures of materials, and the primitive shapes that vehicles are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Mesh:
    """Corners with their normals and texture places; faces of three corners each.

    vertices, normals: float32 (V, 3); uv: float32 (V, 2), texture pixels; faces: int32 (F, 3);
    textures: int32 (F,), index into the model's textures, or -1 - material for a plain face.
    """

    vertices: Floats
    normals: Floats
    uv: Floats
    faces: Ints
    textures: Ints

    def moved(self, offset: Sequence[float]) -> Mesh:
        return replace(self, vertices=self.vertices + np.asarray(offset, np.float32))

    def turned(self, rotation: NDArray[np.floating]) -> Mesh:
        """Turned (or mirrored) by a 3x3 matrix about the origin."""
        matrix = np.asarray(rotation, np.float32)
        faces = self.faces if np.linalg.det(matrix) > 0 else self.faces[:, ::-1]
        return replace(self, vertices=self.vertices @ matrix.T, normals=self.normals @ matrix.T, faces=faces)

    def in_material(self, material: int) -> Mesh:
        return replace(self, textures=np.full(len(self.faces), -1 - material, np.int32))


def joined(meshes: Sequence[Mesh]) -> Mesh:
    """One mesh out of several."""
    starts = np.cumsum([0] + [len(mesh.vertices) for mesh in meshes[:-1]])
    return Mesh(
        np.concatenate([mesh.vertices for mesh in meshes]),
        np.concatenate([mesh.normals for mesh in meshes]),
        np.concatenate([mesh.uv for mesh in meshes]),
        np.concatenate([mesh.faces + start for mesh, start in zip(meshes, starts, strict=True)]).astype(np.int32),
        np.concatenate([mesh.textures for mesh in meshes]),
    )


def turn_z(angle: float) -> NDArray[np.float64]:
    """The rotation about the upright axis, radians, counter-clockwise from above."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])


def turn_y(angle: float) -> NDArray[np.float64]:
    """The rotation about the y axis, radians; a wheel that rolls towards +x turns by a positive angle."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, 0, s], [0, 1.0, 0], [-s, 0, c]])


def grid(points: NDArray[np.floating], uv: NDArray[np.floating] | None = None, texture: int = 0) -> Mesh:
    """A smooth sheet through points (rows, columns, 3); it faces along d(row) x d(column)."""
    rows, columns = points.shape[:2]
    along = np.gradient(points, axis=0)
    across = np.gradient(points, axis=1)
    normals = np.cross(along, across)
    normals /= np.maximum(np.linalg.norm(normals, axis=2, keepdims=True), 1e-9)
    corner = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = corner[:-1, :-1], corner[1:, :-1], corner[1:, 1:], corner[:-1, 1:]
    faces = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])
    places = np.zeros((rows * columns, 2)) if uv is None else uv.reshape(-1, 2)
    return Mesh(
        points.reshape(-1, 3).astype(np.float32),
        normals.reshape(-1, 3).astype(np.float32),
        places.astype(np.float32),
        faces.astype(np.int32),
        np.full(len(faces), texture, np.int32),
    )


def quad(corners: NDArray[np.floating], size: tuple[int, int] = (1, 1), texture: int = 0) -> Mesh:
    """A flat face with a whole texture of `size` (width, height); corners (4, 3) in reading order."""
    points = np.asarray(corners, np.float32)
    normal = np.cross(points[3] - points[0], points[1] - points[0])
    normal /= max(float(np.linalg.norm(normal)), 1e-9)
    width, height = size
    uv = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    faces = np.array([[0, 3, 2], [0, 2, 1]], np.int32)
    return Mesh(points, np.tile(normal, (4, 1)).astype(np.float32), uv, faces, np.full(2, texture, np.int32))


_BOX_SIDES = ((0, 1), (0, -1), (1, 1), (1, -1), (2, 1), (2, -1))


def box(centre: Sequence[float], size: Sequence[float], material: int) -> Mesh:
    """An upright block; centre and size in metres."""
    half = np.asarray(size, np.float64) / 2
    sides = []
    for axis, sign in _BOX_SIDES:
        first, second = (axis + 1) % 3, (axis + 2) % 3
        corners = np.zeros((4, 3))
        corners[:, axis] = sign * half[axis]
        corners[:, first] = np.array([-1, 1, 1, -1]) * half[first] * sign
        corners[:, second] = np.array([1, 1, -1, -1]) * half[second]
        sides.append(quad(corners))
    return joined(sides).in_material(material).moved(centre)


def ellipsoid(centre: Sequence[float], radii: Sequence[float], material: int, detail: int = 10) -> Mesh:
    """A ball squeezed along the axes."""
    polar = np.linspace(0.02, np.pi - 0.02, detail)
    round_about = np.linspace(0, 2 * np.pi, 2 * detail + 1)
    unit = np.stack(
        [
            np.sin(polar)[:, None] * np.cos(round_about),
            np.sin(polar)[:, None] * np.sin(round_about),
            np.repeat(np.cos(polar)[:, None], len(round_about), axis=1),
        ],
        axis=-1,
    )
    mesh = grid(unit)
    scale = np.asarray(radii, np.float32)
    normals = unit.reshape(-1, 3) / scale
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    shaped = replace(mesh, vertices=mesh.vertices * scale, normals=normals.astype(np.float32))
    return shaped.in_material(material).moved(centre)


def tube(start: Sequence[float], end: Sequence[float], radius: float, material: int, sides: int = 10) -> Mesh:
    """A round bar between two places, open at both ends."""
    first, last = np.asarray(start, np.float64), np.asarray(end, np.float64)
    axis = (last - first) / max(float(np.linalg.norm(last - first)), 1e-9)
    helper = np.array([0, 0, 1.0]) if abs(axis[2]) < 0.9 else np.array([1.0, 0, 0])
    u = np.cross(axis, helper)
    u /= np.linalg.norm(u)
    v = np.cross(axis, u)
    angle = np.linspace(0, 2 * np.pi, sides + 1)
    ring = radius * (np.cos(angle)[:, None] * u + np.sin(angle)[:, None] * v)
    return grid(np.stack([last + ring, first + ring])).in_material(material)


def lathe(profile: NDArray[np.floating], material: int, segments: int = 22) -> Mesh:
    """A ring body about the y axis from (radius, y) pairs (N, 2); the outside lies to the right of the path."""
    angle = np.linspace(0, 2 * np.pi, segments + 1)
    radius, side = profile[:, :1], profile[:, 1:]
    points = np.stack([radius * np.cos(angle), np.repeat(side, len(angle), axis=1), radius * np.sin(angle)], axis=-1)
    return grid(points).in_material(material)
