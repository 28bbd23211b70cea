# SPDX-License-Identifier: Apache-2.0
"""Vehicles that the detector does not see, on a made-up road whose plates are seen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.unit.pipeline.scenes import SIZE, STARTED, Car, Road
from wayside.domain import Box, Detection, VehicleKind
from wayside.pipeline import CameraSettings, Finished, watch
from wayside.pipeline.plate_led import WEAK, PlateLed, outline
from wayside.vision import FoundPlate, Models, Picture, Scene, TrackerSettings, blurred
from wayside.vision.pictures import quad_of

PLATE = Box(300, 200, 360, 214)
BLANK = np.zeros((360, 640, 3), np.uint8)


def run(road: Road) -> list[Finished]:
    """All passages of a road."""
    return list(watch(road, CameraSettings("north", STARTED, country="GB"), road.models()))


def down(t: float) -> tuple[float, float]:
    """Down the picture within five seconds."""
    return 300.0, 40 + 60 * t


def test_a_vehicle_that_only_its_plate_gives_away_is_a_passage() -> None:
    """Supposed to be a car, with a score that says that nobody saw it."""
    (finished,) = run(Road([Car("AB12CDE", down, 40)], 5, seen_until_s=0))
    assert finished.passage.plate.text == "AB12CDE"
    assert finished.passage.vehicle.score == 0.0
    assert finished.passage.vehicle.colour is None


def test_a_vehicle_that_comes_so_near_that_it_is_not_seen_any_more_stays_one() -> None:
    """Its plate carries it on."""
    (finished,) = run(Road([Car("AB12CDE", down, 40)], 5, seen_until_s=2))
    assert finished.passage.plate.text == "AB12CDE"
    assert finished.passage.vehicle.score > 0.5
    assert (finished.passage.ended_at - finished.passage.began_at).total_seconds() > 3.0


def stood(t: float) -> tuple[float, float]:
    """In the middle of the picture, never moving."""
    return 300.0, 180.0


@pytest.mark.parametrize(
    ("text", "at", "legible"),
    [("1ST4HIRE24", stood, True), ("BRIXHAM", stood, True), ("BRIXHAM", down, True), ("AB12CDE", down, False)],
    ids=["what is no plate", "a town on a wall", "a town on a bus", "what nobody can read"],
)
def test_lettering_is_no_vehicle(text: str, at: Callable[[float], tuple[float, float]], legible: bool) -> None:
    """Whatever the plate detector takes it for."""
    assert run(Road([Car(text, at, 40)], 5, seen_until_s=0, legible=legible)) == []


def test_a_plate_that_stands_in_a_recording_is_a_passage() -> None:
    """A clip may begin when the vehicle stands before the lens already, and end before it leaves."""
    (finished,) = run(Road([Car("AB12CDE", stood, 40)], 5, seen_until_s=0))
    assert finished.passage.plate.text == "AB12CDE"
    assert finished.track.doubtful


def test_a_plate_that_stood_there_when_a_live_camera_began_is_none() -> None:
    """A poster does; a vehicle that comes later is one, though nobody saw it come."""
    assert run(Road([Car("AB12CDE", stood, 40)], 5, seen_until_s=0, live=True)) == []
    later = Car("AB12CDE", lambda t: None if t < 2.5 else (300.0, 180.0), 40)
    (finished,) = run(Road([later], 6, seen_until_s=0, live=True))
    assert finished.passage.plate.text == "AB12CDE"


class Finder:
    """One plate, and how often it was looked for."""

    asked = 0

    def __init__(self, box: Box = PLATE) -> None:
        self.box = box

    def find(self, frame: Picture, region: Box, longest: int, least: float) -> tuple[FoundPlate, ...]:
        """Always the same."""
        self.asked += 1
        return (FoundPlate(0.8, self.box, quad_of(self.box)),)

    def models(self) -> Models:
        """With nothing else in them."""
        return Models(None, self, None, None)  # type: ignore[arg-type]


def test_a_plate_makes_a_doubtful_vehicle_sure() -> None:
    """Its own box stays; that it is a vehicle only the plate says."""
    doubtful = Detection(VehicleKind.BUS, 0.2, Box(200, 50, 500, 300))
    scene = PlateLed().add(BLANK, 0.0, Scene((doubtful,), ()), {}, Finder().models())
    assert scene.vehicles == (Detection(VehicleKind.BUS, 0.8, doubtful.box, supposed=True),)


def test_a_vehicle_that_is_sure_stays_as_it_was_seen() -> None:
    """Its plate adds nothing."""
    sure = Scene((Detection(VehicleKind.BUS, 0.4, Box(200, 50, 500, 300)),), ())
    assert PlateLed().add(BLANK, 0.0, sure, {}, Finder().models()) == sure


def test_a_plate_on_a_lost_track_carries_it_on_without_making_it_surer() -> None:
    """Where it is expected by now."""
    known = Detection(VehicleKind.TRUCK, 0.9, Box(200, 50, 500, 300))
    scene = PlateLed().add(BLANK, 0.0, Scene((), ()), {7: known}, Finder().models())
    ((carried,),) = (scene.vehicles,)
    assert (carried.kind, carried.box, carried.supposed) == (known.kind, known.box, True)
    assert carried.score == WEAK < TrackerSettings().start_score
    assert TrackerSettings().keep_score <= WEAK


def test_small_plates_are_left_to_vehicles_that_are_seen_whole() -> None:
    """Far away there is lettering of all kinds."""
    finder = Finder(Box(300, 200, 330, 208))
    assert PlateLed().add(BLANK, 0.0, Scene((), ()), {}, finder.models()).vehicles == ()


def test_the_whole_picture_is_searched_five_times_a_second_at_most() -> None:
    """And again at once where time steps back."""
    finder, led = Finder(), PlateLed()
    for time_s in (0.0, 0.1, 0.19, 0.2, 0.3, 0.1):
        if led.due(time_s):
            led.add(BLANK, time_s, Scene((), ()), {}, finder.models())
    assert finder.asked == 3


def test_what_lies_above_a_plate_alone_is_blurred() -> None:
    """Nobody knows where the glass of a supposed vehicle is."""
    picture = np.random.default_rng(3).integers(0, 255, (SIZE[1], SIZE[0], 3), dtype=np.uint8)
    supposed = Detection(VehicleKind.CAR, 0.8, outline(PLATE), supposed=True)
    hidden = blurred(picture, [supposed], (), [PLATE])
    assert np.array_equal(hidden[200:214, 300:360], picture[200:214, 300:360])
    above = slice(0, int(PLATE.top - PLATE.width))
    assert hidden[above, 200:450].std() < 0.4 * picture[above, 200:450].std()
