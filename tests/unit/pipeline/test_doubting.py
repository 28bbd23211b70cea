# SPDX-License-Identifier: Apache-2.0
"""A frozen, covered or dark picture is doubted after a while, a living one never, and the doubt ends with its cause."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from wayside.pipeline import Doubt, Doubter
from wayside.pipeline.doubting import BLIND_S, FROZEN_S

Image = NDArray[np.uint8]
RANDOM = np.random.default_rng(7)
STREET: Image = RANDOM.integers(0, 256, (480, 640, 3), dtype=np.uint8)
DARK: Image = np.zeros((480, 640, 3), dtype=np.uint8)


def noisy(image: Image, most: int = 3) -> Image:
    """The same with the noise of a sensor."""
    noise = RANDOM.integers(0, most, image.shape, dtype=np.uint8)
    return np.clip(image.astype(np.int16) + noise, 0, 255).astype(np.uint8)


def seen(doubter: Doubter, image: Image, since_s: float, lasts_s: float, *, alive: bool = False) -> float:
    """Shows a picture at five frames a second; when the next one comes."""
    for number in range(int(lasts_s * 5)):
        doubter.look(noisy(image) if alive and number % 5 == 0 else image, since_s + number / 5)
    return since_s + lasts_s


def test_a_picture_that_stands_still_is_doubted_after_a_minute_and_not_before() -> None:
    """The first second in which it changes ends that."""
    doubter = Doubter()
    at_s = seen(doubter, STREET, 0.0, FROZEN_S)
    assert doubter.doubt is None
    at_s = seen(doubter, STREET, at_s, 2)
    assert doubter.doubt is Doubt.FROZEN
    seen(doubter, noisy(STREET), at_s, 1)
    assert doubter.doubt is None


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_lens_with_nothing_before_it_is_doubted_though_the_sensor_is_noisy(level: int) -> None:
    """Covered, dark or blinded: there is nothing to be seen."""
    doubter = Doubter()
    at_s = seen(doubter, np.full_like(DARK, level), 0.0, BLIND_S + 2, alive=True)
    assert doubter.doubt is Doubt.BLIND
    seen(doubter, STREET, at_s, 1)
    assert doubter.doubt is None


def test_an_empty_street_by_night_is_not_doubted() -> None:
    """One lamp in the dark is enough, and the noise of the sensor shows that it lives."""
    night = DARK.copy()
    night[40:140, 300:420] = 200
    doubter = Doubter()
    seen(doubter, night, 0.0, 3 * FROZEN_S, alive=True)
    assert doubter.doubt is None


def test_one_changed_pixel_of_those_that_are_looked_at_is_a_change() -> None:
    """Such as a clock that the camera draws."""
    doubter, clock = Doubter(), STREET.copy()
    at_s = seen(doubter, STREET, 0.0, FROZEN_S)
    clock[16, 16] += 1
    seen(doubter, clock, at_s, 30)
    assert doubter.doubt is None
