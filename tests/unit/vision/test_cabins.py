# SPDX-License-Identifier: Apache-2.0
"""Where the cabin reader looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from wayside.domain import Box
from wayside.vision.cabins import FINDER_PX, LEAST_CONTRAST, LEAST_FRONT, LEAST_WIDTH_PX, SHIFTS, CabinReader


@dataclass
class Bright:
    """Stands for the finder: the windscreen is what is white."""

    front: float = 0.9
    seen: list[NDArray[np.uint8]] = field(default_factory=list)

    def run(self, batch: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        """Boxes of the white pixels in shares."""
        self.seen.extend(batch)
        return [
            np.array([self._shares(view) for view in batch], np.float32),
            np.full(len(batch), self.front, np.float32),
        ]

    def _shares(self, view: NDArray[np.uint8]) -> list[float]:
        rows, columns = np.nonzero(view[:, :, 0] > 200)
        ends = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        return [float(end / FINDER_PX) for end in ends]


@dataclass
class Seats:
    """Stands for the seat counter."""

    seen: list[NDArray[np.float32]] = field(default_factory=list)

    def run(self, batch: NDArray[Any]) -> list[NDArray[np.float32]]:
        """Somebody on the right, behind clear glass, the surer the later the cut."""
        self.seen.extend(batch)
        return [np.array([[-4.0, 3.0 + n, 3.0] for n in range(len(batch))], np.float32)]


@pytest.mark.parametrize("scale", [1, 4, 12])
def test_the_windscreen_is_found_in_pixels_of_the_frame(scale: int) -> None:
    """Wherever the vehicle stands and however large it is, also half outside."""
    frame = np.zeros((200 * scale, 300 * scale, 3), np.uint8)
    frame[60 * scale : 90 * scale, 120 * scale : 190 * scale] = 255
    reader = CabinReader(Bright(), Seats())  # type: ignore[arg-type]
    look = reader.look(frame, Box(100 * scale, 50 * scale, 210 * scale, 150 * scale))
    assert look.windscreen.iou(Box(120 * scale, 60 * scale, 190 * scale, 90 * scale)) > 0.9
    assert look.front == pytest.approx(0.9)


@dataclass
class Upper:
    """Stands for the finder: the windscreen is always the same share of what it is shown."""

    def run(self, batch: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        """Two boxes of the upper half."""
        return [np.tile(np.float32([0.2, 0.1, 0.8, 0.4]), (len(batch), 1)), np.full(len(batch), 0.9, np.float32)]


@pytest.mark.parametrize(
    "vehicle",
    [Box(590, 300, 1400, 1200), Box(-900, -900, 20, 10), Box(0, -40_000, 640, 10), Box(5000, 5000, 6000, 6000)],
    ids=["below on the right", "above on the left", "far too high", "elsewhere"],
)
def test_a_vehicle_that_is_hardly_in_the_frame_is_looked_at_all_the_same(vehicle: Box) -> None:
    """A supposed outline may lie beyond the frame, and leave a strip of it or nothing."""
    look = CabinReader(Upper(), Seats()).look(np.full((360, 640, 3), 90, np.uint8), vehicle)  # type: ignore[arg-type]
    assert look.front == pytest.approx(0.9)


def test_the_seats_are_judged_on_several_cuts() -> None:
    """A little apart, and what is said is their mean."""
    frame = np.zeros((200, 300, 3), np.uint8)
    frame[60:90, 120:190] = 255
    seats = Seats()
    said = CabinReader(Bright(), seats).seats(frame, Box(120, 60, 190, 90))  # type: ignore[arg-type]
    assert len(seats.seen) == len(SHIFTS)
    assert len({cut.tobytes() for cut in seats.seen}) == len(SHIFTS)
    assert (said.left, said.right, said.sight) == pytest.approx((-4.0, 3 + (len(SHIFTS) - 1) / 2, 3.0))


def test_the_second_and_third_look_are_closer() -> None:
    """The windscreen fills more of them than of the first."""
    frame = np.zeros((200, 300, 3), np.uint8)
    frame[60:80, 120:160] = 255
    finder = Bright()
    CabinReader(finder, Seats()).look(frame, Box(50, 30, 250, 190))  # type: ignore[arg-type]
    first, second, third = ((view[:, :, 0] > 200).mean() for view in finder.seen)
    assert third > second > 2 * first


def test_a_vehicle_at_the_edge_is_padded_with_grey() -> None:
    """What lies outside of the frame is neither dark nor bright."""
    frame = np.zeros((100, 100, 3), np.uint8)
    frame[20:40, 10:60] = 255
    finder = Bright()
    CabinReader(finder, Seats()).look(frame, Box(-60, 0, 70, 100))  # type: ignore[arg-type]
    assert finder.seen[0][50, 5].tolist() == [114, 114, 114]


def striped(width: int, dark: int = 210) -> NDArray[np.uint8]:
    """A frame with a windscreen of this width, behind which stripes so dark show."""
    frame = np.zeros((200, 300, 3), np.uint8)
    frame[60:90, 100 : 100 + width] = np.tile(np.repeat([255, dark], 8), 60)[:width, None]
    return frame


@pytest.mark.parametrize(
    ("front", "frame", "asked"),
    [
        (LEAST_FRONT, striped(90), True),
        (LEAST_FRONT - 0.01, striped(90), False),
        (0.9, striped(round(LEAST_WIDTH_PX) + 2), True),
        (0.9, striped(round(LEAST_WIDTH_PX) - 4), False),
        (0.9, striped(90, 253 - round(LEAST_CONTRAST)), True),
        (0.9, striped(90, 257 - round(LEAST_CONTRAST)), False),
    ],
    ids=["front", "no front", "large enough", "too small", "contrast", "too little contrast"],
)
def test_the_seat_counter_is_asked_where_a_cabin_shows(front: float, frame: NDArray[np.uint8], asked: bool) -> None:
    """Each bound by itself; elsewhere the look says that no seats were seen, and costs less."""
    seats = Seats()
    look = CabinReader(Bright(front), seats).look(frame, Box(80, 50, 220, 150))  # type: ignore[arg-type]
    assert look.front == pytest.approx(front)
    assert (look.seats is not None) is asked is bool(seats.seen)
