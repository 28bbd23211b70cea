# SPDX-License-Identifier: Apache-2.0
"""Times of frames: they begin at zero and only ever grow."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.pipeline.sources.timeline import PATIENCE, Timeline


def placed(stated: list[float | None], rate: float = 10.0) -> list[float | None]:
    """What the timeline makes of these times, rounded."""
    timeline = Timeline(rate)
    times = (timeline.place(time) for time in stated)
    return [None if time is None else round(time, 6) for time in times]


def test_stated_times_are_kept_and_begin_at_zero() -> None:
    """Also where the container's clock began elsewhere, and where frames come unevenly."""
    assert placed([5.0, 5.1, 5.4, 9.0]) == [0.0, 0.1, 0.4, 4.0]


def test_frames_without_a_time_are_counted() -> None:
    """At the stated rate."""
    assert placed([None, None, 0.35, None]) == [0.0, 0.1, 0.35, 0.45]


def test_a_frame_that_comes_twice_is_dropped() -> None:
    """And one that goes back a little."""
    assert placed([0.0, 0.1, 0.1, 0.05, 0.2]) == [0.0, 0.1, None, None, 0.2]


def test_a_recording_glued_on_goes_on() -> None:
    """A long step back is a new beginning, not the past."""
    assert placed([0.0, 5.0, 0.0, 0.1]) == [0.0, 5.0, 5.1, 5.2]


def test_a_clock_that_stands_still_is_given_up() -> None:
    """Otherwise a camera with a broken clock would never be seen."""
    times = placed([0.0] * 40)
    assert times.count(None) == PATIENCE
    assert times[-1] == pytest.approx(0.1 * (39 - PATIENCE))


@given(st.lists(st.none() | st.floats(-1e6, 1e6)), st.floats(0.1, 240))
def test_times_only_ever_grow(stated: list[float | None], rate: float) -> None:
    """Whatever a container says."""
    timeline = Timeline(rate)
    times = [time for time in map(timeline.place, stated) if time is not None]
    assert all(later > earlier for earlier, later in itertools.pairwise(times))
    assert not times or times[0] == 0
