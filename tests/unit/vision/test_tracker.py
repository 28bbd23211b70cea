# SPDX-License-Identifier: Apache-2.0
"""The tracker's promises at their edges: what begins, carries on and ends a track, to the second and the score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.domain import Box, Detection, Track, VehicleKind
from wayside.vision.tracking import Tracker, TrackerSettings
from wayside.vision.tracking.tracker import Moves, nothing_moves, strayed

STEP_S = 0.1


def car(x: float, score: float = 0.8, y: float = 200.0, size: float = 80.0) -> Detection:
    """A square car centred at (x, y)."""
    half = size / 2
    return Detection(VehicleKind.CAR, score, Box(x - half, y - half, x + half, y + half))


def parked(tracker: Tracker, frames: int, score: float = 0.8, since_s: float = 0.0) -> float:
    """Shows a standing car; the time of its last frame."""
    for frame in range(frames):
        tracker.update(since_s + frame * STEP_S, [car(300, score)])
    return since_s + (frames - 1) * STEP_S


def driving(tracker: Tracker, frames: int, speed: float = 100.0) -> float:
    """Shows a car that drives; the time of its last frame."""
    for frame in range(frames):
        tracker.update(frame * STEP_S, [car(50 + speed * frame * STEP_S)])
    return (frames - 1) * STEP_S


def ended(tracker: Tracker, time_s: float, detections: Sequence[Detection] = ()) -> tuple[Track, ...]:
    """What ends at this time."""
    return tracker.update(time_s, detections).ended


@pytest.mark.parametrize(("score", "begins"), [(0.35, True), (0.3499, False), (0.15, False), (1.0, True)])
def test_a_track_begins_with_a_score_of_the_least_at_least(score: float, begins: bool) -> None:
    """The least itself is enough."""
    tracker = Tracker()
    tracker.update(0.0, [car(300, score)])
    assert bool(tracker.open) == begins


@pytest.mark.parametrize(("score", "carried"), [(0.15, True), (0.1499, False)])
def test_a_weak_detection_carries_a_track_on_down_to_the_least(score: float, carried: bool) -> None:
    """What is weaker is not even looked at."""
    tracker = Tracker()
    last_s = parked(tracker, 5)
    seen = tracker.update(last_s + STEP_S, [car(300, score)]).seen
    assert bool(seen) == carried


def test_a_vehicle_is_told_of_once_it_was_surely_seen_often_enough() -> None:
    """Not in its first two frames, and in every frame from the third on."""
    tracker = Tracker()
    told = [bool(tracker.update(frame * STEP_S, [car(300)]).seen) for frame in range(5)]
    assert told == [False, False, True, True, True]


def test_a_vehicle_that_is_not_in_the_frame_is_not_told_of() -> None:
    """Though its track is open."""
    tracker = Tracker()
    last_s = parked(tracker, 5)
    assert tracker.update(last_s + STEP_S, []).seen == ()
    assert tracker.open == {1}


def test_what_is_told_is_the_newest_detection() -> None:
    """As it was found, not as it was foreseen."""
    tracker = Tracker()
    last_s = driving(tracker, 5)
    newest = car(95, 0.77)
    assert tracker.update(last_s + STEP_S, [newest]).seen == ((1, newest),)


@pytest.mark.parametrize(("unseen_s", "gone"), [(1.15, False), (1.25, True)])
def test_a_moving_vehicle_is_gone_when_it_was_not_seen_for_so_long(unseen_s: float, gone: bool) -> None:
    """It left the view; its track ends with the last frame in which it was."""
    tracker = Tracker()
    last_s = driving(tracker, 10)
    found = ended(tracker, last_s + unseen_s)
    assert bool(found) == gone
    if gone:
        assert found[0].ended_s == pytest.approx(last_s)


@pytest.mark.parametrize(("unseen_s", "gone"), [(1.25, False), (11.9, False), (12.1, True)])
def test_a_standing_vehicle_is_waited_for_longer(unseen_s: float, gone: bool) -> None:
    """A queue may hide it."""
    tracker = Tracker()
    last_s = parked(tracker, 30)
    assert bool(ended(tracker, last_s + unseen_s)) == gone


@pytest.mark.parametrize(("unseen_s", "open_still"), [(0.55, True), (0.65, False)])
def test_what_was_seen_once_is_forgotten_in_half_the_time(unseen_s: float, open_still: bool) -> None:
    """And leaves without having been a track."""
    tracker = Tracker()
    tracker.update(0.0, [car(300)])
    assert ended(tracker, unseen_s) == ()
    assert bool(tracker.open) == open_still


@pytest.mark.parametrize(("frames", "kept"), [(3, False), (4, True)])
def test_a_vehicle_lasts_three_tenths_of_a_second_at_least(frames: int, kept: bool) -> None:
    """Three frames of ten a second last two tenths."""
    tracker = Tracker(TrackerSettings(confirm_s=0.299))
    parked(tracker, frames)
    assert bool(tracker.finish()) == kept


@pytest.mark.parametrize(("sure", "weak", "doubtful"), [(6, 4, False), (5, 5, True), (10, 0, False)])
def test_a_standing_vehicle_was_mostly_sure(sure: int, weak: int, doubtful: bool) -> None:
    """Six of ten at least; a barrier that now and then looks like a car is to be doubted."""
    tracker = Tracker()
    parked(tracker, sure)
    parked(tracker, weak, 0.25, sure * STEP_S)
    (track,) = tracker.finish()
    assert track.doubtful == doubtful


@pytest.mark.parametrize(("vehicles", "plates", "doubtful"), [(4, 8, False), (2, 8, True), (0, 8, True)])
def test_plates_carry_a_vehicle_on_and_take_nothing_from_its_sureness(
    vehicles: int, plates: int, doubtful: bool
) -> None:
    """Three sure sights of the vehicle itself are enough, however long only its plate is seen."""
    tracker = Tracker()
    parked(tracker, vehicles)
    plate = replace(car(300, 0.6), supposed=True)
    for frame in range(plates):
        tracker.update((vehicles + frame) * STEP_S, [plate])
    (track,) = tracker.finish()
    assert (track.doubtful, len(track.points)) == (doubtful, vehicles + plates)


def test_a_vehicle_is_expected_as_it_was_seen_last() -> None:
    """Not as its plate made it out since."""
    tracker = Tracker()
    seen = replace(car(300), kind=VehicleKind.BUS)
    tracker.update(0.0, [seen])
    tracker.update(0.1, [replace(car(300, 0.5), supposed=True)])
    (expected,) = tracker.expected.values()
    assert (expected.kind, expected.score, expected.supposed) == (VehicleKind.BUS, 0.8, False)


@pytest.mark.parametrize(("speed", "expected"), [(0.0, False), (20.0, False), (100.0, True)])
def test_what_came_four_tenths_of_its_size_has_moved(speed: float, expected: bool) -> None:
    """Whatever it trembles by."""
    tracker = Tracker()
    driving(tracker, 10, speed)
    (track,) = tracker.finish()
    assert track.moved == expected


def test_what_comes_straight_on_moves_by_growing_where_only_its_plate_is_seen() -> None:
    """The outline of a vehicle that the detector sees trembles too much to be believed in that."""
    first, near = car(300, size=80), car(300, size=130)
    assert strayed(first, near) == 0.0
    assert strayed(first, replace(near, supposed=True)) > 0.4


def everything_moves(_box: Box) -> bool:
    """A picture in which all boxes are filled by what moves."""
    return True


def weakly(tracker: Tracker, frames: int, moves: Moves, speed: float = 200.0) -> float:
    """Shows a car that drives and that the detector is never sure of; the time of its last frame."""
    for frame in range(frames):
        tracker.update(frame * STEP_S, [car(50 + speed * frame * STEP_S, 0.2)], moves)
    return (frames - 1) * STEP_S


@pytest.mark.parametrize(
    ("frames", "speed", "doubtful"), [(8, 200.0, [False]), (4, 300.0, [True]), (8, 60.0, [True]), (2, 300.0, [])]
)
def test_a_weak_detection_that_moves_far_enough_is_a_vehicle(frames: int, speed: float, doubtful: list[bool]) -> None:
    """One seen a few times, or that hardly leaves its place, must show a plate; one seen twice was nothing."""
    tracker = Tracker()
    weakly(tracker, frames, everything_moves, speed)
    assert [track.doubtful for track in tracker.finish()] == doubtful


def test_a_weak_detection_begins_nothing_where_nothing_moves() -> None:
    """A pattern of the road."""
    tracker = Tracker()
    weakly(tracker, 8, nothing_moves)
    assert not tracker.open


def test_a_weak_detection_begins_nothing_upon_another_vehicle() -> None:
    """It is a part of that, or both together."""
    tracker = Tracker()
    last_s = parked(tracker, 5)
    tracker.update(last_s + STEP_S, [car(300), car(330, 0.2, size=30)], everything_moves)
    tracker.update(last_s + 2 * STEP_S, [car(300), car(600, 0.2)], everything_moves)
    assert tracker.open == {1, 2}


@pytest.mark.parametrize(("moves", "lasts"), [(everything_moves, 1.9), (nothing_moves, 0.9)])
def test_what_moves_carries_a_vehicle_on_that_the_detector_does_not_see(moves: Moves, lasts: float) -> None:
    """Where it is expected, but it is not shown to have been seen; else it is lost."""
    tracker = Tracker()
    driving(tracker, 10)
    seen = [tracker.update(frame * STEP_S, [], moves).seen for frame in range(10, 20)]
    (track,) = tracker.finish()
    assert track.ended_s == pytest.approx(lasts)
    assert not track.doubtful
    assert not any(seen)
    assert {type(edge) for point in track.points for edge in astuple(point.detection.box)} == {float}  # as files need


@pytest.mark.parametrize("moves", [everything_moves, nothing_moves])
def test_what_is_carried_on_is_lost_as_soon_as_what_is_not(moves: Moves) -> None:
    """For its box may drift away with whatever else moves."""
    tracker = Tracker()
    last_s = driving(tracker, 10)
    gone = [tracker.update(last_s + after_s, [], moves).ended for after_s in (0.4, 0.8, 1.1, 1.3)]
    assert [len(one) for one in gone] == [0, 0, 0, 1]


def test_numbers_rise_and_are_never_used_again() -> None:
    """Also after everything ended."""
    tracker = Tracker()
    parked(tracker, 5)
    assert [one.number for one in tracker.finish()] == [1]
    assert tracker.open == frozenset()
    assert tracker.finish() == ()
    parked(tracker, 5, since_s=60.0)
    assert [one.number for one in tracker.finish()] == [2]


def test_nothing_moves_where_nothing_is() -> None:
    """What was only just seen may move; what stands for a while does not."""
    tracker = Tracker()
    told = [tracker.moving]
    tracker.update(0.0, [car(300)])
    told.append(tracker.moving)
    parked(tracker, 30, since_s=STEP_S)
    assert [*told, tracker.moving] == [False, True, False]


def test_a_duplicate_leaves_without_having_ended() -> None:
    """The older of the two goes on under its number."""
    tracker = Tracker()
    last_s = parked(tracker, 5)
    twice = tracker.update(last_s + STEP_S, [car(300), car(303)])
    assert twice.ended == ()
    assert tracker.open == {1}
    assert [number for number, _ in twice.seen] == [1]


def test_two_that_stand_beside_each_other_are_two() -> None:
    """Though their boxes touch."""
    tracker = Tracker()
    for frame in range(6):
        tracker.update(frame * STEP_S, [car(300), car(360)])
    assert len(tracker.finish()) == 2


def test_a_clock_that_is_set_back_does_not_hold_a_track_open() -> None:
    """Time goes on once it has caught up; until then none goes by."""
    tracker = Tracker()
    last_s = driving(tracker, 10)
    assert ended(tracker, last_s - 5) == ()
    assert tracker.open == {1}
    assert len(ended(tracker, last_s + 1.3)) == 1


def test_a_vehicle_without_any_extent_is_survived() -> None:
    """A detector may answer a box of no size."""
    tracker = Tracker()
    for frame in range(6):
        tracker.update(frame * STEP_S, [car(300, size=0.0)])
    assert all(one.points for one in tracker.finish())


def test_an_ended_track_is_not_carried_on() -> None:
    """Whoever comes to its place later is another vehicle."""
    tracker = Tracker()
    last_s = parked(tracker, 30)
    assert [one.number for one in ended(tracker, last_s + 13)] == [1]
    parked(tracker, 5, since_s=last_s + 14)
    assert tracker.open == {2}


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 2), st.lists(st.tuples(st.floats(0, 600), st.floats(0, 1)), max_size=4)), max_size=20
    )
)
def test_a_track_ends_once_and_is_open_until_then(frames: list[tuple[float, list[tuple[float, float]]]]) -> None:
    """Whatever comes at whatever times; what is seen is open, what ended is not."""
    tracker, time_s, over = Tracker(), 0.0, list[int]()
    for passed, found in frames:
        time_s += passed
        told = tracker.update(time_s, [car(x, score) for x, score in found])
        over += [one.number for one in told.ended]
        assert {number for number, _ in told.seen} <= tracker.open
        assert not tracker.open & set(over)
    over += [one.number for one in tracker.finish()]
    assert len(set(over)) == len(over)
