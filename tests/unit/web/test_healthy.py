# SPDX-License-Identifier: Apache-2.0
"""A camera's health in words: what is wrong stands out, what is right stays short."""

from __future__ import annotations

import pytest

from wayside.setup import Health, State
from wayside.web.healthy import BAD, GOOD, doing_of


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_a_word_and_a_colour(state: State) -> None:
    """Also one that was just begun and knows nothing."""
    doing = doing_of(Health("north", state))
    assert doing.word
    assert (doing.pace, doing.counts, doing.unread) == ((), None, ())


def test_a_camera_that_runs_tells_its_pace_and_its_reads() -> None:
    """With the reasons for what was not read, the most frequent first."""
    health = Health(
        "north", State.RUNNING, fps=12.25, delay_s=0.31, dropped=3, frames=50, total=100, passages=4, read=1,
        unread={"too_small": 1, "no_plate_found": 2}, error="an old failure",
    )  # fmt: skip
    doing = doing_of(health)
    assert doing.colour == GOOD
    assert doing.pace[:2] == ("12.2 frames/s", "0.3 s behind")
    assert "25 %" in str(doing.counts)
    assert [count for _, count in doing.unread] == [2, 1]
    assert (doing.share, doing.error) == (50, None)


def test_a_camera_that_failed_says_why_and_when_it_is_tried_again() -> None:
    """And one that is late says so."""
    doing = doing_of(Health("north", State.WAITING, error="no route", retry_s=7.6))
    assert (doing.colour, doing.error) == (BAD, "no route")
    assert "8 s" in str(doing.retry)
    assert "late" in doing_of(Health("north", State.RUNNING, delay_s=9.0)).pace[0]


@pytest.mark.parametrize(("frames", "total", "share"), [(0, 80, 0), (40, 80, 50), (90, 80, 100), (40, None, None)])
def test_a_recording_is_never_more_than_done(frames: int, total: int | None, share: int | None) -> None:
    """Containers tell their number of frames only about."""
    assert doing_of(Health("yard", State.RUNNING, frames=frames, total=total)).share == share


@pytest.mark.parametrize("state", [State.RUNNING, State.ENDED, State.OFF])
def test_an_old_failure_is_not_shown_where_all_is_well(state: State) -> None:
    """Nobody has to do anything about it."""
    assert doing_of(Health("north", state, error="no route")).error is None
