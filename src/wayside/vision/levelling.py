# SPDX-License-Identifier: Apache-2.0
"""Corners of a plate corrected until its lines of text run level.

The detector learnt corners from upright human boxes and understates the slope of plates seen from the side. A line
of characters has the sharpest upper and lower edges when it runs level, so the slope at which the mean rows of the
picture change most is the right one.
"""

from __future__ import annotations

import math
from itertools import starmap

import cv2
import numpy as np
from numpy.typing import NDArray

from wayside.domain import Point, Quad
from wayside.vision.pictures import Picture, straighten

WIDTH, HEIGHT = 128, 40
MARGIN = 0.25
"""Kept around the plate while looking, in plate heights: a sloping plate hangs over its corners."""
SLOPES = np.linspace(-14.0, 14.0, 29)
"""Rise over the whole width in rows of the reduced picture; about 19 degrees either way on a European plate."""
SLOPE_COST = 0.0008
"""A slope of s must be better by s² of this: level is usual."""
BETTER = 1.05
ROUNDS = 2
"""A second look finds the rest of a steep slope, whose text was cut in the first."""


def level(picture: Picture, corners: Quad) -> Quad:
    """The corners, in pixels, with the ends moved up and down along the plate's sides until the text is level."""
    for _ in range(ROUNDS):
        rise = _rise(picture, corners)
        if rise == 0.0:
            break
        corners = _sheared(corners, rise)
    return corners


def _rise(picture: Picture, corners: Quad) -> float:
    """How far the right end lies below the left one, in rows of the reduced picture; 0 where level is best."""
    grey = cv2.cvtColor(straighten(picture, corners, MARGIN), cv2.COLOR_BGR2GRAY)
    small = cv2.resize(grey, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    edges = np.asarray(cv2.Sobel(small, cv2.CV_32F, 0, 1, ksize=3), np.float32)
    sharpness = [_sharpness(edges, float(slope)) for slope in SLOPES]
    best = int(np.argmax(sharpness))
    at_rest = sharpness[len(SLOPES) // 2]
    return float(SLOPES[best]) if sharpness[best] > BETTER * at_rest else 0.0


def _sharpness(edges: NDArray[np.float32], slope: float) -> float:
    """How much the mean rows change when the picture is sheared back by `slope`."""
    back = np.array([[1.0, 0.0, 0.0], [-slope / WIDTH, 1.0, slope / 2]], np.float32)
    sheared = cv2.warpAffine(edges, back, (WIDTH, HEIGHT))
    rows = sheared[4:-4, 10:-10].mean(1)
    return float((rows**2).sum()) * (1.0 - SLOPE_COST * slope * slope)


def _sheared(corners: Quad, rise: float) -> Quad:
    top_left, top_right, bottom_right, bottom_left = corners
    down = Point(
        (bottom_left.x - top_left.x + bottom_right.x - top_right.x) / 2,
        (bottom_left.y - top_left.y + bottom_right.y - top_right.y) / 2,
    )
    height = max(1.0, math.hypot(*down))
    width = (math.dist(top_left, top_right) + math.dist(bottom_left, bottom_right)) / 2
    # The reduced picture is wider than the plate by the margins: only a share of the rise lies between its ends.
    share = rise / HEIGHT * (1 + 2 * MARGIN) * width / (width + 2 * MARGIN * height) / 2

    def moved(point: Point, sign: float) -> Point:
        return Point(point.x + sign * share * down.x, point.y + sign * share * down.y)

    return Quad(*starmap(moved, ((top_left, -1), (top_right, 1), (bottom_right, 1), (bottom_left, -1))))
