# SPDX-License-Identifier: Apache-2.0
"""From the network's numbers to vehicles: repeats, phantoms, people; and the shipped detector on a drawn road."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from wayside.domain import Box, VehicleKind
from wayside.vision import Network, VehicleDetector, load_card

FRAME = np.zeros((384, 640, 3), np.uint8)
CAR, PERSON = 0, 5


class Says:
    """A network that answers with given boxes: (class, score, left, top, right, bottom) in pixels."""

    def __init__(self, *found: tuple[int, float, float, float, float, float], width: int = 640) -> None:
        self._found, self._width = found, width

    def run(self, batch: NDArray[np.uint8]) -> Sequence[NDArray[np.float32]]:
        """Heat map and sides at stride 8; other widths than its own show nothing."""
        _, height, width, _ = batch.shape
        scores = np.zeros((1, 6, height // 8, width // 8), np.float32)
        sides = np.ones((1, 4, height // 8, width // 8), np.float32)
        for label, score, left, top, right, bottom in self._found if width == self._width else ():
            column, row = int((left + right) / 16), int((top + bottom) / 16)
            x, y = (column + 0.5) * 8, (row + 0.5) * 8
            scores[0, label, row, column] = score
            sides[0, :, row, column] = x - left, y - top, right - x, bottom - y
        return scores, sides


def detected(*found: tuple[int, float, float, float, float, float]) -> list[tuple[float, Box]]:
    """Scores and boxes of the vehicles."""
    vehicles = VehicleDetector(Says(*found)).detect(FRAME).vehicles  # type: ignore[arg-type]
    return [(round(v.score, 2), v.box) for v in vehicles]


def test_a_box_comes_back_in_pixels_of_the_frame() -> None:
    """A frame of twice the size gives boxes twice as large."""
    found = Says((CAR, 0.8, 100, 100, 200, 180))
    frame = np.zeros((768, 1280, 3), np.uint8)
    (vehicle,) = VehicleDetector(found).detect(frame).vehicles  # type: ignore[arg-type]
    assert vehicle.kind is VehicleKind.CAR
    assert vehicle.box == Box(200, 200, 400, 360)


def test_a_near_vehicle_may_be_seen_in_the_smaller_look_alone() -> None:
    """What is small there is left to the larger look, which sees it better."""
    near, small = (CAR, 0.8, 20, 10, 300, 180), (CAR, 0.8, 100, 100, 140, 130)
    for seen, boxes in ((near, [Box(40, 20, 600, 360)]), (small, [])):
        vehicles = VehicleDetector(Says(seen, width=320)).detect(FRAME).vehicles  # type: ignore[arg-type]
        assert [v.box for v in vehicles] == boxes


def test_one_vehicle_found_twice_is_one() -> None:
    """The surer box stays."""
    assert [s for s, _ in detected((CAR, 0.8, 100, 100, 200, 180), (CAR, 0.6, 108, 108, 208, 190))] == [0.8]


def test_two_vehicles_seen_as_one_are_two() -> None:
    """A wide box that holds a vehicle about as clear as itself is dropped, the vehicles stay."""
    wide, left, right = (CAR, 0.5, 60, 40, 560, 350), (CAR, 0.45, 80, 60, 260, 340), (CAR, 0.6, 380, 60, 540, 200)
    assert [s for s, _ in detected(wide, left, right)] == [0.6, 0.45]


def test_a_weak_box_over_most_of_the_frame_is_no_vehicle() -> None:
    """Alone and doubtful, it is the road itself; alone and clear, it is a near lorry."""
    assert detected((CAR, 0.3, 20, 20, 600, 360)) == []
    assert len(detected((2, 0.8, 20, 20, 600, 360))) == 1


def test_a_car_before_a_bus_stays() -> None:
    """A doubtful small box inside a clear wide one does not make the bus a phantom."""
    bus, car = (1, 0.9, 60, 20, 560, 350), (CAR, 0.4, 100, 220, 220, 330)
    assert [s for s, _ in detected(bus, car)] == [0.9, 0.4]


def test_people_are_kept_apart_from_vehicles() -> None:
    """They are found to be blurred and are never a vehicle."""
    scene = VehicleDetector(Says((PERSON, 0.7, 300, 100, 330, 200))).detect(FRAME)  # type: ignore[arg-type]
    assert scene.vehicles == ()
    assert scene.persons == (Box(300, 100, 330, 200),)


@pytest.mark.parametrize("shape", [(384, 640), (1080, 1920), (352, 640), (50, 3000), (3000, 40), (1, 1)])
def test_the_shipped_detector_takes_any_picture(shape: tuple[int, int]) -> None:
    """Whatever the size: no exception, and nothing found on plain grey."""
    detector = VehicleDetector(Network(load_card("vehicle_detector"), 1))
    assert detector.detect(np.full((*shape, 3), 110, np.uint8), least=0.4).vehicles == ()
