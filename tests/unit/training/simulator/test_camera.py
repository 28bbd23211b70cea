# SPDX-License-Identifier: Apache-2.0
"""The pin-hole camera: what is projected can be found again, and the ground lies where its pixels say."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from training.simulator.camera import Camera

ANGLES = st.floats(-25, 25)


def test_what_lies_on_the_axis_is_in_the_middle() -> None:
    """A level camera sees a point straight ahead in the middle of the picture, at its distance."""
    camera = Camera(200, 100, 300.0, (1.0, 2.0, 3.0), 0.0, 0.0, 0.0)
    pixels, depth = camera.project(np.array([[1.0, 12.0, 3.0]]))
    assert np.allclose(pixels, [[100, 50]], atol=1e-3)
    assert np.allclose(depth, [10.0])


def test_right_is_right_and_up_is_up() -> None:
    """A point at larger x shows further right, a higher one further up."""
    camera = Camera(200, 100, 300.0, (0.0, 0.0, 3.0), 0.0, 10.0, 0.0)
    pixels, _ = camera.project(np.array([[0.0, 20.0, 0.0], [1.0, 20.0, 0.0], [0.0, 20.0, 1.0]]))
    assert pixels[1, 0] > pixels[0, 0]
    assert pixels[2, 1] < pixels[0, 1]


@given(yaw=ANGLES, pitch=ANGLES, roll=ANGLES, x=st.floats(5, 195), y=st.floats(5, 95))
def test_rays_lead_back_to_their_pixel(yaw: float, pitch: float, roll: float, x: float, y: float) -> None:
    """A point anywhere along a pixel's ray is projected onto that pixel."""
    camera = Camera(200, 100, 250.0, (0.5, -1.0, 4.0), yaw, pitch, roll)
    ray = camera.rays(np.array([[x, y]]))
    pixels, depth = camera.project(np.array(camera.position) + ray * 17.0)
    assert np.allclose(pixels, [[x, y]], atol=0.02)
    assert depth[0] > 0


def test_ground_grid_is_on_the_ground() -> None:
    """Each ground pixel's place is projected back onto the pixel; above the horizon there is no ground."""
    camera = Camera(60, 40, 50.0, (0.0, 0.0, 5.0), 3.0, 10.0, 2.0)
    x, y, distance = camera.ground_grid()
    rows, columns = np.nonzero(distance < 80)
    points = np.stack([x[rows, columns], y[rows, columns], np.zeros(len(rows))], axis=1)
    pixels, _ = camera.project(points)
    assert len(rows) > 500
    assert np.abs(pixels - np.stack([columns + 0.5, rows + 0.5], axis=1)).max() < 0.05
    assert np.isinf(distance[0]).all()
