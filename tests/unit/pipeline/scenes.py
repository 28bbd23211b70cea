# SPDX-License-Identifier: Apache-2.0
"""A made-up road: a source of drawn frames and eyes that know what was drawn, so that only the pipeline is tested."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from wayside.domain import Box, Characters, Detection, VehicleKind
from wayside.pipeline.sources import Frame, SourceError
from wayside.vision import CabinLook, FoundPlate, Models, Scene, Seats
from wayside.vision.pictures import Picture, quad_of

SIZE = (640, 360)
STARTED = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Car:
    """A car as a bright box; `at` gives its centre at a time, or None while it is not there."""

    text: str
    at: Callable[[float], tuple[float, float] | None]
    colour: int
    width: int = 120
    height: int = 90

    def box(self, time_s: float) -> Box | None:
        """Where it is drawn."""
        place = self.at(time_s)
        if place is None:
            return None
        x, y = place
        return Box(x - self.width / 2, y - self.height / 2, x + self.width / 2, y + self.height / 2).clipped(*SIZE)


@dataclass
class Road:
    """A source and the three models in one: the time of a frame is written into its first pixels."""

    cars: Sequence[Car]
    seconds: float
    fps: float = 10.0
    fails_at_s: float | None = None
    name: str = "road"
    size: tuple[int, int] = SIZE
    live: bool = False
    fingerprint: str = "f" * 64
    began_at: datetime = STARTED
    dropped: int = 0
    closed: bool = False
    frame_total: int | None = None
    detections: int = 0
    reads: int = 0
    insides: int = 0
    legible: bool = True
    plates: bool = True
    seen_until_s: float = 1e9
    """From then on the vehicle detector sees nothing; plates are found as before."""
    sizes: dict[int, tuple[int, int]] = field(default_factory=dict)

    def frames(self) -> Iterator[Frame]:
        """Frames with the cars drawn in."""
        for number in range(round(self.seconds * self.fps)):
            time_s = number / self.fps
            if self.fails_at_s is not None and time_s >= self.fails_at_s:
                raise SourceError("road broke off; repair it")
            yield Frame(number, time_s, self._picture(number, time_s))

    def close(self) -> None:
        """As a real source."""
        self.closed = True

    def _picture(self, number: int, time_s: float) -> Picture:
        width, height = self.sizes.get(number, SIZE)
        picture = np.full((height, width, 3), 100, np.uint8)
        for car in self.cars:
            box = car.box(time_s)
            if box is not None:
                picture[int(box.top) : int(box.bottom), int(box.left) : int(box.right)] = car.colour
        picture[0, :4, 0] = list(number.to_bytes(4, "big"))
        return picture

    def time_of(self, picture: Picture) -> float:
        """Which frame this is."""
        return int.from_bytes(bytes(picture[0, :4, 0].tolist()), "big") / self.fps

    def models(self) -> Models:
        """The eyes that know."""
        return Models(_Vehicles(self), _Plates(self), _Reader(self), _Cabins(self))  # type: ignore[arg-type]


@dataclass
class _Cabins:
    road: Road

    def look(self, frame: Picture, vehicle: Box) -> CabinLook:
        """A driver alone, on the picture's right."""
        self.road.insides += 1
        windscreen = Box(vehicle.left, vehicle.top, vehicle.right, vehicle.centre.y)
        return CabinLook(windscreen, 1.0, Seats(-6.0, 6.0, 5.0))


@dataclass
class _Vehicles:
    road: Road

    def detect(self, frame: Picture, least: float = 0.15) -> Scene:
        self.road.detections += 1
        time_s = self.road.time_of(frame)
        if time_s >= self.road.seen_until_s:
            return Scene((), ())
        boxes = [box for car in self.road.cars if (box := car.box(time_s)) is not None and box.area > 400]
        return Scene(tuple(Detection(VehicleKind.CAR, 0.9, box) for box in boxes), ())


@dataclass
class _Plates:
    road: Road

    def find(self, frame: Picture, region: Box, longest: int, least: float) -> tuple[FoundPlate, ...]:
        if not self.road.plates:
            return ()
        found = []
        for car in self.road.cars:
            box = car.box(self.road.time_of(frame))
            if box is not None and region.left <= box.centre.x <= region.right and region.intersection(box) > 0:
                x, y = box.centre
                half = min(25.0, 0.2 * car.width)
                plate = Box(x - half, y + 20, x + half, y + 32)
                found.append(FoundPlate(0.9, plate, quad_of(plate)))
        return tuple(found)


@dataclass
class _Reader:
    """Tells the cars apart by their colour, which a straightened crop shows."""

    road: Road

    def read(self, crops: Sequence[NDArray[np.uint8]]) -> list[Characters]:
        self.road.reads += len(crops)
        return [self._read(crop) for crop in crops]

    def _read(self, crop: NDArray[np.uint8]) -> Characters:
        if not self.road.legible:
            return ()
        colour = int(np.median(crop))
        car = min(self.road.cars, key=lambda c: abs(c.colour - colour))
        return tuple(((char, 0.97),) for char in car.text)
