# SPDX-License-Identifier: Apache-2.0
"""Places: which cameras share one, what it is called, and where the middle of its cameras is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.domain import Position
from wayside.record import CameraPlace
from wayside.watch.places import middle, name_of, places_of, position_of

NAMES = st.sampled_from(["a", "b", "c", "d"])
CAMERAS = st.dictionaries(NAMES, st.none() | st.sampled_from(["gate", "bridge"])).map(
    lambda stated: [CameraPlace(name, place) for name, place in stated.items()]
)


def test_cameras_of_one_place_stand_together() -> None:
    """And the places come by name, the cameras as they were given."""
    found = places_of([CameraPlace("out", "gate"), CameraPlace("x", "bridge"), CameraPlace("in", "gate")])
    assert list(found) == ["bridge", "gate"]
    assert [one.name for one in found["gate"].cameras] == ["out", "in"]


@pytest.mark.parametrize("place", [None, ""])
def test_a_camera_without_a_place_is_one_by_itself(place: str | None) -> None:
    """By its own name."""
    assert name_of(CameraPlace("north 1", place)) == "north 1"


def test_a_camera_whose_place_is_another_camera_s_name_stands_with_it() -> None:
    """People call both the same."""
    assert [one.name for one in places_of([CameraPlace("gate"), CameraPlace("two", "gate")])["gate"].cameras] == [
        "gate",
        "two",
    ]


@pytest.mark.parametrize(("latitude", "longitude"), [(None, None), (50.0, None), (None, 8.0)])
def test_half_a_position_is_none(latitude: float | None, longitude: float | None) -> None:
    """Nothing is drawn at a meridian of which nobody stated the latitude."""
    assert position_of(CameraPlace("gate", None, latitude, longitude)) is None


def test_the_null_island_is_a_position() -> None:
    """Zero is a number and not the lack of one."""
    assert position_of(CameraPlace("buoy", None, 0.0, 0.0)) == Position(0.0, 0.0)


def test_the_middle_of_nothing_is_nowhere() -> None:
    """Neither of no camera nor of cameras without a position."""
    assert middle([]) is None
    assert middle([None, None]) is None


def test_cameras_without_a_position_do_not_pull_the_middle() -> None:
    """It is that of the others."""
    assert middle([Position(50.0, 8.0), None, Position(52.0, 10.0)]) == Position(51.0, 9.0)


@pytest.mark.parametrize(
    ("longitudes", "expected"),
    [((179.999, -179.999), 180.0), ((-179.999, 179.999), 180.0), ((179.998, -179.999, -179.999), 180.0)],
)
def test_a_place_on_the_date_line_stays_there(longitudes: tuple[float, ...], expected: float) -> None:
    """The mean of 179.999 and -179.999 degrees is not in Greenwich."""
    found = middle([Position(-17.0, longitude) for longitude in longitudes])
    assert found is not None
    assert abs(found.longitude) == pytest.approx(expected, abs=1e-3)
    assert -180 <= found.longitude <= 180


@given(
    st.floats(-180, 180, exclude_min=True),
    st.lists(st.tuples(st.floats(-0.01, 0.01), st.floats(-0.01, 0.01)), min_size=1, max_size=5),
)
def test_the_middle_is_as_near_as_its_cameras_are(meridian: float, offsets: list[tuple[float, float]]) -> None:
    """Whichever meridian they stand on."""
    stood = [Position(40 + north, (meridian + east + 180) % 360 - 180) for north, east in offsets]
    found = middle(stood)
    assert found is not None
    assert abs(found.latitude - 40) <= 0.0101
    apart = abs(found.longitude - meridian)
    assert min(apart, 360 - apart) <= 0.0101
    assert -180 <= found.longitude <= 180


@given(CAMERAS)
def test_every_camera_is_at_exactly_one_place(cameras: list[CameraPlace]) -> None:
    """None is lost and none counts twice."""
    found = places_of(cameras)
    assert sorted(one.name for place in found.values() for one in place.cameras) == sorted(one.name for one in cameras)
    assert list(found) == sorted(found)
    assert all(name_of(one) == name == place.name for name, place in found.items() for one in place.cameras)
