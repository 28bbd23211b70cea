# SPDX-License-Identifier: Apache-2.0
"""Busts drawn for the people counter."""

from __future__ import annotations

import numpy as np

from training.occupants.people import FACE, LIKELY, SIDE
from training.occupants.rendered import MIDDLE, rendered

BUSTS = [rendered(np.random.default_rng(seed)) for seed in range(40)]


def test_a_bust_is_a_cut_out_like_others() -> None:
    """Of the same size, covering as much of its square as a person does, and all of the face's place."""
    x, y = (round(value) for value in MIDDLE)
    for picture, coverage in BUSTS:
        assert picture.shape == (SIDE, SIDE, 3)
        assert LIKELY[0] < (coverage > 127).mean() < LIKELY[1]
        assert coverage[y - int(FACE / 3) : y + int(FACE / 3), x - 3 : x + 4].min() == 255
        assert coverage[:5].max() == 0


def test_busts_differ() -> None:
    """From dark to light skin and clothes, and none twice."""
    assert len({picture.tobytes() for picture, _ in BUSTS}) == len(BUSTS)
    x, y = (round(value) for value in MIDDLE)
    faces = [picture[y - 8 : y + 9, x - 6 : x + 7].mean() for picture, _ in BUSTS]
    clothes = [picture[-12:, x - 15 : x + 16].mean() for picture, _ in BUSTS]
    assert np.ptp(faces) > 90
    assert np.ptp(clothes) > 120


def test_a_bust_can_be_drawn_again() -> None:
    """By its seed."""
    assert np.array_equal(BUSTS[3][0], rendered(np.random.default_rng(3))[0])
