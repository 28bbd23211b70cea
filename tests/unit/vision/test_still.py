# SPDX-License-Identifier: Apache-2.0
"""Stills through made-up eyes: what is put together from several looks at one picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from wayside.domain import Box, Characters, Detection, OccupantStatus, VehicleKind
from wayside.vision import CabinLook, FoundPlate, Models, Scene, Seats, read_crop, read_still
from wayside.vision.pictures import Picture, quad_of

PICTURE = np.random.default_rng(0).integers(0, 255, (360, 640, 3), dtype=np.uint8)
CAR = Detection(VehicleKind.CAR, 0.9, Box(100, 80, 400, 300))
PLATE = Box(220, 240, 300, 260)


@dataclass
class Eyes:
    """A vehicle, the plates found in any region that holds them, and what every crop says in turn."""

    texts: Sequence[str]
    score: float = 0.9
    asked: int = 0
    front: float = 1.0
    cars: tuple[Detection, ...] = (CAR, Detection(VehicleKind.CAR, 0.2, Box(0, 0, 50, 50)))

    def detect(self, frame: Picture) -> Scene:
        """As chosen: one car and one that is too doubtful."""
        return Scene(self.cars, ())

    def find(self, frame: Picture, region: Box, longest: int, least: float) -> tuple[FoundPlate, ...]:
        """The same plate in every region, a pixel off each time."""
        self.asked += 1
        box = Box(PLATE.left + self.asked, PLATE.top, PLATE.right + self.asked, PLATE.bottom)
        return (FoundPlate(self.score, box, quad_of(box)),)

    def read(self, crops: Sequence[NDArray[np.uint8]]) -> list[Characters]:
        """One text a crop, again from the start when there are no more."""
        said = [self.texts[i % len(self.texts)] for i in range(len(crops))]
        return [tuple(((char, 0.98),) for char in text) for text in said]

    def windscreen(self, frame: Picture, vehicle: Box) -> tuple[Box, float]:
        """The whole box."""
        return vehicle, self.front

    def look(self, frame: Picture, vehicle: Box) -> CabinLook:
        """A driver alone behind the whole box."""
        return CabinLook(vehicle, self.front, Seats(-6.0, 6.0, 5.0))

    def models(self) -> Models:
        """As the pipeline takes them."""
        return Models(self, self, self, self)  # type: ignore[arg-type]


def test_a_plate_seen_in_several_regions_is_one_plate() -> None:
    """Vehicle crop and whole picture find it again and again; it is stated once."""
    still = read_still(PICTURE, Eyes(["LD15KXM"]).models())
    assert [p.reading.text for p in still.plates] == ["LD15KXM"]
    assert still.plates[0].registration.country == "GB"
    assert still.plates[0].box.iou(PLATE) > 0.9


def test_doubtful_vehicles_are_not_stated() -> None:
    """Only what the detector is rather sure of is a vehicle of the picture."""
    assert read_still(PICTURE, Eyes(["LD15KXM"]).models()).vehicles == (CAR,)


def test_crops_that_differ_lower_the_probability() -> None:
    """Three of four margins agree: stated, and with doubt."""
    sure = read_still(PICTURE, Eyes(["LD15KXM"]).models()).plates[0].reading
    doubtful = read_still(PICTURE, Eyes(["LD15KXM", "LD15KXM", "LD15KXN", "LD15KXM"]).models()).plates[0].reading
    assert doubtful.text == "LD15KXM"
    assert (doubtful.probability or 0) < (sure.probability or 0)
    assert "LD15KXN" in [a.text for a in doubtful.alternatives]


@pytest.mark.parametrize(("text", "score", "stated"), [("7", 0.4, 0), ("A1", 0.9, 1), ("LD15KXM", 0.4, 1)])
def test_a_stroke_on_a_doubtful_plate_is_no_plate(text: str, score: float, stated: int) -> None:
    """A lamp that looks like a 7 is not invented; a short plate that surely is one is kept."""
    assert len(read_still(PICTURE, Eyes([text], score).models()).plates) == stated


def test_nothing_legible_is_no_plate() -> None:
    """Where no characters come out nothing is stated."""
    assert read_still(PICTURE, Eyes([""]).models()).plates == ()
    assert read_crop(PICTURE, Eyes([""]).models()) is None


def test_a_crop_is_read_as_one_plate() -> None:
    """With `--crops` the picture is the plate: nothing is searched, the box is the whole picture."""
    eyes = Eyes(["248D123"])
    plate = read_crop(PICTURE[200:260, 100:300], eyes.models(), country="GB")
    assert plate is not None
    assert (plate.reading.text, plate.registration.sender_code) == ("248D123", "248")
    assert plate.box == Box(0, 0, 200, 60)
    assert eyes.asked == 0


def test_each_vehicle_of_a_picture_has_its_occupants() -> None:
    """As many counts as vehicles, in their order."""
    still = read_still(PICTURE, Eyes(["LD15KXM"]).models())
    assert [aboard.best for aboard in still.occupants] == [1]
    assert len(still.vehicles) == 1


def test_nobody_is_counted_on_a_bus() -> None:
    """The seat counter knows two front seats, and a bus has others."""
    bus = replace(CAR, kind=VehicleKind.BUS)
    still = read_still(PICTURE, Eyes(["LD15KXM"], cars=(bus,)).models())
    assert [aboard.status for aboard in still.occupants] == [OccupantStatus.NOT_ATTEMPTED]


def test_a_close_up_of_a_windscreen_is_a_car() -> None:
    """Where no vehicle is found but a windscreen fills the picture, the people behind it are counted."""
    still = read_still(PICTURE, Eyes(["LD15KXM"], cars=()).models())
    assert [one.kind for one in still.vehicles] == [VehicleKind.CAR]
    assert still.occupants[0].best == 1


def test_what_fills_a_close_up_stands_before_small_vehicles_behind_it() -> None:
    """A car in the background does not hide the windscreen that fills the picture; a large one is no background."""
    small, large = replace(CAR, box=Box(0, 0, 90, 60)), replace(CAR, box=Box(0, 0, 200, 140))
    behind, beside = (read_still(PICTURE, Eyes(["LD15KXM"], cars=(one,)).models()) for one in (small, large))
    assert [one.box for one in behind.vehicles] == [Box(0, 0, 640, 360), small.box]
    assert beside.vehicles == (large,)


def test_a_picture_without_vehicle_or_windscreen_has_none() -> None:
    """A wall is no close-up."""
    still = read_still(PICTURE, Eyes(["LD15KXM"], cars=(), front=0.4).models())
    assert not still.vehicles
    assert not still.occupants
