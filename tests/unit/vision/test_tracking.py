# SPDX-License-Identifier: Apache-2.0
"""The tracker on made-up traffic with exactly known vehicles."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.domain import Box, Detection, Track, VehicleKind
from wayside.vision.tracking import Tracker, TrackerSettings
from wayside.vision.tracking.assignment import nearness, overlap, pairs
from wayside.vision.tracking.motion_model import MotionModel

Path = Callable[[float], Box | None]


def car(x: float, y: float, width: float = 80, height: float = 60, score: float = 0.8) -> Detection:
    """A car centred at (x, y)."""
    return Detection(VehicleKind.CAR, score, Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2))


def driven(times: Iterable[float], *paths: Callable[[float], Detection | None]) -> list[Track]:
    """All tracks of vehicles that follow `paths`, seen at `times`."""
    tracker, tracks = Tracker(), []
    for time_s in times:
        seen = [detection for path in paths if (detection := path(time_s)) is not None]
        tracks += tracker.update(time_s, seen).ended
    return tracks + list(tracker.finish())


def every(step_s: float, until_s: float) -> list[float]:
    """Times from 0 at a steady rate."""
    return [i * step_s for i in range(int(until_s / step_s))]


def test_one_vehicle_is_one_track() -> None:
    """A car that drives through is tracked once, from its first frame to its last."""
    (track,) = driven(every(0.1, 5), lambda t: car(50 + 100 * t, 200))
    assert track.began_s == 0
    assert track.ended_s == pytest.approx(4.9)
    assert len(track.points) == 50


def test_two_lanes_that_pass_each_other_stay_apart() -> None:
    """Oncoming cars whose boxes touch keep their own tracks."""
    tracks = driven(every(0.1, 5), lambda t: car(50 + 100 * t, 200), lambda t: car(550 - 100 * t, 250))
    assert len(tracks) == 2
    for track in tracks:
        lefts = [point.detection.box.left for point in track.points]
        steps = [b - a for a, b in pairwise(lefts)]
        assert all(s > 0 for s in steps) or all(s < 0 for s in steps)


def test_missed_frames_do_not_split_a_track() -> None:
    """A second without any detection is bridged."""
    tracks = driven(every(0.1, 6), lambda t: None if 2 < t < 3 else car(50 + 100 * t, 200))
    assert len(tracks) == 1


def test_uneven_frame_times() -> None:
    """Frames that come in bursts and with gaps still give one track."""
    randomness = random.Random(4)
    times, now = [], 0.0
    for _ in range(80):
        now += randomness.choice([0.02, 0.05, 0.3])
        times.append(now)
    assert len(driven(times, lambda t: car(50 + 60 * t, 200))) == 1


def test_two_frames_a_second() -> None:
    """At two frames a second boxes hardly overlap from one frame to the next."""
    assert len(driven(every(0.5, 8), lambda t: car(50 + 110 * t, 200, 120, 90))) == 1


def test_parked_vehicle_hidden_for_ten_seconds() -> None:
    """A parked car behind a queue is the same car afterwards."""
    assert len(driven(every(0.2, 30), lambda t: None if 10 < t < 20 else car(300, 200))) == 1


def test_stop_and_go() -> None:
    """A car that waits at the barrier and goes on is one track."""

    def path(t: float) -> Detection:
        return car(50 + 60 * min(t, 3) + 60 * max(0, t - 13), 200)

    assert len(driven(every(0.1, 20), path)) == 1


def test_follower_is_not_the_leader() -> None:
    """A second car five seconds behind the first is a second track."""
    tracks = driven(
        every(0.1, 14),
        lambda t: car(50 + 100 * t, 200) if t < 6 else None,
        lambda t: car(50 + 100 * (t - 7), 200) if t >= 7 else None,
    )
    assert len(tracks) == 2


def test_flicker_is_no_vehicle() -> None:
    """What is seen in two frames only never becomes a track."""
    assert driven(every(0.1, 3), lambda t: car(300, 200) if t < 0.15 else None) == []


def test_weak_detections_never_start_a_track() -> None:
    """Doubtful boxes carry a track on but do not begin one."""
    assert driven(every(0.1, 3), lambda t: car(300, 200, score=0.25)) == []
    assert len(driven(every(0.1, 3), lambda t: car(50 + 100 * t, 200, score=0.6 if t < 1.2 else 0.25))) == 1


def test_what_is_mostly_unsure_is_doubtful() -> None:
    """A striped barrier that now and then looks like a car is, a moving one that is half sure is not."""
    randomness = random.Random(2)

    def doubtful(share: float) -> float:
        return 0.4 if randomness.random() < share else 0.25

    (barrier,) = driven(every(0.1, 10), lambda t: car(300, 200, score=doubtful(0.4)))
    (vehicle,) = driven(every(0.1, 5), lambda t: car(50 + 100 * t, 200, score=doubtful(0.6)))
    assert (barrier.doubtful, vehicle.doubtful) == (True, False)


def test_what_lasts_a_quarter_of_a_second_was_no_vehicle() -> None:
    """A reflection over a few frames of a fast camera is not recorded."""
    assert driven(every(0.02, 3), lambda t: car(300 + 400 * t, 200) if t < 0.25 else None) == []


def test_double_detection_is_one_vehicle() -> None:
    """Two boxes on one car give one track."""
    tracks = driven(every(0.1, 4), lambda t: car(50 + 100 * t, 200), lambda t: car(55 + 100 * t, 203, 84, 62, 0.6))
    assert len(tracks) == 1


def test_time_that_steps_back_is_survived() -> None:
    """A camera clock set back neither raises nor splits the track."""
    times = [0.0, 0.1, 0.2, 0.05, 0.3, 0.4]
    (track,) = driven(times, lambda t: car(50 + 100 * t, 200))
    assert [p.time_s for p in track.points] == sorted(p.time_s for p in track.points)


def test_open_numbers_leave_when_a_track_ends() -> None:
    """`open` names exactly the tracks that are under way."""
    tracker = Tracker(TrackerSettings(lost_s=0.5))
    for i in range(5):
        tracker.update(i * 0.1, [car(100 + 10 * i, 100)])
    assert tracker.open == {1}
    assert tracker.moving
    ended = tracker.update(3.0, []).ended
    assert [t.number for t in ended] == [1]
    assert tracker.open == frozenset()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.floats(0, 640), st.floats(0, 360), st.floats(4, 300), st.floats(0.16, 1)), max_size=6),
        max_size=25,
    )
)
def test_any_detections_give_sound_tracks(frames: list[list[tuple[float, float, float, float]]]) -> None:
    """Whatever the detector says: times rise, numbers are unique, no track is shorter than promised."""
    tracker, tracks = Tracker(), []
    for i, frame in enumerate(frames):
        tracks += tracker.update(i * 0.1, [car(x, y, size, size, score) for x, y, size, score in frame]).ended
    tracks += list(tracker.finish())
    assert len({t.number for t in tracks}) == len(tracks)
    for track in tracks:
        times = [p.time_s for p in track.points]
        assert times == sorted(set(times))
        assert len(times) >= TrackerSettings().confirm_points


def test_motion_model_learns_a_speed() -> None:
    """After a few sights the filter foresees a steady car to within a few pixels."""
    model = MotionModel(car(100, 100).box)
    for i in range(1, 11):
        model.predict(0.1)
        model.correct(car(100 + 10 * i, 100).box)
    model.predict(0.5)
    assert model.box.centre.x == pytest.approx(250, abs=5)
    assert model.speed == pytest.approx(100 / (80 * 60) ** 0.5, rel=0.1)


def test_pairs_take_the_best_first_and_each_once() -> None:
    """The likelier pair wins a contested detection."""
    a, b = car(100, 100).box, car(130, 100).box
    assert pairs([a, b], [car(128, 100).box], overlap, 0.1) == [(1, 0)]


def test_nearness_falls_with_distance_and_size() -> None:
    """Same place and size is 1; one size away or a quarter of the area is 0."""
    box = car(100, 100, 60, 60).box
    assert nearness(box, box) == pytest.approx(1)
    assert nearness(box, car(161, 100, 60, 60).box) == 0
    assert nearness(box, car(100, 100, 30, 30).box) == 0
    assert nearness(Box(5, 5, 5, 5), box) == 0
