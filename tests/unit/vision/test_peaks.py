# SPDX-License-Identifier: Apache-2.0
"""Heat maps to boxes, and suppression of repeats."""

from __future__ import annotations

import numpy as np

from wayside.vision.peaks import keep_distinct, overlaps, peaks


def test_a_peak_becomes_its_box() -> None:
    """Sides are distances from the middle of the location."""
    scores, sides = np.zeros((2, 4, 6), np.float32), np.ones((4, 4, 6), np.float32) * 10
    scores[1, 2, 3] = 0.9
    found = peaks(scores, sides, None, stride=8, least=0.5)
    assert found.boxes.tolist() == [[18, 10, 38, 30]]
    assert found.scores.argmax() == 1
    assert found.corners is None


def test_corners_are_offsets_in_reading_order() -> None:
    """Eight numbers become four points round the location."""
    scores, sides = np.zeros((1, 4, 4), np.float32), np.ones((4, 4, 4), np.float32)
    scores[0, 0, 0] = 0.9
    corners = np.zeros((8, 4, 4), np.float32)
    corners[:, 0, 0] = [-4, -2, 4, -2, 4, 2, -4, 2]
    found = peaks(scores, sides, corners, stride=4, least=0.5)
    assert found.corners is not None
    assert found.corners.tolist() == [[[-2, 0], [6, 0], [6, 4], [-2, 4]]]


def test_nothing_found_is_empty_not_an_error() -> None:
    """An empty picture gives arrays of no rows."""
    found = peaks(np.zeros((6, 4, 4), np.float32), np.zeros((4, 4, 4), np.float32), None, 8, 0.1)
    assert found.boxes.shape == (0, 4)
    assert keep_distinct(found.scores[:, 0], found.boxes, 0.5, 0.8, 0.4) == []


def test_repeats_go_and_the_strongest_stays() -> None:
    """Two boxes on one vehicle are one."""
    boxes = np.array([[0, 0, 100, 100], [5, 5, 105, 105], [300, 0, 400, 100]], np.float32)
    assert keep_distinct(np.array([0.6, 0.9, 0.5], np.float32), boxes, 0.5, 0.85, 0.4) == [1, 2]


def test_a_car_before_a_bus_stays() -> None:
    """A much smaller box inside another is a vehicle of its own; one of like size is a repeat."""
    bus, car, cab = [0, 0, 400, 300], [50, 200, 150, 280], [0, 0, 380, 200]
    boxes = np.array([bus, car, cab], np.float32)
    assert keep_distinct(np.array([0.9, 0.8, 0.7], np.float32), boxes, 0.8, 0.85, 0.4) == [0, 1]


def test_overlap_figures() -> None:
    """Half of one box inside another of the same size."""
    union, share = overlaps(np.array([0, 0, 10, 10], np.float32), np.array([[5, 0, 15, 10]], np.float32))
    assert union[0] == np.float32(50 / 150)
    assert share[0] == 0.5
