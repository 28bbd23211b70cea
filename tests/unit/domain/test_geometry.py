# SPDX-License-Identifier: Apache-2.0
"""Boxes, sides and places along a line, by their laws."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wayside.domain import Box, Point
from wayside.domain.geometry import along, side_of

pixels = st.floats(-5000, 5000, allow_nan=False)
points = st.builds(Point, pixels, pixels)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    """A box with some area."""
    left, top = draw(pixels), draw(pixels)
    return Box(left, top, left + draw(st.floats(1, 500)), top + draw(st.floats(1, 500)))


@given(boxes(), boxes())
def test_overlap_is_mutual_and_a_share(one: Box, other: Box) -> None:
    """The same from both sides, and between 0 and 1."""
    assert one.iou(other) == pytest.approx(other.iou(one))
    assert 0 <= one.iou(other) <= 1 + 1e-9
    assert one.intersection(other) <= min(one.area, other.area) * (1 + 1e-9)


@given(boxes())
def test_a_box_overlaps_itself_wholly(box: Box) -> None:
    """And a box far away not at all."""
    far = Box(box.left + 10_000, box.top, box.right + 10_000, box.bottom)
    assert box.iou(box) == pytest.approx(1)
    assert box.iou(far) == 0


def test_overlap_of_two_known_boxes() -> None:
    """A quarter shared: 25 of 175 square pixels."""
    assert Box(0, 0, 10, 10).iou(Box(5, 5, 15, 15)) == pytest.approx(25 / 175)


def test_an_empty_box_overlaps_nothing() -> None:
    """Nor does it have an area below zero."""
    turned = Box(10, 10, 5, 5)
    assert (turned.width, turned.height, turned.area) == (0, 0, 0)
    assert turned.iou(turned) == 0


@given(boxes(), st.floats(0, 1))
def test_growing_keeps_the_centre(box: Box, share: float) -> None:
    """And adds the share at each side."""
    grown = box.grown(share)
    assert grown.width == pytest.approx(box.width * (1 + 2 * share), abs=1e-6)
    assert grown.centre == pytest.approx(box.centre, abs=1e-6)


@given(boxes(), st.integers(1, 4000), st.integers(1, 4000))
def test_clipping_leaves_nothing_outside(box: Box, width: int, height: int) -> None:
    """And changes nothing inside."""
    clipped = box.clipped(width, height)
    assert 0 <= clipped.left <= clipped.right <= width
    assert 0 <= clipped.top <= clipped.bottom <= height
    assert clipped.clipped(width, height) == clipped


def test_a_vehicle_stands_on_the_lower_edge_of_its_box() -> None:
    """In its middle."""
    assert Box(10, 20, 30, 60).ground == Point(20, 60)
    assert Box(10, 20, 30, 60).centre == Point(20, 40)


def test_left_and_right_are_those_of_somebody_who_looks_along_the_line() -> None:
    """In a picture whose y goes down: looking to the right, up is left."""
    start, end = Point(0, 50), Point(100, 50)
    assert side_of(Point(50, 40), start, end) == pytest.approx(-10)
    assert side_of(Point(50, 60), start, end) == pytest.approx(10)


@given(points, points, points)
def test_turning_a_line_round_swaps_its_sides(point: Point, start: Point, end: Point) -> None:
    """Left becomes right, at the same distance."""
    assume(abs(start.x - end.x) + abs(start.y - end.y) > 1)
    assert side_of(point, start, end) == pytest.approx(-side_of(point, end, start), abs=1e-3)


def test_a_line_without_length_has_no_sides() -> None:
    """Zero, and no error."""
    assert side_of(Point(3, 4), Point(1, 1), Point(1, 1)) == 0
    assert along(Point(3, 4), Point(1, 1), Point(1, 1)) == 0


def test_places_along_a_line_count_from_its_start() -> None:
    """0 at the start, 1 at the end, beyond outside."""
    start, end = Point(10, 0), Point(20, 0)
    assert [along(Point(x, 7), start, end) for x in (10, 15, 20, 30)] == pytest.approx([0, 0.5, 1, 2])
