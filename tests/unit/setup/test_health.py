# SPDX-License-Identifier: Apache-2.0
"""What is made of a process's words: when a camera is called silent, what is a matter of the moment, why it ended."""

from __future__ import annotations

import signal
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from wayside.setup import Beat, Ended, Failed, Health, Opened, State
from wayside.setup.health import SILENT_S
from wayside.setup.runner import Known, health_of, why_over

BEAT = Beat(50, 12.5, 3, 0.2, 0.4, 200, 4, 3, {"too_small": 1})
LIVE, RECORDING = Opened(640, 480, True), Opened(640, 480, False)


def known(state: State = State.RUNNING, **more: object) -> Known:
    """What a process that runs has said."""
    return replace(Known(state, BEAT, LIVE, heard_s=0.0), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("silent_s", "opened", "state"),
    [
        (SILENT_S - 0.1, LIVE, State.RUNNING),
        (SILENT_S, LIVE, State.SILENT),
        (1e6, LIVE, State.SILENT),
        (1e6, RECORDING, State.RUNNING),
    ],
)
def test_only_a_live_camera_falls_silent(silent_s: float, opened: Opened, state: State) -> None:
    """A recording that takes long for a frame is busy, not gone."""
    beat = Beat(50, 12.5, 3, silent_s, 0.4, 200, 4, 3, {})
    assert health_of("north", known(beat=beat, opened=opened), 0.0).state is state


@pytest.mark.parametrize("state", [State.STARTING, State.WAITING, State.ENDED])
def test_a_camera_that_does_not_run_is_never_silent_and_has_no_pace(state: State) -> None:
    """What was counted stays; how fast it was is no longer true."""
    beat = Beat(50, 12.5, 3, 1e6, 0.4, 200, 4, 3, {"too_small": 1})
    health = health_of("north", known(state, beat=beat), 0.0)
    assert health.state is state
    assert (health.fps, health.delay_s) == (None, None)
    assert (health.frames, health.dropped, health.total, health.passages, health.read) == (50, 3, 200, 4, 3)
    assert health.unread == {"too_small": 1}


def test_before_the_first_word_nothing_is_claimed() -> None:
    """Neither size nor counts."""
    assert health_of("north", Known(), 0.0) == Health("north", State.STARTING)


@pytest.mark.parametrize(("now_s", "left_s"), [(90.0, 10.0), (100.0, 0.0), (250.0, 0.0)])
def test_the_time_until_the_next_start_is_never_negative(now_s: float, left_s: float) -> None:
    """Also where the thread that starts it comes late."""
    waiting = known(State.WAITING, error="no route", retry_at_s=100.0)
    health = health_of("north", waiting, now_s)
    assert (health.retry_s, health.error) == (left_s, "no route")


@given(passages=some.integers(1, 10_000), data=some.data())
def test_the_share_that_was_read_is_a_share(passages: int, data: some.DataObject) -> None:
    """Of the passages there were."""
    read = data.draw(some.integers(0, passages))
    share = Health("north", State.RUNNING, passages=passages, read=read).read_share
    assert share is not None and 0 <= share <= 1
    assert round(share * passages) == read


def test_without_passages_there_is_no_share() -> None:
    """Nothing read out of nothing is not a failure of reading."""
    assert Health("north", State.RUNNING).read_share is None


@pytest.mark.parametrize(
    ("over", "code", "told"),
    [
        (Failed("no route"), 0, "no route"),
        (Failed("no route"), -9, "no route"),
        (None, -signal.SIGKILL, "SIGKILL"),
        (None, -signal.SIGSEGV, "SIGSEGV"),
        (None, -250, "250"),
        (None, 0, "code 0"),
        (None, 3, "code 3"),
    ],
)
def test_an_end_that_was_not_said_is_a_failure(over: Failed | None, code: int, told: str) -> None:
    """Its own sentence goes first; a signal is called by its name, one without a name by its number."""
    assert told in (why_over(over, code) or "")


@pytest.mark.parametrize("code", [0, 1, -15])
def test_an_end_that_was_said_is_none(code: int) -> None:
    """All is kept by then, whatever a decoder does when the process leaves."""
    assert why_over(Ended(), code) is None
