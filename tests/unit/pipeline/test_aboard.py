# SPDX-License-Identifier: Apache-2.0
"""When a vehicle is looked into."""

from __future__ import annotations

from dataclasses import replace

import pytest

from wayside.domain import Box, Detection, OccupantStatus, VehicleKind
from wayside.pipeline.aboard import (
    LOOK_AGAIN_S,
    LOOK_RARELY_S,
    LOOKS_AT_MOST,
    LOOKS_PER_FRAME,
    UNSHOWN,
    Aboard,
    choose_cabins,
)
from wayside.vision import LOOKS_COUNTED, CabinLook, Seats

CAR = Detection(VehicleKind.CAR, 0.9, Box(100, 100, 300, 250))
TWO = CabinLook(Box(120, 110, 280, 160), 1.0, Seats(6.0, 6.0, 5.0))
REAR = CabinLook(Box(120, 110, 280, 160), 0.1, None)


def test_a_second_look_waits_for_time_or_nearness() -> None:
    """The next frame tells nothing new; a little later, or from nearer, it may."""
    aboard = Aboard()
    aboard.looked(0.0, CAR, TWO)
    assert not aboard.wants(0.1, CAR)
    assert not aboard.wants(0.15, CAR)
    assert aboard.wants(0.15, replace(CAR, box=CAR.box.grown(0.1)))
    assert aboard.wants(0.3, CAR)


def looks_within(seconds: float, shown: CabinLook) -> Aboard:
    """A car that stands, looked into at 25 frames a second as often as it wants."""
    aboard = Aboard()
    for frame in range(round(seconds * 25)):
        if aboard.wants(frame / 25, CAR):
            aboard.looked(frame / 25, CAR, shown)
    return aboard


@pytest.mark.parametrize(("shown", "within_2_s"), [(REAR, UNSHOWN + 1), (TWO, LOOKS_COUNTED)])
def test_what_shows_no_seats_or_has_shown_enough_is_looked_into_more_rarely(shown: CabinLook, within_2_s: int) -> None:
    """It costs time and tells little that is new; but it is not given up."""
    assert len(looks_within(2.0, shown).looks) == within_2_s
    for_long = looks_within(10.0, shown)
    assert within_2_s + 7 <= len(for_long.looks) <= within_2_s + 9
    assert for_long.wants(for_long.last_s + LOOK_RARELY_S, CAR)


def test_a_car_that_turns_is_counted() -> None:
    """Seen from behind for long, then from in front: the first look with seats is followed by others at once."""
    aboard = looks_within(10.0, REAR)
    assert aboard.wants(aboard.last_s + 0.2, replace(CAR, box=CAR.box.grown(0.1)))
    aboard.looked(11.0, CAR, TWO)
    assert aboard.wants(11.0 + LOOK_AGAIN_S, CAR)
    assert aboard.occupants(VehicleKind.CAR).best == 2


@pytest.mark.parametrize("kind", [VehicleKind.BUS, VehicleKind.MOTORCYCLE, VehicleKind.BICYCLE])
def test_what_has_no_two_front_seats_is_not_attempted(kind: VehicleKind) -> None:
    """Neither looked into nor counted."""
    assert not Aboard().wants(0.0, replace(CAR, kind=kind))
    assert Aboard(looks=[TWO]).occupants(kind).status is OccupantStatus.NOT_ATTEMPTED


def test_a_car_never_looked_into_is_not_visible() -> None:
    """It was too small all along."""
    small = replace(CAR, box=Box(0, 0, 40, 30))
    assert not Aboard().wants(0.0, small)
    assert Aboard().occupants(VehicleKind.CAR).status is OccupantStatus.NOT_VISIBLE


@pytest.mark.parametrize(
    ("widths", "seen"),
    [((80, 120, 180, 260), True), ((260, 180, 120, 80), False), ((200, 190, 205, 195), True), ((150,), True)],
    ids=["comes", "drives away", "stands", "one look"],
)
def test_the_rear_window_of_what_drives_away_is_not_counted(widths: tuple[float, ...], seen: bool) -> None:
    """It shows heads as well, but not the front seats."""
    aboard = Aboard()
    for number, wide in enumerate(widths):
        aboard.looked(float(number), replace(CAR, box=Box(0, 0, wide, wide)), TWO)
    assert (aboard.occupants(VehicleKind.CAR).status is OccupantStatus.COUNTED) is seen


def test_looks_are_bounded_for_each_vehicle_and_each_frame() -> None:
    """A queue of cars does not stop the camera, and those unseen for longest come first."""
    aboard = {number: Aboard(last_s=-float(number)) for number in range(1, 6)}
    assert choose_cabins(dict.fromkeys(aboard, CAR), aboard, 10.0) == [5, 4][:LOOKS_PER_FRAME]
    full = Aboard(looks=[TWO] * LOOKS_AT_MOST)
    assert not full.wants(99.0, CAR)
    assert full.occupants(VehicleKind.CAR).best == 2
