# SPDX-License-Identifier: Apache-2.0
"""Windscreens made alike."""

from __future__ import annotations

import numpy as np
import pytest

from wayside.domain import Box
from wayside.vision.glass import ABOVE, HEIGHT, SIDE, WIDTH, channels, contrast, straight


@pytest.mark.parametrize("scale", [1, 3, 9])
def test_a_windscreen_of_any_size_fills_the_same_part(scale: int) -> None:
    """A white windscreen on black comes out white in its middle and black in its margin."""
    picture = np.zeros((60 * scale, 100 * scale, 3), np.uint8)
    box = Box(20 * scale, 20 * scale, 80 * scale, 40 * scale)
    picture[20 * scale : 40 * scale, 20 * scale : 80 * scale] = 255
    crop = straight(picture, box)
    assert crop.shape == (HEIGHT, WIDTH, 3)
    assert crop[HEIGHT // 2, WIDTH // 2].min() > 250
    assert crop[:, : int(WIDTH * SIDE / 2)].max() < 60
    assert crop[: int(HEIGHT * ABOVE / 3)].max() < 60


def test_a_windscreen_outside_of_the_picture_does_no_harm() -> None:
    """A box that a network put beside the frame still gives a crop."""
    picture = np.full((40, 40, 3), 7, np.uint8)
    assert straight(picture, Box(500, 500, 900, 700)).shape == (HEIGHT, WIDTH, 3)
    assert straight(picture, Box(-900, -900, -500, -700)).shape == (HEIGHT, WIDTH, 3)


def test_faint_contrast_is_stretched_and_noise_is_not() -> None:
    """Thirty grey levels come out as wide as two hundred; two levels do not."""
    ramp = np.linspace(0, 1, WIDTH)[None, :, None] * np.ones((HEIGHT, 1, 3))
    wide, faint, noise = (channels((60 + ramp * span).astype(np.uint8))[1] for span in (190, 30, 2))
    assert np.abs(wide - faint).max() < 0.1
    assert noise.max() - noise.min() < 0.3
    assert channels(np.zeros((HEIGHT, WIDTH, 3), np.uint8)).dtype == np.float32


def test_contrast_is_told_in_grey_levels() -> None:
    """Nine tenths of the span across the middle, and none on even glass."""
    ramp = np.linspace(0, 100, WIDTH)[None, :, None] * np.ones((HEIGHT, 1, 3))
    assert contrast(ramp.astype(np.uint8)) == pytest.approx(56, abs=3)
    assert contrast(np.full((HEIGHT, WIDTH, 3), 40, np.uint8)) == 0
