# SPDX-License-Identifier: Apache-2.0
"""Journeys: in order of time, with ways between the passages; what cannot have been driven is told, not hidden."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.watch.roads import CAMERAS, NOON, said, seen

from wayside.domain import Position
from wayside.record import AmendmentKind, CameraPlace
from wayside.record.search import Found
from wayside.watch import FASTEST_KMH, Journey, journeys_of, positions
from wayside.watch.journeys import NEAR_M, is_implausible, speed_kmh


def journey(*found: Found, registration: str | None = "LD52XYZ") -> Journey:
    """The one journey over some passages."""
    (made,) = journeys_of(found, CAMERAS, registration)
    return made


def test_passages_are_put_in_order_of_time() -> None:
    """However they were found: a search answers the newest first."""
    made = journey(seen(2, "bridge", 30), seen(1, "gate in", 0), seen(3, "yard", 45))
    assert [stop.place.name for stop in made.stops] == ["north gate", "bridge", "yard"]
    assert [(leg.start.place.name, leg.end.place.name) for leg in made.legs] == [
        ("north gate", "bridge"),
        ("bridge", "yard"),
    ]


def test_a_leg_is_from_going_out_of_view_to_coming_into_view() -> None:
    """Ten minutes for 5.56 km, which goes north: 33 km/h at least."""
    (leg,) = journey(seen(1, "gate in", 0, lasts_s=60), seen(2, "bridge", 11)).legs
    assert leg.duration == timedelta(minutes=10)
    assert leg.distance_m == pytest.approx(5560, rel=0.005)
    assert leg.bearing_deg_true == pytest.approx(0, abs=0.2) or leg.bearing_deg_true == pytest.approx(360, abs=0.2)
    assert leg.speed_kmh == pytest.approx(33.4, rel=0.01)
    assert not leg.implausible


def test_what_is_too_fast_is_flagged_and_stays() -> None:
    """A minute for 5.56 km is 333 km/h; its line does not count as driven."""
    made = journey(seen(1, "gate in", 0), seen(2, "bridge", 1), seen(3, "bridge", 9), seen(4, "gate out", 30))
    assert [leg.implausible for leg in made.legs] == [True, False, False]
    assert len(made.stops) == 4
    assert made.distance_m == pytest.approx(5560, rel=0.005)


def test_two_places_at_once_are_implausible_unless_they_are_near() -> None:
    """Two cameras of one gate may both see a vehicle."""
    far = journey(seen(1, "gate in", 0, lasts_s=120), seen(2, "bridge", 1)).legs[0]
    near = journey(seen(1, "gate in", 0, lasts_s=120), seen(2, "gate out", 1)).legs[0]
    assert (far.speed_kmh, far.implausible, far.duration < timedelta(0)) == (None, True, True)
    assert not near.implausible


def test_without_a_position_there_is_no_distance() -> None:
    """And no speed to doubt."""
    (leg,) = journey(seen(1, "gate in", 0), seen(2, "yard", 0.1)).legs
    assert (leg.distance_m, leg.bearing_deg_true, leg.speed_kmh, leg.implausible) == (None, None, None, False)
    assert positions([journey(seen(1, "gate in", 0), seen(2, "yard", 1))]) == [Position(50.0, 8.0001)]


def test_a_camera_that_the_record_does_not_know_is_a_place_of_its_name() -> None:
    """A bundle may bring passages of such."""
    assert journey(seen(1, "somewhere", 0)).stops[0].place.name == "somewhere"


def test_no_way_leads_over_a_passage_that_was_rejected() -> None:
    """It stays in the list; a confirmation after it counts more."""
    wrong = said(AmendmentKind.REJECTION)
    made = journey(seen(1, "gate in", 0), seen(2, "bridge", 1, "LD52XYZ", wrong), seen(3, "gate out", 2))
    assert [stop.rejected for stop in made.stops] == [False, True, False]
    assert [(leg.start.place.name, leg.end.place.name) for leg in made.legs] == [("north gate", "north gate")]
    again = seen(2, "bridge", 1, "LD52XYZ", wrong, said(AmendmentKind.CONFIRMATION))
    assert not journey(again).stops[0].rejected


def test_a_passage_that_was_corrected_to_another_plate_is_not_of_this_one() -> None:
    """Though its reading was searched for; and one corrected to this plate is."""
    other = said(AmendmentKind.CORRECTION, "plate", "LD52XVZ")
    this = said(AmendmentKind.CORRECTION, "plate", "LD52XYZ")
    made = journey(seen(1, "gate in", 0, "LD52XYZ", other), seen(2, "bridge", 30, "LD52XVZ", this))
    assert [stop.rejected for stop in made.stops] == [True, False]


def test_each_registration_of_a_fleet_has_a_journey_of_its_own() -> None:
    """The one that was seen last comes first; a corrected plate counts as corrected."""
    corrected = said(AmendmentKind.CORRECTION, "plate", "248D101")
    found = [
        seen(1, "gate in", 0, "248D101"),
        seen(2, "bridge", 20, "248D1O1", corrected),
        seen(3, "bridge", 40, "248D202"),
        seen(4, "yard", 10, None),
    ]
    made = journeys_of(found, CAMERAS)
    assert [(one.text, len(one.stops)) for one in made] == [("248D202", 1), ("248D101", 2), ("", 1)]


def test_nothing_found_is_no_journey() -> None:
    """Neither of a registration nor of a fleet."""
    assert journeys_of([], CAMERAS, "LD52XYZ") == journeys_of([], CAMERAS) == ()


@given(st.lists(st.tuples(st.sampled_from(sorted(CAMERAS)), st.integers(0, 500)), min_size=1, max_size=12))
def test_a_journey_keeps_every_passage_and_joins_each_to_the_next(some: list[tuple[str, int]]) -> None:
    """In the order of time, whatever the order in which they come."""
    made = journey(*(seen(at, camera, minutes) for at, (camera, minutes) in enumerate(some)))
    times = [stop.began_at for stop in made.stops]
    assert times == sorted(times)
    assert len(made.stops) == len(some)
    assert [leg.end for leg in made.legs] == list(made.stops[1:])
    assert [leg.start for leg in made.legs] == list(made.stops[:-1])


@given(st.floats(0, 1e7), st.floats(-1e6, 1e6))
def test_what_is_believed_is_near_or_slow_enough(distance: float, seconds: float) -> None:
    """And nothing else is."""
    speed = speed_kmh(distance, timedelta(seconds=seconds))
    believed = distance <= NEAR_M or (speed is not None and speed <= FASTEST_KMH)
    assert is_implausible(distance, speed) != believed


def test_cameras_without_a_position_do_not_move_their_place() -> None:
    """The middle is of those that have one."""
    cameras = {"a": CameraPlace("a", "gate", 50.0, 8.0), "b": CameraPlace("b", "gate")}
    (made,) = journeys_of([seen(1, "b", 0)], cameras)
    assert made.stops[0].place.position == (50.0, 8.0)
    assert made.stops[0].began_at == NOON
