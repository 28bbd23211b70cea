# SPDX-License-Identifier: Apache-2.0
"""A study lasts its time, takes in what goes past, and proposes gates from that."""

from __future__ import annotations

from dataclasses import dataclass

from wayside.setup import Study, Trail
from wayside.setup.studies import MOST_SEEN


@dataclass
class Clock:
    """A clock that is set by hand."""

    now_s: float = 100.0

    def __call__(self) -> float:
        return self.now_s


def trail(y: float = 300.0) -> Trail:
    """A vehicle that goes through the whole picture."""
    return Trail([(at / 10, 20.0 * at, y - 30, 20.0 * at + 60, y + 30) for at in range(60)], [])


def test_it_takes_in_vehicles_for_its_time_only() -> None:
    """What comes later is none of its business."""
    clock = Clock()
    study = Study("north", lasts_s=10, clock=clock)
    study.sized((1280, 720))
    study.take(trail())
    clock.now_s += 9
    study.take(trail())
    assert study.running
    clock.now_s += 2
    study.take(trail())
    state = study.state()
    assert (state.running, state.passed_s, len(state.seen)) == (False, 10, 2)
    (proposal,) = study.proposals()
    assert proposal.forward == 2


def test_it_may_be_stopped_with_what_there_is() -> None:
    """And says why it ended where something failed; the first end counts."""
    clock = Clock()
    study = Study("north", clock=clock)
    study.sized((1280, 720))
    study.take(trail())
    clock.now_s += 3
    study.end("the camera was lost")
    study.end()
    clock.now_s += 100
    state = study.state()
    assert (state.passed_s, state.failed, len(state.seen)) == (3, "the camera was lost", 1)


def test_another_picture_size_makes_earlier_tracks_worthless() -> None:
    """Their pixels mean something else now; without any size nothing is proposed."""
    study = Study("north")
    study.take(trail())
    assert study.proposals() == ()
    study.sized((1280, 720))
    assert len(study.state().seen) == 1
    study.sized((640, 360))
    assert study.state().seen == ()


def test_it_holds_so_many_and_nothing_that_is_no_way() -> None:
    """A single point leads nowhere; memory is bounded."""
    study = Study("north")
    study.take(Trail([(0.0, 0.0, 0.0, 10.0, 10.0)], []))
    assert study.state().seen == ()
    for _ in range(MOST_SEEN + 5):
        study.take(trail())
    assert len(study.state().seen) == MOST_SEEN
