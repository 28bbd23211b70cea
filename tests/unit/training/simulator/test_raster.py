# SPDX-License-Identifier: Apache-2.0
"""The rasteriser: right samples, no seams, perspective-correct weights, and the nearest on top."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.simulator.raster import lay_out, nearest

PLACES = st.tuples(st.floats(-5, 25), st.floats(-5, 25))


def covered(pixels: list[tuple[float, float]], width: int = 20, height: int = 16) -> np.ndarray:
    """How often each sample is covered by triangles of three pixels each, all at 2 m."""
    points = np.array(pixels, np.float32)
    faces = np.arange(len(points), dtype=np.int32).reshape(-1, 3)
    raster = lay_out(points, np.full(len(points), 2.0, np.float32), faces, width, height)
    found = raster.fragments(np.ones(len(faces), bool))
    return np.bincount(found.place, minlength=width * height).reshape(height, width)


@given(a=PLACES, b=PLACES, c=PLACES)
def test_samples_are_those_inside(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> None:
    """A sample is covered exactly when its middle lies in the triangle, but for samples on an edge."""
    count = covered([a, b, c])
    y, x = np.mgrid[0.5:16, 0.5:20]

    def side(p: tuple[float, float], q: tuple[float, float]) -> np.ndarray:
        return np.asarray((q[0] - p[0]) * (y - p[1]) - (q[1] - p[1]) * (x - p[0]))

    sides = np.stack([side(a, b), side(b, c), side(c, a)])
    within, without = (sides > 0.02).all(0) | (sides < -0.02).all(0), (sides > 0.02).any(0) & (sides < -0.02).any(0)
    assert (count[within] == 1).all()
    assert (count[without] == 0).all()


@given(points=st.tuples(PLACES, PLACES, PLACES, PLACES))
def test_neighbours_leave_no_seam(points: tuple[tuple[float, float], ...]) -> None:
    """Two triangles that share an edge from either side cover no sample twice and leave none out."""
    a, b, c, d = points
    middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
    halves = covered([a, middle, c]) + covered([middle, b, c])
    whole = covered([a, b, c])
    assert np.abs(halves - whole).sum() <= 4
    assert covered([a, b, d]).max() <= 1


def test_weights_are_perspective_correct() -> None:
    """Half-way across a face that recedes, the picture shows less than half of its length."""
    pixels = np.array([[0, 0], [10, 0], [0, 10]], np.float32)
    depth = np.array([1.0, 4.0, 1.0], np.float32)
    raster = lay_out(pixels, depth, np.array([[0, 1, 2]], np.int32), 10, 10)
    found = raster.fragments(np.ones(1, bool))
    weights = raster.weights(found)
    assert np.allclose(weights.sum(axis=1), 1, atol=1e-4)
    at = int(np.flatnonzero(found.place == 4)[0])
    flat = 0.45
    expected = flat / 4 / (flat / 4 + (1 - flat))
    assert weights[at, 1] == pytest.approx(expected, abs=0.02)
    assert 1 / found.nearness[at] == pytest.approx(1 / (1 - flat + flat / 4), rel=0.05)


def test_nearest_wins_and_beyond_hides() -> None:
    """Of two faces at one place the nearer owns it; what lies behind a given depth owns nothing."""
    pixels = np.array([[0, 0], [8, 0], [0, 8]] * 2, np.float32)
    depth = np.array([5.0] * 3 + [2.0] * 3, np.float32)
    raster = lay_out(pixels, depth, np.array([[0, 1, 2], [3, 4, 5]], np.int32), 8, 8)
    found = raster.fragments(np.ones(2, bool))
    owner = nearest(found, 64)
    assert set(found.face[owner[owner >= 0]]) == {1}
    assert (nearest(found, 64, np.full(64, 1.0, np.float32)) == -1).all()


def test_faces_behind_the_camera_are_left_out() -> None:
    """A face with a corner behind the camera yields no samples, and a face outside the raster neither."""
    pixels = np.array([[0, 0], [8, 0], [0, 8], [50, 50], [60, 50], [50, 60]], np.float32)
    depth = np.array([5.0, -1.0, 5.0, 2.0, 2.0, 2.0], np.float32)
    raster = lay_out(pixels, depth, np.array([[0, 1, 2], [3, 4, 5]], np.int32), 8, 8)
    assert len(raster.fragments(np.ones(2, bool)).place) == 0
