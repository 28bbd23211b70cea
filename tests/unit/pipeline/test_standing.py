# SPDX-License-Identifier: Apache-2.0
"""What stands is one passage, however often it is lost from sight; what passes is one each time."""

from __future__ import annotations

import pytest

from wayside.domain import Box, Detection, PlateReading, Track, TrackPoint, Unread, VehicleKind
from wayside.pipeline.standing import REMEMBERED_S, SCENERY_S, Standing

AB = PlateReading("AB12CDE", 0.95, (), 4, None)
CD = PlateReading("CD34EFG", 0.95, (), 4, None)
NOBODY = PlateReading(None, None, (), 0, Unread.TOO_SMALL)


def seen(since_s: float, until_s: float, *, moved: bool = False, doubtful: bool = False) -> Track:
    """A car between two times."""
    car = Detection(VehicleKind.CAR, 0.8, Box(100, 100, 200, 200))
    return Track(1, (TrackPoint(since_s, car), TrackPoint(until_s, car)), doubtful, moved)


def test_what_is_found_again_where_it_stood_is_no_new_passage() -> None:
    """Also the third time, each counted from when it was seen last."""
    standing = Standing(live=True)
    assert not standing.known(seen(0, 100), AB)
    assert standing.known(seen(120, 500), AB)
    assert standing.known(seen(500 + REMEMBERED_S - 1, 1200), AB)


@pytest.mark.parametrize(
    ("track", "reading"),
    [
        (seen(120, 130, moved=True), AB),
        (seen(120, 130), CD),
        (seen(120, 130), NOBODY),
        (seen(100 + REMEMBERED_S, 800), AB),
    ],
    ids=["moves", "another plate", "unread", "after long"],
)
def test_what_may_be_another_visit_is_a_passage(track: Track, reading: PlateReading) -> None:
    """Rather one too many than one lost."""
    standing = Standing(live=True)
    assert not standing.known(seen(0, 100), AB)
    assert not standing.known(track, reading)


def test_what_moved_is_not_remembered() -> None:
    """It may come back and stand."""
    standing = Standing(live=True)
    assert not standing.known(seen(0, 10, moved=True), AB)
    assert not standing.known(seen(20, 30), AB)


@pytest.mark.parametrize(
    ("live", "since_s", "doubtful", "scenery"),
    [
        (True, 1.0, True, True),
        (True, SCENERY_S, True, False),
        (False, 1.0, True, False),
        (True, 1.0, False, False),
    ],
    ids=["a sign", "came later", "a recording", "a parked car that is seen"],
)
def test_hardly_more_than_a_plate_when_a_live_camera_begins_is_scenery(
    live: bool, since_s: float, doubtful: bool, scenery: bool
) -> None:
    """It was there before anybody looked."""
    assert Standing(live).known(seen(since_s, 60, doubtful=doubtful), AB) == scenery
