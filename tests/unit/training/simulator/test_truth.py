# SPDX-License-Identifier: Apache-2.0
"""Truth: boxes of visible pixels, plates that show, and crossings with the sign that the project's gates have."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.simulator.camera import Camera
from training.simulator.compose import Actor, Seen
from training.simulator.truth import GateLine, PlateView, VehicleTruth, crossings_of, is_readable, plate_views, seen_box
from training.simulator.vehicles import Pose, Vehicle
from wayside.domain.geometry import Point, side_of

GATE = GateLine("gate", (10.0, 100.0), (210.0, 100.0), "in", "out")


def falling(tops: list[float]) -> list[tuple[int, tuple[float, float, float, float]]]:
    """Boxes of 40 x 20 pixels in the middle of the gate, one a frame."""
    return [(number, (90.0, top, 130.0, top + 20.0)) for number, top in enumerate(tops)]


def whole(camera: Camera) -> Seen:
    """A vehicle that fills the picture."""
    return Seen(0, 0, np.ones((camera.height, camera.width), bool), 1.0)


def test_box_is_round_the_visible_pixels() -> None:
    """The right and lower edges are exclusive, and the cut-out's place counts."""
    mask = np.zeros((10, 12), bool)
    mask[2:5, 3:9] = True
    assert seen_box(Seen(100, 50, mask, 1.0)) == (103, 52, 109, 55)


def test_crossing_is_interpolated() -> None:
    """The middle goes over between frames 1 and 2, the foot a frame earlier."""
    (crossing,) = crossings_of(GATE, falling([70.0, 85.0, 95.0, 120.0]), fps=10.0)
    assert crossing == {"gate": "gate", "way": "in", "time_s": 0.15, "frame": 2, "ground_time_s": 0.067}


def test_the_other_way_and_back() -> None:
    """Up the picture is "out"; there and back are two crossings."""
    assert [each["way"] for each in crossings_of(GATE, falling([120.0, 60.0]), 10.0)] == ["out"]
    assert [each["way"] for each in crossings_of(GATE, falling([60.0, 120.0, 60.0]), 10.0)] == ["in", "out"]


def test_beside_the_gate_is_no_crossing() -> None:
    """A vehicle that passes the line's end does not cross it."""
    boxes = [(number, (300.0, top, 340.0, top + 20.0)) for number, top in enumerate((60.0, 120.0))]
    assert crossings_of(GATE, boxes, 10.0) == []


@given(x=st.floats(20, 200), y=st.floats(20, 180))
def test_sign_is_that_of_the_projects_gates(x: float, y: float) -> None:
    """A step from a place to its mirror image goes forward exactly when `side_of` turns from left to right."""
    start, end = Point(*GATE.start), Point(*GATE.end)
    before, after = Point(x, y), Point(x, 200 - y)
    if abs(y - 100) < 0.01:
        return
    boxes = [(n, (p.x - 5, p.y - 5, p.x + 5, p.y + 5)) for n, p in enumerate((before, after))]
    (crossing,) = crossings_of(GATE, boxes, 10.0)
    assert (crossing["way"] == "in") == (side_of(before, start, end) < 0 < side_of(after, start, end))


def test_only_the_near_plate_shows(car: Vehicle, camera: Camera) -> None:
    """Coming towards the camera a car shows its front plate, going away its rear plate."""
    for heading, ahead in ((-np.pi / 2, True), (np.pi / 2, False)):
        (view,) = plate_views(Actor(car, Pose(0.0, 14.0, heading)), whole(camera), camera)
        assert view.ahead is ahead
        assert view.visible_share == pytest.approx(1.0)
        assert view.corners[0, 0] < view.corners[1, 0]
        assert view.corners[0, 1] < view.corners[3, 1]
        assert view.width_px == pytest.approx(0.52 * 300 / 12.5, rel=0.1)


def test_side_view_shows_no_plate(car: Vehicle, camera: Camera) -> None:
    """Across the view both plates are too slanted."""
    assert plate_views(Actor(car, Pose(0.0, 14.0, 0.0)), whole(camera), camera) == []


def test_hidden_plate_shows_less(car: Vehicle, camera: Camera) -> None:
    """Where only the left half of the vehicle is visible, about half of the plate is."""
    seen = whole(camera)
    seen.mask[:, camera.width // 2 :] = False
    (view,) = plate_views(Actor(car, Pose(0.0, 14.0, -np.pi / 2)), seen, camera)
    assert view.visible_share == pytest.approx(0.5, abs=0.12)


def test_readable_needs_size_sight_and_calm() -> None:
    """A plate is readable when it is wide, whole and not blurred."""
    corners = np.zeros((4, 2), np.float32)
    assert is_readable(PlateView(True, corners, 80.0, 1.0, 0.9), 1.0)
    assert not is_readable(PlateView(True, corners, 40.0, 1.0, 0.9), 1.0)
    assert not is_readable(PlateView(True, corners, 80.0, 0.8, 0.9), 1.0)
    assert not is_readable(PlateView(True, corners, 80.0, 1.0, 0.9), 6.0)


def test_vehicle_truth_names_the_plate(car: Vehicle) -> None:
    """The document says what the vehicle was built as."""
    document = VehicleTruth.of(car, 4).document()
    assert document == {
        "id": 4,
        "kind": "car",
        "design": "hatchback",
        "colour": "red",
        "plate": "LK19VBT",
        "plate_class": "civil",
        "country": "GB",
        "occupants": 2,
    }
