# SPDX-License-Identifier: Apache-2.0
"""Small cameras, lights and vehicles that the simulator's tests share."""

from __future__ import annotations

import numpy as np
import pytest

from training.simulator.camera import Camera
from training.simulator.fleet import build
from training.simulator.light import Condition, Light, make_light
from training.simulator.plates import plate_pair
from training.simulator.vehicles import Vehicle


@pytest.fixture(scope="session")
def camera() -> Camera:
    """A small picture of a road from 4 m up."""
    return Camera(240, 160, 300.0, (0.0, 0.0, 4.0), 0.0, 15.0, 0.0)


@pytest.fixture(scope="session")
def daylight() -> Light:
    """Sun from behind the camera."""
    return make_light(Condition.DAY, np.random.default_rng(1), sun_deg=(180.0, 45.0))


@pytest.fixture(scope="session")
def car() -> Vehicle:
    """A hatchback with two people and a plate that is known."""
    rng = np.random.default_rng(3)
    plates = plate_pair("gb", rng, "LK19 VBT", wear=0.0)
    return build("hatchback", "gb", rng, plates, people=2, paint=("red", (0.014, 0.014, 0.36)))
