# SPDX-License-Identifier: Apache-2.0
"""How vehicles move along a road: when each comes, how fast, and where it stops for how long."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from training.simulator.vehicles import Pose, Vehicle

BRAKING_MPS2 = 2.2
STARTING_MPS2 = 1.7


@dataclass(frozen=True)
class Halt:
    """A stop: after how many metres of the trip, and for how many seconds."""

    after_m: float
    seconds: float


@dataclass(frozen=True)
class Trip:
    """One vehicle's way along a lane; `way` +1 leads away from the camera, -1 towards it."""

    vehicle: Vehicle
    lane_x: float
    way: int
    starts_s: float
    speed_mps: float
    from_y: float
    halt: Halt | None = None

    def travelled(self, time_s: float) -> tuple[float, float, bool]:
        """Metres since the start, speed in m/s, and whether it brakes."""
        gone = max(time_s - self.starts_s, 0.0)
        if self.halt is None:
            return self.speed_mps * gone, self.speed_mps, False
        return _with_halt(gone, self.speed_mps, self.halt)

    @property
    def halt_begins_s(self) -> float:
        """Seconds after the start when it comes to stand; infinite for a trip without a halt."""
        if self.halt is None:
            return math.inf
        cruise_m = max(self.halt.after_m - self.speed_mps**2 / (2 * BRAKING_MPS2), 0.0)
        return cruise_m / self.speed_mps + self.speed_mps / BRAKING_MPS2

    def pose(self, time_s: float) -> Pose:
        """Where the vehicle is."""
        metres, _, braking = self.travelled(time_s)
        sway = 0.06 * float(np.sin(metres / 9.0 + self.starts_s))
        return Pose(self.lane_x + sway, self.from_y + self.way * metres, self.way * np.pi / 2, metres, braking)

    def speed(self, time_s: float) -> float:
        """Metres a second."""
        return self.travelled(time_s)[1] if time_s >= self.starts_s else 0.0


def _with_halt(gone: float, speed: float, halt: Halt) -> tuple[float, float, bool]:
    brake_m, brake_s = speed**2 / (2 * BRAKING_MPS2), speed / BRAKING_MPS2
    cruise_s = max(halt.after_m - brake_m, 0.0) / speed
    if gone < cruise_s:
        return speed * gone, speed, False
    since = gone - cruise_s
    if since < brake_s:
        return speed * cruise_s + speed * since - BRAKING_MPS2 * since**2 / 2, speed - BRAKING_MPS2 * since, True
    since -= brake_s + halt.seconds
    if since < 0:
        return halt.after_m, 0.0, True
    rise_s = speed / STARTING_MPS2
    if since < rise_s:
        return halt.after_m + STARTING_MPS2 * since**2 / 2, STARTING_MPS2 * since, False
    return halt.after_m + STARTING_MPS2 * rise_s**2 / 2 + speed * (since - rise_s), speed, False


@dataclass(frozen=True)
class Barrier:
    """An arm across one lane: at y, pivoted at x with a reach signed along x; times (s) at which it opens and shuts."""

    x: float
    y: float
    reach_m: float
    opens: tuple[tuple[float, float], ...]

    def open_share(self, time_s: float) -> float:
        """0 lying, 1 upright; it takes 1.5 s to rise or fall."""
        shares = [min((time_s - up) / 1.5, (down - time_s) / 1.5 + 1, 1.0) for up, down in self.opens]
        return max([0.0, *shares])
