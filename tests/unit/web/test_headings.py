# SPDX-License-Identifier: Apache-2.0
"""Where the ways across gates lead on the Earth: as somebody stated it, else by the line and the camera's bearing."""

from __future__ import annotations

import pytest

from wayside.config import CameraPlan
from wayside.domain import Gate, Point
from wayside.record import CameraPlace
from wayside.watch import places_of
from wayside.web.headings import Heading, forward_deg_true, headings_of


def line(x: float, y: float, stated: float | None = None, name: str = "main") -> Gate:
    """A gate from the middle of the picture towards a point beside it."""
    return Gate(name, Point(100, 100), Point(100 + x, 100 + y), "in", "out", stated)


@pytest.mark.parametrize(
    ("x", "y", "bearing", "expected"),
    [
        (50, 0, 0.0, 180.0),  # from left to right: its right-hand side is below, so towards the camera
        (-50, 0, 0.0, 0.0),
        (0, -50, 0.0, 90.0),  # upwards: to the right in the picture
        (0, 50, 350.0, 260.0),
        (50, -50, 90.0, 225.0),
    ],
)
def test_a_way_leads_where_the_line_lies_in_the_picture(x: float, y: float, bearing: float, expected: float) -> None:
    """Upwards in the picture is where the camera looks."""
    assert forward_deg_true(line(x, y), bearing) == pytest.approx(expected)


def test_what_somebody_measured_goes_first_and_nothing_is_guessed() -> None:
    """Without a bearing nobody knows."""
    assert forward_deg_true(line(50, 0, 77.0), 0.0) == 77.0
    assert forward_deg_true(line(50, 0), None) is None


def test_the_ways_of_a_place_are_those_of_its_cameras() -> None:
    """Both ways of each gate; two arrows of one name that lie upon each other are one, and who is set up nowhere
    has none."""
    plans = [
        CameraPlan("a", "a", gates=(line(50, 0, 90.0),), bearing_deg_true=10.0),
        CameraPlan("b", "b", gates=(line(50, 0, 92.0), line(0, -50, None, "side")), bearing_deg_true=0.0),
    ]
    places = places_of([CameraPlace("a", "Gate"), CameraPlace("b", "Gate"), CameraPlace("c")])
    found = headings_of(places.values(), plans)
    assert found["c"] == ()
    assert [(one.gate, one.way, one.deg_true, one.measured) for one in found["Gate"]] == [
        ("main", "in", 90.0, True), ("main", "out", 270.0, True),
    ]  # fmt: skip
    plans[1] = CameraPlan("b", "b", gates=(line(0, -50, None, "side"),), bearing_deg_true=100.0)
    found = headings_of(places.values(), plans)
    assert found["Gate"][2:] == (Heading("side", "in", 190.0, False), Heading("side", "out", 10.0, False))


def test_a_name_stands_beyond_the_tip() -> None:
    """North is upwards."""
    assert Heading("g", "in", 0.0, True).spot == (0.0, -42.0)
    assert Heading("g", "in", 90.0, True).spot == (42.0, 0.0)
