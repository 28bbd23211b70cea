# SPDX-License-Identifier: Apache-2.0
"""What a camera's process says is understood as it was meant, and nonsense ends nothing."""

from __future__ import annotations

from io import BytesIO

import pytest

from wayside.domain import Box, Detection, Point, Track, TrackPoint, VehicleKind
from wayside.setup import Beat, Ended, Failed, Opened, Scenery, Word, said, trail_of
from wayside.setup.words import LONGEST_LINE, POINTS_MOST, listen, seen_of

BEAT = Beat(12, 11.5, 1, 0.1, 0.2, None, 3, 2, {"too_small": 1})
WORDS: list[Word] = [BEAT, Opened(640, 480, True), Scenery(b"\xff\xd8"), Failed("no route"), Ended()]


def track(count: int) -> Track:
    """A track of so many points."""
    boxes = (Box(x, 2 * x, x + 30.04, 2 * x + 20) for x in range(count))
    return Track(7, tuple(TrackPoint(at / 10, Detection(VehicleKind.BUS, 0.5, box)) for at, box in enumerate(boxes)))


def test_every_word_comes_over_whole() -> None:
    """In order, one a line."""
    assert list(listen(BytesIO(b"".join(map(said, WORDS))))) == WORDS


def test_what_is_no_word_is_passed_over() -> None:
    """A decoder's chatter, half a line at the end, bytes that are no text; but a line without end is the end."""
    noise = b"Invalid NAL unit\n\xff\xfe\n{}\n[]\n" + said(BEAT) + b'{"type": "beat"'
    assert list(listen(BytesIO(noise))) == [BEAT]
    assert list(listen(BytesIO(b"x" * (LONGEST_LINE + 1) + b"\n" + said(BEAT)))) == []


@pytest.mark.parametrize("count", [1, 2, POINTS_MOST, POINTS_MOST + 1, 500])
def test_a_trail_keeps_the_course_of_a_track(count: int) -> None:
    """Its first and its last point, and no more than are needed; its plates, but not its kind."""
    trail = trail_of(track(count), [Box(10, 10, 20, 14)])
    seen = seen_of(trail, 3)
    assert len(seen.track.points) <= POINTS_MOST + 1
    assert (seen.path[0].x, seen.path[-1].x) == pytest.approx((15.02, count - 1 + 15.02), abs=0.1)
    assert seen.plates == (Point(15, 12),)
    assert seen.track.number == 3
