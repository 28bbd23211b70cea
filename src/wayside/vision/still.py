# SPDX-License-Identifier: Apache-2.0
"""Plates, vehicles and occupants of one picture: a photograph, a close-up, or a plate already cut out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from wayside.domain import (
    Box,
    Detection,
    Occupants,
    OccupantStatus,
    PlateRead,
    PlateReading,
    Point,
    Quad,
    Registration,
    VehicleKind,
)
from wayside.plates import blended, stated, taken_at_its_word
from wayside.vision.counting import COUNTED_KINDS, count_occupants
from wayside.vision.levelling import level
from wayside.vision.loaded import Models
from wayside.vision.looks import MARGINS, look_at
from wayside.vision.pictures import Picture, quad_of, straighten
from wayside.vision.plate_finder import FoundPlate, merged
from wayside.vision.reader import sharpness

# Share of a vehicle's size looked at around its box: plates of cut-off or loosely boxed vehicles.
AROUND = 0.06
# Sides in pixels to which vehicles and the whole picture are scaled for the plate detector.
VEHICLE_PX = 320
WHOLE_PX = (320, 576)
LEAST_PLATE = 0.3
LEAST_VEHICLE = 0.3
# Texts of fewer characters (A 1 is a British plate) are believed only on what surely looks like a plate.
SHORT = 4
SURE_PLATE = 0.6
# How sure and how wide (share of the picture) a windscreen makes a picture without a vehicle a close-up of one.
CLOSE_UP_FRONT, CLOSE_UP_SHARE = 0.8, 0.45
# A vehicle of less than this share of the picture is in a close-up's background, or a part of what fills it.
BACKGROUND = 0.05
# A text less probable than this is not stated.
LEAST_PROBABILITY = 0.1
# A crop of unknown margin is also read levelled and with so much cut off all round, in shares of its height.
INSETS = (0.0, 0.04, 0.1)


@dataclass(frozen=True, slots=True)
class StillPlate:
    """One plate of a picture; box in pixels."""

    reading: PlateReading
    box: Box
    registration: Registration


@dataclass(frozen=True, slots=True)
class Still:
    """What one picture shows, plates surest first."""

    plates: tuple[StillPlate, ...]
    vehicles: tuple[Detection, ...]
    occupants: tuple[Occupants, ...]
    """Of each vehicle, in the same order."""


def read_still(picture: Picture, models: Models, country: str | None = None) -> Still:
    """Find and read the plates of a photograph; `country` is the ISO code that most plates carry, if known."""
    vehicles = find_vehicles(picture, models)
    plates = find_plates(picture, vehicles, models)
    looks = [look_at(picture, plate, models.reader, MARGINS) for plate in plates]
    read = [(each[0].found, _still_plate([look.read for look in each], each[0].found.box, country)) for each in looks]
    believable = tuple(plate for found, plate in read if plate is not None and believed(found, plate))
    return Still(believable, vehicles, tuple(aboard(picture, one, models, country) for one in vehicles))


def find_vehicles(picture: Picture, models: Models) -> tuple[Detection, ...]:
    """The vehicles of a photograph; a close-up with none of any size is one itself, where a windscreen fills it."""
    found = tuple(d for d in models.vehicles.detect(picture).vehicles if d.score >= LEAST_VEHICLE)
    height, width = picture.shape[:2]
    whole = Box(0, 0, width, height)
    if any(d.box.area >= BACKGROUND * whole.area for d in found):
        return found
    windscreen, front = models.cabins.windscreen(picture, whole)
    if front < CLOSE_UP_FRONT or windscreen.width < CLOSE_UP_SHARE * width:
        return found
    return (Detection(VehicleKind.CAR, front, whole), *found)


def aboard(picture: Picture, vehicle: Detection, models: Models, country: str | None) -> Occupants:
    """How many sit in front of one vehicle of a photograph."""
    if vehicle.kind not in COUNTED_KINDS:
        return Occupants(OccupantStatus.NOT_ATTEMPTED)
    return count_occupants([models.cabins.look(picture, vehicle.box)], country)


def believed(found: FoundPlate, plate: StillPlate) -> bool:
    """Whether it is a plate at all: a lamp or a door edge gives one or two strokes and a doubtful detection."""
    return len(plate.reading.text or "") >= SHORT or found.score >= SURE_PLATE


def find_plates(picture: Picture, vehicles: tuple[Detection, ...], models: Models) -> tuple[FoundPlate, ...]:
    """Plates in each vehicle's full-resolution crop and in the whole picture, without repeats."""
    height, width = picture.shape[:2]
    whole = Box(0, 0, width, height)
    regions = [(d.box.grown(AROUND).clipped(width, height), VEHICLE_PX) for d in vehicles]
    regions += [(whole, longest) for longest in WHOLE_PX]
    looks = (models.plates.find(picture, region, longest, LEAST_PLATE) for region, longest in regions)
    return merged(tuple(chain.from_iterable(looks)))


def read_crop(picture: Picture, models: Models, country: str | None = None) -> StillPlate | None:
    """Read a picture that is one plate already cut out; None where nothing on it could be read."""
    height, width = picture.shape[:2]
    box = Box(0, 0, width, height)
    levelled = level(picture, quad_of(box))
    crops = [picture, *(straighten(picture, _inset(levelled, share), 0.0) for share in INSETS)]
    reads = [PlateRead(characters, box, sharpness(picture)) for characters in models.reader.read(crops)]
    return _still_plate(reads, box, country)


def _inset(corners: Quad, share: float) -> Quad:
    """The corners moved inwards by `share` of the plate's height."""
    edge = share * (corners.bottom_left.y - corners.top_left.y)
    inwards = ((1, 1), (-1, 1), (-1, -1), (1, -1))
    return Quad(*(Point(p.x + x * edge, p.y + y * edge) for p, (x, y) in zip(corners, inwards, strict=True)))


def _still_plate(reads: Sequence[PlateRead], box: Box, country: str | None) -> StillPlate | None:
    reading = blended([taken_at_its_word([read], country=country) for read in reads], LEAST_PROBABILITY)
    if reading.text is None:
        return None
    return StillPlate(reading, box, stated(reading.text, country=country))
