# SPDX-License-Identifier: Apache-2.0
"""Views by night: dark, noisy, with lamps that burn out and plates that may shine."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.detector import night
from training.detector.data import PLATE, Sample, box_quad
from training.detector.night import by_night
from training.detector.views import Library, look

QUAD = box_quad(60, 50, 100, 60)
NO_PLATE = np.zeros((0, 4, 2), np.float32)


def scene() -> np.ndarray:
    """A light grey street with a white plate."""
    picture = np.full((96, 160, 3), 150, np.uint8)
    picture[50:60, 60:100] = 210
    return picture


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_a_night_keeps_the_size_and_repeats_by_its_seed(seed: int, plate: bool) -> None:
    """Whatever is drawn, the same seed draws it again, and the day's picture stays as it was."""
    plates, day = (QUAD[None] if plate else NO_PLATE), scene()
    first, again = (by_night(day, plates, np.random.default_rng(seed)) for _ in range(2))
    assert first.shape == day.shape
    assert first.dtype == np.uint8
    assert (first == again).all()
    assert (day == scene()).all()


def test_nights_are_dark_each_in_its_own_way() -> None:
    """The middle one keeps about half of the day's grey level; some are nearly black."""
    rng = np.random.default_rng(1)
    means = np.array([by_night(scene(), NO_PLATE, rng).mean() for _ in range(80)])
    assert 40 < np.median(means) < 85
    assert means.min() < 20
    assert means.std() > 10


def test_some_plates_throw_light_back_and_some_do_not() -> None:
    """Beside the same scene without a plate its area is as bright, or up to 25 times as bright."""
    ratios = []
    for seed in range(40):
        light = np.full((96, 160, 3), 0.3, np.float32)
        without, beside = (night._lit(light, plates, np.random.default_rng(seed)) for plates in (NO_PLATE, QUAD[None]))
        assert beside[20, 20] == pytest.approx(without[20, 20])
        ratios.append(float((beside / without)[55, 80, 1]))
    assert min(ratios) == pytest.approx(1)
    assert 5 < max(ratios) <= 25.001
    assert 0.3 < np.mean(np.array(ratios) > 1.2) < 0.7


def test_a_lamp_is_brightest_where_it_is_and_has_its_colour() -> None:
    """A tail lamp's disc outshines the sensor or nearly so; its light fades and stays red."""
    light = np.zeros((90, 90, 3), np.float32)
    night._lamp(light, (30.0, 40.0), 4.0, night.TAIL_LAMP, np.random.default_rng(3))
    assert light.max() == pytest.approx(light[40, 30, 2])
    assert light[40, 30, 2] > 0.3
    assert light[40, 30, 2] > light[40, 40, 2] > light[40, 80, 2] > 0
    assert (light[..., 2] >= light[..., 0]).all()


def test_lamps_stand_on_both_sides_of_a_turned_plate() -> None:
    """Along the plate's own direction, on either side of its middle."""
    quad = np.array([[100, 80], [130, 95], [125, 104], [95, 89]], np.float32)
    along = (quad[1] - quad[0]) / np.linalg.norm(quad[1] - quad[0])
    sides = set()
    for seed in range(20):
        light = np.zeros((200, 240, 3), np.float32)
        night._pair(light, quad, np.random.default_rng(seed))
        lit = np.argwhere(light[..., 2] > 0.6 * light.max())[:, ::-1]
        sides |= set(np.sign((lit - quad.mean(0)) @ along).tolist())
        assert np.linalg.norm(lit - quad.mean(0), axis=1).min() > 10
    assert sides == {-1.0, 1.0}


def test_a_streak_follows_its_lamp() -> None:
    """It is full at the lamp, half of it lies on either side, and it never grows with distance."""
    streak = night._streak((121, 121), (60.0, 60.0), 3.0, np.random.default_rng(0))
    assert streak[60, 60] == pytest.approx(1)
    assert np.allclose(streak, streak[::-1, ::-1], atol=1e-5)
    assert streak.max() == pytest.approx(1)
    assert streak[0].max() < streak[30].max() < streak[55].max()


def test_noise_grows_with_light() -> None:
    """A bright half is noisier than a dark one, and the dark one is not free of noise."""
    light = np.full((80, 80, 3), 0.001, np.float32)
    light[:, 40:] = 0.8
    for seed in range(10):
        noise = night._sensed(light, np.random.default_rng(seed)) - light
        assert noise[:, 40:].std() > 1.2 * noise[:, :40].std() > 0
        assert abs(noise.mean()) < 0.02


def test_gain_lifts_the_dark_and_leaves_the_light() -> None:
    """A black picture may become up to sixteen times as bright; a bright one stays as it is."""
    dark, bright = (np.full((8, 8, 3), level, np.float32) for level in (0.004, 0.6))
    lifts = [float(night._gained(dark, np.random.default_rng(s)).mean() / 0.004) for s in range(60)]
    assert min(lifts) == pytest.approx(1)
    assert 4 < max(lifts) <= 16.001
    assert all((night._gained(bright, np.random.default_rng(s)) == bright).all() for s in range(20))


@pytest.mark.parametrize("length", [1.5, 4.0, 9.0])
def test_shaking_moves_light_along_a_path_and_loses_none(length: float) -> None:
    """The kernel sums to one, is about as long as asked for and one pixel wide."""
    kernel = night._path(length, 0.0)
    assert kernel.sum() == pytest.approx(1)
    assert (kernel.sum(0) > 0.5 / length).sum() == pytest.approx(length, abs=1)
    assert (kernel.sum(1) > 1e-6).sum() == 1


def test_the_share_of_night_decides_how_many_views_are_dark(tmp_path: Path) -> None:
    """None with a share of nought, all with one; the truth is the same by day and by night."""
    cv2.imwrite(str(tmp_path / "street.png"), cv2.resize(scene(), (320, 192)))
    sample = Sample(
        tmp_path / "street.png", 2 * QUAD[None], np.array([PLATE]), np.ones(1, np.float32), True, True, True, False
    )
    library = Library([sample])
    days, nights = (
        [look("plate", library, np.random.default_rng(seed), (128, 96), share) for seed in range(25)]
        for share in (0.0, 1.0)
    )
    assert np.median([v.picture.mean() for v in nights]) < 0.6 * np.median([v.picture.mean() for v in days])
    assert all((d.quads == n.quads).all() for d, n in zip(days, nights, strict=True))
