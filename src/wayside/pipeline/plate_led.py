# SPDX-License-Identifier: Apache-2.0
"""Vehicles of which the detector sees too little, found by their plates: close-ups at a barrier, tails cut off.

A vehicle that fills the picture looks like no vehicle to a detector that learned whole ones, while its plate is large
and plain. The whole picture is therefore searched for plates now and then. One within a doubtful vehicle makes that
vehicle sure; one within a track that was lost carries it on; any other is taken for a vehicle whose outline is
supposed. Of a supposed vehicle the plate must be read; of one that never moves, surely and as a plate that there is,
for signs and posters look like plates, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from wayside.domain import Box, Detection, PlateReading, Track, VehicleKind
from wayside.plates import stated
from wayside.vision import FoundPlate, Models, Picture, Scene, TrackerSettings

SEARCH_S = 0.2
"""Between two searches; a vehicle that fills the picture takes a second and more to leave it."""
SEARCH_PX = 256
LEAST_PLATE = 0.5
LEAST_SHARE = 0.06
"""Of the frame's width: narrower plates belong to vehicles that are seen whole."""
WEAK = TrackerSettings().start_score / 2
"""Score that carries a track on, where no vehicle that was seen does, and begins none."""
# A plate is some 0.52 m wide, a car 1.8 m wide and 1.5 m high, its plate about 0.45 m above the road.
WIDE, ABOVE, BELOW = 1.75, 2.0, 0.75
"""Half the width of a supposed vehicle, and what of it lies above and below the plate's centre, in plate widths."""
LEAST_READS, LEAST_PROBABILITY = 2, 0.5
"""That must agree on the plate of a supposed vehicle that moves,"""
SURE_READS, SURE_PROBABILITY = 3, 0.8
"""and of one that stands."""


@dataclass(slots=True, eq=False)
class PlateLed:
    """When to search, of one camera."""

    searched_s: float = -1e9

    def due(self, time_s: float) -> bool:
        """Whether it is time for another search; also where time steps back."""
        return not 0.0 <= time_s - self.searched_s < SEARCH_S

    def add(
        self, image: Picture, time_s: float, scene: Scene, open_tracks: Mapping[int, Detection], models: Models
    ) -> Scene:
        """The scene with what plates say of vehicles.

        open_tracks: of each track under way its vehicle as seen last, with the box where it was by the frame before.
        """
        self.searched_s = time_s
        height, width = image.shape[:2]
        plates = models.plates.find(image, Box(0, 0, width, height), SEARCH_PX, LEAST_PLATE)
        for plate in plates:
            if plate.box.width >= LEAST_SHARE * width:
                scene = _with(scene, plate, open_tracks)
        return scene


def _with(scene: Scene, plate: FoundPlate, open_tracks: Mapping[int, Detection]) -> Scene:
    for index, vehicle in enumerate(scene.vehicles):
        if vehicle.box.holds(plate.box.centre):
            if vehicle.score >= TrackerSettings().start_score:
                return scene
            surer = replace(vehicle, score=plate.score, supposed=True)
            return replace(scene, vehicles=(*scene.vehicles[:index], surer, *scene.vehicles[index + 1 :]))
    known = next((one for one in open_tracks.values() if not one.supposed and one.box.holds(plate.box.centre)), None)
    if known is not None:
        return replace(scene, vehicles=(*scene.vehicles, replace(known, score=WEAK, supposed=True)))
    supposed = Detection(VehicleKind.CAR, plate.score, outline(plate.box), supposed=True)
    return replace(scene, vehicles=(*scene.vehicles, supposed))


def believed(track: Track, reading: PlateReading) -> bool:
    """Whether a track is a vehicle; where little but its plate was seen, that must be read, and have a digit in it.

    Names of towns and makers move on the backs of buses, too; hardly any registration is without a digit. What stands
    must moreover be a plate of a known syntax: house numbers and opening hours are legible all day.
    """
    if not track.doubtful:
        return True
    text, sure = reading.text or "", reading.probability or 0.0
    if not any(character.isdigit() for character in text):
        return False
    if track.moved:
        return reading.reads >= LEAST_READS and sure >= LEAST_PROBABILITY
    return reading.reads >= SURE_READS and sure >= SURE_PROBABILITY and stated(text).rule != "none"


def outline(plate: Box) -> Box:
    """About where a car is whose plate is here; pixels, also beyond the picture."""
    (x, y), wide = plate.centre, plate.width
    return Box(x - WIDE * wide, y - ABOVE * wide, x + WIDE * wide, y + BELOW * wide)
