# SPDX-License-Identifier: Apache-2.0
"""Where reading effort goes: which vehicles of a frame are worth a look at their plate, and when one is settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from wayside.domain import Box, Detection, PlateRead, PlateReading, Unread
from wayside.plates import vote
from wayside.vision import FoundPlate, Look, Paint, Picture, Scene

# A plate is about a quarter of a car's width; under 40 pixels of car not even the plate detector sees one.
LEAST_VEHICLE_PX = 40.0
# A plate narrower than this has characters of some 5 pixels: no reader tells them.
LEAST_PLATE_PX = 32.0
LEAST_SHARPNESS = 0.08
# One stroke is a lamp or a door edge; the shortest plates (A 1) have two characters.
LEAST_CHARACTERS = 2
# Between two looks at one vehicle something must have changed: time, or its size in the picture.
LOOK_AGAIN_S = 0.3
LOOK_GROWN = 1.06
LOOKS_AT_MOST = 30
LOOKS_PER_FRAME = 3
ALIKE = 0.7
"""Of the strongest plate's score: what else in a vehicle's box is as much of a plate."""
# A reading is settled when so many looks agree with so much certainty. Of readings of four looks that were stated with
# 0.96 and more, 99 in a hundred were right.
SETTLED_READS = 4
SETTLED_PROBABILITY = 0.96
# And most of all looks: two vehicles' plates mixed into one track agree among themselves, too.
SETTLED_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class View:
    """A moment of one vehicle kept as evidence."""

    frame: Picture
    scene: Scene
    vehicle: Box
    look: Look | None
    worth: float


@dataclass(slots=True, eq=False)
class Attention:
    """What was seen so far of one vehicle from outside; belongs to the camera that watches it."""

    country: str | None = None
    reads: list[PlateRead] = field(default_factory=list)
    best: View | None = None
    paint: Paint = field(default_factory=Paint)
    looked: int = 0
    found: int = 0
    widest_px: float = 0.0
    sharpest: float = 0.0
    last_s: float = -1e9
    last_width: float = 0.0
    settled: bool = False

    def wants(self, time_s: float, vehicle: Box) -> bool:
        """Whether another look now may tell more."""
        if self.settled or self.looked >= LOOKS_AT_MOST or vehicle.width < LEAST_VEHICLE_PX:
            return False
        # Whoever is read at all may be gone soon: the first looks come close upon each other.
        soon = vehicle.width > self.last_width * LOOK_GROWN or 0 < len(self.reads) < SETTLED_READS
        return time_s - self.last_s >= (LOOK_AGAIN_S / 3 if soon else LOOK_AGAIN_S)

    def looked_at(self, time_s: float, vehicle: Box, look: Look | None) -> None:
        """Take in one look, successful or not."""
        self.looked += 1
        self.last_s, self.last_width = time_s, vehicle.width
        if look is None:
            return
        self.found += 1
        self.widest_px = max(self.widest_px, look.found.box.width)
        self.sharpest = max(self.sharpest, look.read.sharpness)
        if len(look.read.characters) >= LEAST_CHARACTERS and look.found.box.width >= LEAST_PLATE_PX:
            self.reads.append(look.read)
            self.settled = self._is_settled()

    def keep(self, view: View) -> None:
        """Remember the view as evidence if it is the best so far."""
        if self.best is None or view.worth > self.best.worth:
            self.best = view

    def reading(self) -> PlateReading:
        """What all looks say together, or why they say nothing."""
        if self.reads:
            return vote(self.reads, country=self.country)
        return PlateReading(None, None, (), 0, self._reason())

    def _reason(self) -> Unread:
        if self.looked == 0 or (self.found and self.widest_px < LEAST_PLATE_PX):
            return Unread.TOO_SMALL
        if self.found:
            return Unread.TOO_BLURRED if self.sharpest < LEAST_SHARPNESS else Unread.NOT_A_PLATE
        return Unread.NO_PLATE_FOUND

    def _is_settled(self) -> bool:
        if len(self.reads) < SETTLED_READS:
            return False
        reading = vote(self.reads, country=self.country)
        return (
            reading.text is not None
            and reading.reads >= max(SETTLED_READS, SETTLED_SHARE * len(self.reads))
            and (reading.probability or 0.0) >= SETTLED_PROBABILITY
        )


def choose(seen: Mapping[int, Detection], attention: Mapping[int, Attention], time_s: float) -> list[int]:
    """Numbers of the tracks to look at in this frame, those unseen for longest first."""
    wanting = [n for n, detection in seen.items() if attention[n].wants(time_s, detection.box)]
    wanting.sort(key=lambda n: (attention[n].last_s, -seen[n].box.width))
    return wanting[:LOOKS_PER_FRAME]


def own_plate(number: int, seen: Mapping[int, Detection], plates: tuple[FoundPlate, ...]) -> FoundPlate | None:
    """The plate that belongs to this vehicle: inside its box, and not on a nearer one that hides part of it.

    Of several rather one that is in no other vehicle's box, if it is as much of a plate: others are seen past this.
    """
    mine = seen[number].box
    others = [d.box for n, d in seen.items() if n != number]
    nearer = [other for other in others if other.bottom > mine.bottom]
    inside = [plate for plate in plates if mine.grown(0.04).holds(plate.box.centre)]
    possible = [plate for plate in inside if not _held(plate, nearer)]
    alone = (plate for plate in possible if not _held(plate, others) and plate.score >= ALIKE * possible[0].score)
    return next(alone, possible[0]) if possible else None


def _held(plate: FoundPlate, boxes: Sequence[Box]) -> bool:
    return any(box.holds(plate.box.centre) for box in boxes)


def view_worth(vehicle: Box, frame: Picture, look: Look | None) -> float:
    """Orders the views of one vehicle: any read plate before none, then the better look or the larger vehicle."""
    if look is not None and look.read.characters:
        return 1.0 + look.worth
    height, width = frame.shape[:2]
    whole = vehicle.left > 1 and vehicle.top > 1 and vehicle.right < width - 1 and vehicle.bottom < height - 1
    share = float(np.sqrt(vehicle.area / (width * height)))
    return share * (1.0 if whole else 0.3) * (0.9 if look is None else 1.0)
