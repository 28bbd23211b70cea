# SPDX-License-Identifier: Apache-2.0
"""Where a vehicle will be: a constant-velocity Kalman filter that knows how much time has gone by."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from wayside.domain import Box

Vector = NDArray[np.float64]

# Standard deviations in shares of the box's size: how well a box is measured, and how much a vehicle may
# change its speed in a second (a car that brakes hard from town speed loses about its own length a second).
MEASURED = 0.05
ACCELERATION = 1.5
# At birth nothing is known of the speed: up to a few of its own sizes a second.
FIRST_SPEED = 4.0
# Sizes change more slowly than places.
SIZE_SHARE = np.array([1.0, 1.0, 0.3, 0.3])


class MotionModel:
    """State: centre x, centre y, log width, log height and their rates per second; pixels of the frame.

    Sizes are kept as logarithms because a vehicle that comes nearer grows by factors, and so never turn negative.
    """

    def __init__(self, box: Box) -> None:
        self._state = np.concatenate([_measure(box), np.zeros(4)])
        scale = self._scale()
        self._spread = np.diag(np.concatenate([(MEASURED * scale) ** 2, (FIRST_SPEED * scale * SIZE_SHARE) ** 2]))

    def _scale(self) -> Vector:
        """Per component, what one box size is: pixels for the centre, one for the logarithms."""
        size = math.exp((self._state[2] + self._state[3]) / 2)
        return np.array([size, size, 1.0, 1.0])

    @property
    def box(self) -> Box:
        """The best estimate now."""
        return _box(self._state[:4])

    @property
    def speed(self) -> float:
        """Box sizes per second that the centre moves."""
        return float(np.hypot(self._state[4], self._state[5]) / self._scale()[0])

    def predict(self, seconds: float) -> None:
        """Let time pass."""
        step = np.eye(8)
        step[:4, 4:] = np.eye(4) * seconds
        self._state = step @ self._state
        push = (ACCELERATION * self._scale() * SIZE_SHARE) ** 2
        noise = np.zeros((8, 8))
        noise[:4, :4] = np.diag(push * seconds**4 / 4)
        noise[:4, 4:] = noise[4:, :4] = np.diag(push * seconds**3 / 2)
        noise[4:, 4:] = np.diag(push * seconds**2)
        self._spread = step @ self._spread @ step.T + noise

    def correct(self, box: Box) -> None:
        """Take in where the vehicle was found."""
        doubt = np.diag((MEASURED * self._scale()) ** 2)
        innovation = self._spread[:4, :4] + doubt
        gain = self._spread[:, :4] @ np.linalg.inv(innovation)
        self._state = self._state + gain @ (_measure(box) - self._state[:4])
        self._spread = self._spread - gain @ self._spread[:4, :]


def _measure(box: Box) -> Vector:
    x, y = box.centre
    return np.array([x, y, math.log(max(box.width, 1.0)), math.log(max(box.height, 1.0))])


def _box(measure: Vector) -> Box:
    x, y, wide, high = measure.tolist()
    width, height = math.exp(min(wide, 10.0)), math.exp(min(high, 10.0))
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
