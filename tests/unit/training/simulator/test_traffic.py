# SPDX-License-Identifier: Apache-2.0
"""Movement: smooth, never backwards, with stops of the asked length, and barriers that open in time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.simulator.traffic import Barrier, Halt, Trip
from training.simulator.vehicles import Vehicle


def trip(vehicle: Vehicle, way: int = -1, speed: float = 8.0, halt: Halt | None = None) -> Trip:
    """A trip that starts after one second."""
    return Trip(vehicle, 1.5, way, 1.0, speed, 80.0 if way < 0 else 0.0, halt)


@given(speed=st.floats(3, 15), after=st.floats(30, 70), wait=st.floats(0.5, 6), time_s=st.floats(0, 40))
def test_speed_is_the_change_of_place(car: Vehicle, speed: float, after: float, wait: float, time_s: float) -> None:
    """At any moment the speed is what the place says a moment later, and it is never negative."""
    each = trip(car, speed=speed, halt=Halt(after, wait))
    here, now, _ = each.travelled(time_s)
    there, then, _ = each.travelled(time_s + 0.01)
    if time_s > 1.0:
        assert (there - here) / 0.01 == pytest.approx((now + then) / 2, abs=0.05)
    assert there >= here - 1e-9
    assert -1e-9 <= now <= speed + 1e-9


def test_halt_is_where_and_as_long_as_asked(car: Vehicle) -> None:
    """The vehicle stands at the asked place for the asked time, brakes before, and goes on afterwards."""
    each = trip(car, halt=Halt(50.0, 3.0))
    times = np.arange(0, 30, 0.02)
    still = [t for t in times if t > 1 and each.travelled(t)[1] == 0]
    assert still[-1] - still[0] == pytest.approx(3.0, abs=0.05)
    assert all(each.travelled(t)[0] == pytest.approx(50.0) for t in still)
    assert still[0] == pytest.approx(each.starts_s + each.halt_begins_s, abs=0.05)
    assert trip(car).halt_begins_s == np.inf
    assert each.travelled(still[0] - 0.5)[2]
    assert each.travelled(30.0)[0] > 90


def test_ways_lead_apart(car: Vehicle) -> None:
    """Way +1 leads away from the camera and looks so; way -1 comes towards it."""
    away, towards = trip(car, way=1), trip(car, way=-1)
    assert away.pose(3.0).y > away.pose(2.0).y
    assert towards.pose(3.0).y < towards.pose(2.0).y
    assert away.pose(2.0).heading == pytest.approx(np.pi / 2)
    assert towards.pose(2.0).heading == pytest.approx(-np.pi / 2)
    assert away.speed(0.5) == 0


def test_barrier_rises_and_falls() -> None:
    """The arm lies before and after, is half-way half-way, and stands upright in between."""
    barrier = Barrier(3.0, 18.0, -3.0, ((10.0, 15.0), (20.0, 25.0)))
    assert barrier.open_share(9.0) == 0
    assert barrier.open_share(10.75) == pytest.approx(0.5)
    assert barrier.open_share(13.0) == 1
    assert barrier.open_share(18.0) == 0
    assert barrier.open_share(22.0) == 1
