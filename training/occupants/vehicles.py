# SPDX-License-Identifier: Apache-2.0
"""Chance views of labelled vehicles for the windscreen finder: from the whole vehicle to little more than its glass."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.occupants.data import Labelled, Picture, picture_of
from training.occupants.wear import marked, worn
from wayside.domain import Box
from wayside.vision.cabins import FINDER_PX as SIDE

Floats = NDArray[np.float32]
Rng = np.random.Generator


def vehicle_view(one: Labelled, rng: Rng) -> tuple[Picture, Floats]:
    """uint8 (SIDE, SIDE, 3), and the windscreen (4,) in shares of it; zeros where none is seen from in front."""
    window = _round_windscreen(one.windscreen, rng) if one.windscreen else _round_vehicle(one.vehicle, rng)
    matrix = _matrix(window, rng)
    border = cv2.BORDER_REPLICATE if rng.random() < 0.5 else cv2.BORDER_CONSTANT
    how = cv2.INTER_AREA if window.width > SIDE else cv2.INTER_LINEAR
    shown = cv2.warpAffine(
        picture_of(one.file), matrix, (SIDE, SIDE), flags=how, borderMode=border, borderValue=(114,) * 3
    )
    view = np.asarray(shown / 255, np.float32)
    view = marked(view, rng) if rng.random() < 0.35 else view
    return worn(view, rng), _moved(one.windscreen, matrix) if one.windscreen else np.zeros(4, np.float32)


def _round_windscreen(glass: Box, rng: Rng) -> Box:
    wide = glass.width / rng.uniform(0.42, 1.0)
    # From a bridge or a gantry a windscreen is as high as it is wide, from a doorstep a third of that.
    high = max(wide * float(np.exp(rng.uniform(-0.9, 0.45))), glass.height * rng.uniform(1.05, 1.3))
    middle = glass.centre.x + rng.uniform(-0.5, 0.5) * (wide - glass.width)
    top = rng.uniform(max(glass.bottom - high, glass.top - 0.35 * high), glass.top)
    return Box(middle - wide / 2, top, middle + wide / 2, top + high)


def _round_vehicle(vehicle: Box, rng: Rng) -> Box:
    wide = vehicle.width * rng.uniform(0.8, 1.25)
    high = wide * float(np.exp(rng.uniform(-0.4, 0.45)))
    x, y = vehicle.centre.x + rng.uniform(-0.15, 0.15) * wide, vehicle.centre.y + rng.uniform(-0.2, 0.2) * high
    return Box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)


def _matrix(window: Box, rng: Rng) -> Floats:
    """The window to SIDE by SIDE, a little turned and sheared, mirrored every other time."""
    angle, shear = rng.normal(0, 0.11), rng.normal(0, 0.28)
    turn = np.array([[np.cos(angle), np.sin(angle) + shear], [-np.sin(angle), np.cos(angle)]])
    turn *= np.array([[SIDE / window.width], [SIDE / window.height]])
    if rng.random() < 0.5:
        turn[0] = -turn[0]
    shift = np.full(2, SIDE / 2) - turn @ np.array(window.centre)
    return np.concatenate([turn, shift[:, None]], 1).astype(np.float32)


def _moved(box: Box, matrix: Floats) -> Floats:
    """The box as the view shows it, (4,) in shares; of a tilted one the middle of each side counts."""
    corners = np.array([(x, y) for x in (box.left, box.right) for y in (box.top, box.bottom)])
    there = corners @ matrix[:, :2].T + matrix[:, 2]
    across, down = np.sort(there[:, 0]), np.sort(there[:, 1])
    sides = (across[:2].mean(), down[:2].mean(), across[2:].mean(), down[2:].mean())
    return np.array([side / SIDE for side in sides], np.float32)
