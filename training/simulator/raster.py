# SPDX-License-Identifier: Apache-2.0
"""Triangles to samples: a vectorised scan-line rasteriser with a depth buffer, in numpy alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

NEAR_M = 0.4
"""Faces with a corner nearer than this to the camera are left out."""


@dataclass(frozen=True)
class Fragments:
    """Samples of faces: place in the raster, face, and nearness.

    place: int32 (N,), row * width + column; face: int32 (N,); nearness: float32 (N,), 1 / depth.
    """

    place: Ints
    face: Ints
    nearness: Floats

    def only(self, chosen: NDArray[np.bool_] | Ints) -> Fragments:
        return Fragments(self.place[chosen], self.face[chosen], self.nearness[chosen])


def _expand(starts: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """For runs of whole numbers: the owner and the value of each member."""
    owner = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    first = np.cumsum(counts) - counts
    value = np.arange(len(owner), dtype=np.int32) - np.repeat(first, counts) + np.repeat(starts, counts)
    return owner, value.astype(np.int32)


def _row_spans(corners: Floats, face: Ints, row: Ints) -> tuple[Floats, Floats]:
    """Where each (face, row) pair begins and ends in x; corners (F, 3, 2)."""
    level = row.astype(np.float32) + np.float32(0.5)
    left = np.full(len(row), np.inf, np.float32)
    right = np.full(len(row), -np.inf, np.float32)
    for a, b in ((0, 1), (1, 2), (2, 0)):
        xa, ya = corners[face, a, 0], corners[face, a, 1]
        xb, yb = corners[face, b, 0], corners[face, b, 1]
        cuts = (ya <= level) != (yb <= level)
        rise = np.where(cuts, yb - ya, np.float32(1))
        x = xa + (level - ya) / rise * (xb - xa)
        left = np.where(cuts, np.minimum(left, x), left)
        right = np.where(cuts, np.maximum(right, x), right)
    return left, right


@dataclass(frozen=True)
class Raster:
    """Faces laid out over samples. corners: float32 (F, 3, 2), pixels; nearness: float32 (F, 3), 1 / depth;
    slopes: float32 (F, 3, 3), a, b, c of the plane a x + b y + c of each corner's flat weight."""

    width: int
    height: int
    corners: Floats
    nearness: Floats
    slopes: Floats
    usable: NDArray[np.bool_]

    def fragments(self, wanted: NDArray[np.bool_]) -> Fragments:
        """All samples at pixel centres that the wanted faces cover, hidden ones included; wanted: bool (F,)."""
        chosen = np.flatnonzero(wanted & self.usable).astype(np.int32)
        corners = self.corners[chosen]
        top = np.clip(np.ceil(corners[:, :, 1].min(axis=1) - 0.5), 0, self.height).astype(np.int32)
        bottom = np.clip(np.ceil(corners[:, :, 1].max(axis=1) - 0.5), 0, self.height).astype(np.int32)
        face, row = _expand(top, np.maximum(bottom - top, 0).astype(np.int32))
        left, right = _row_spans(corners, face, row)
        begin = np.ceil(np.clip(left - 0.5, 0, self.width)).astype(np.int32)
        end = np.ceil(np.clip(right - 0.5, 0, self.width)).astype(np.int32)
        span, column = _expand(begin, np.maximum(end - begin, 0).astype(np.int32))
        face, row = chosen[face[span]], row[span]
        plane = np.einsum("fk,fkc->fc", self.nearness, self.slopes).astype(np.float32)
        near = plane[face, 0] * (column.astype(np.float32) + np.float32(0.5))
        near += plane[face, 1] * (row.astype(np.float32) + np.float32(0.5))
        near += plane[face, 2]
        return Fragments(row * np.int32(self.width) + column, face, near)

    def weights(self, fragments: Fragments) -> Floats:
        """Perspective-correct weights of the faces' three corners, float32 (N, 3), sum 1."""
        x = (fragments.place % self.width).astype(np.float32)[:, None] + np.float32(0.5)
        y = (fragments.place // self.width).astype(np.float32)[:, None] + np.float32(0.5)
        slopes = self.slopes[fragments.face]
        flat = slopes[:, :, 0] * x + slopes[:, :, 1] * y + slopes[:, :, 2]
        scaled = flat * self.nearness[fragments.face]
        total = scaled.sum(axis=1, keepdims=True)
        return np.asarray(scaled / np.where(np.abs(total) < 1e-9, np.float32(1e-9), total), np.float32)


def _slopes(corners: Floats) -> Floats:
    """The planes of the flat corner weights, float32 (F, 3, 3)."""
    wide = corners.astype(np.float64)
    after, before = np.roll(wide, -1, axis=1), np.roll(wide, 1, axis=1)
    a = after[:, :, 1] - before[:, :, 1]
    b = before[:, :, 0] - after[:, :, 0]
    c = after[:, :, 0] * before[:, :, 1] - before[:, :, 0] * after[:, :, 1]
    area = c.sum(axis=1)
    scale = 1 / np.where(np.abs(area) < 1e-9, 1e-9, area)
    return np.asarray(np.stack([a, b, c], axis=-1) * scale[:, None, None], np.float32)


def lay_out(pixels: Floats, depth: Floats, faces: Ints, width: int, height: int) -> Raster:
    """Faces over a raster of width x height samples.

    pixels: float32 (V, 2); depth: float32 (V,), metres; faces: int32 (F, 3).
    """
    corners = pixels[faces]
    usable = np.asarray((depth[faces] > NEAR_M).all(axis=1))
    nearness = (1 / np.maximum(depth[faces], NEAR_M)).astype(np.float32)
    return Raster(width, height, corners, nearness, _slopes(corners), usable)


def nearest(fragments: Fragments, size: int, beyond: Floats | None = None) -> Ints:
    """Index of the nearest fragment at each of `size` places, -1 where none is.

    With `beyond` (nearness per place), fragments that lie behind it do not count.
    """
    depth = np.zeros(size, np.float32) if beyond is None else beyond.copy()
    np.maximum.at(depth, fragments.place, fragments.nearness)
    front = np.flatnonzero(fragments.nearness >= depth[fragments.place]).astype(np.int32)
    owner = np.full(size, -1, np.int32)
    owner[fragments.place[front]] = front
    return owner
