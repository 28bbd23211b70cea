# SPDX-License-Identifier: Apache-2.0
"""Where reading effort goes."""

from __future__ import annotations

import numpy as np
import pytest

from wayside.domain import Box, Characters, Detection, PlateRead, Unread, VehicleKind
from wayside.pipeline.attention import LOOKS_AT_MOST, LOOKS_PER_FRAME, Attention, View, choose, own_plate, view_worth
from wayside.vision import FoundPlate, Look, Scene
from wayside.vision.pictures import quad_of

CAR = Box(100, 100, 300, 250)


def look(text: str, width: float = 80, sharpness: float = 0.6, sure: float = 0.97) -> Look:
    """A look at a plate that says `text`."""
    box = Box(150, 200, 150 + width, 200 + width / 4)
    characters: Characters = tuple(((char, sure),) for char in text)
    return Look(
        FoundPlate(0.9, box, quad_of(box)), np.zeros((20, 80, 3), np.uint8), PlateRead(characters, box, sharpness)
    )


def test_a_second_look_waits_for_a_change() -> None:
    """The next frame tells nothing new; later, or nearer, the vehicle is worth another look."""
    attention = Attention()
    assert attention.wants(0.0, CAR)
    attention.looked_at(0.0, CAR, None)
    assert not attention.wants(0.05, CAR)
    assert not attention.wants(0.2, CAR)
    assert attention.wants(0.2, CAR.grown(0.1))
    assert attention.wants(0.4, CAR)


def test_small_vehicles_are_not_looked_at() -> None:
    """No plate can be read on a car of thirty pixels."""
    assert not Attention().wants(0.0, Box(0, 0, 30, 25))
    assert Attention().reading().reason_unread is Unread.TOO_SMALL


def test_agreeing_looks_settle_the_reading() -> None:
    """After enough agreement nothing more is read."""
    attention = Attention(country="GB")
    for i in range(6):
        attention.looked_at(float(i), CAR, look("LD15KXM"))
    assert attention.settled
    assert not attention.wants(99.0, CAR)
    assert attention.reading().text == "LD15KXM"


def test_disagreeing_looks_do_not_settle() -> None:
    """Looks that contradict each other ask for more, up to a bound."""
    attention = Attention()
    for i in range(LOOKS_AT_MOST):
        assert attention.wants(float(i), CAR)
        attention.looked_at(float(i), CAR, look("LD15KXM" if i % 2 else "AB62CDE", sure=0.6))
    assert not attention.settled
    assert not attention.wants(99.0, CAR)


def test_reasons_for_no_text() -> None:
    """Each way of failing has its own name."""

    def reason(*looks: Look | None) -> Unread | None:
        attention = Attention()
        for i, each in enumerate(looks):
            attention.looked_at(float(i), CAR, each)
        return attention.reading().reason_unread

    assert reason(None, None) is Unread.NO_PLATE_FOUND
    assert reason(look("LD15KXM", width=20)) is Unread.TOO_SMALL
    assert reason(look("", sharpness=0.01)) is Unread.TOO_BLURRED
    assert reason(look("", sharpness=0.9)) is Unread.NOT_A_PLATE
    assert reason(look("7", sharpness=0.9)) is Unread.NOT_A_PLATE
    assert reason(look("LD15KXM")) is None


def test_the_longest_unseen_goes_first() -> None:
    """When more vehicles want a look than a frame allows, none is forgotten."""
    seen = {n: Detection(VehicleKind.CAR, 0.9, CAR) for n in range(6)}
    attention = {n: Attention() for n in seen}
    first = choose(seen, attention, 10.0)
    assert len(first) == LOOKS_PER_FRAME
    for n in first:
        attention[n].looked_at(10.0, CAR, None)
    assert set(choose(seen, attention, 10.1)) == set(seen) - set(first)


def test_a_plate_on_a_nearer_vehicle_is_not_mine() -> None:
    """The plate of the car in front, seen within the box of the van behind, is not the van's."""
    van = Detection(VehicleKind.CAR, 0.9, Box(100, 0, 400, 300))
    car = Detection(VehicleKind.CAR, 0.9, Box(150, 150, 350, 350))
    mine, other = (FoundPlate(0.8, box, quad_of(box)) for box in (Box(120, 100, 180, 115), Box(220, 280, 280, 295)))
    assert own_plate(1, {1: van, 2: car}, (other, mine)) is mine
    assert own_plate(2, {1: van, 2: car}, (other, mine)) is other
    assert own_plate(1, {1: van, 2: car}, (other,)) is None


@pytest.mark.parametrize(("own_score", "read"), [(0.85, "own"), (0.6, "own"), (0.4, "behind")])
def test_a_plate_that_is_seen_past_a_vehicle_is_not_its_own(own_score: float, read: str) -> None:
    """Unless what else there is on it is hardly a plate."""
    near = Detection(VehicleKind.CAR, 0.9, Box(100, 100, 500, 400))
    parked = Detection(VehicleKind.CAR, 0.8, Box(0, 100, 140, 250))
    behind = FoundPlate(0.8, Box(105, 210, 135, 220), quad_of(Box(105, 210, 135, 220)))
    own = FoundPlate(own_score, Box(300, 330, 380, 350), quad_of(Box(300, 330, 380, 350)))
    plates = tuple(sorted((behind, own), key=lambda plate: -plate.score))
    assert own_plate(1, {1: near, 2: parked}, plates) is (own if read == "own" else behind)


def test_the_first_looks_at_what_can_be_read_come_close_upon_each_other() -> None:
    """It may be gone soon; where nothing is read, or enough, they do not."""
    attention = Attention()
    attention.looked_at(0.0, CAR, None)
    assert not attention.wants(0.15, CAR)
    for number in range(4):
        attention.looked_at(float(number), CAR, look("LD15KXM" if number % 2 else "AB62CDE", sure=0.6))
        assert attention.wants(number + 0.15, CAR) == (number < 3)


def test_the_best_view_is_kept() -> None:
    """A sharp read plate beats a blurred one, any plate beats none, a whole vehicle beats a cut one."""
    frame = np.zeros((400, 640, 3), np.uint8)
    sharp, blurred = look("LD15KXM"), look("LD15KXM", sharpness=0.1)
    assert view_worth(CAR, frame, sharp) > view_worth(CAR, frame, blurred) > view_worth(CAR, frame, None)
    assert view_worth(CAR, frame, None) > view_worth(Box(0, 100, 200, 250), frame, None)
    attention = Attention()
    for each in (blurred, sharp, None):
        attention.keep(View(frame, Scene((), ()), CAR, each, view_worth(CAR, frame, each)))
    assert attention.best is not None
    assert attention.best.look is sharp
