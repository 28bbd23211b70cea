# SPDX-License-Identifier: Apache-2.0
"""People made unrecognisable in pictures before they are stored: windscreens, riders, passers-by."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from wayside.domain import Box, Detection, VehicleKind
from wayside.vision.loaded import Models
from wayside.vision.pictures import Picture
from wayside.vision.still import find_plates

# Glass and heads lie within this upper share of a vehicle's box; plates and lamps below it.
GLASS_SHARE = {VehicleKind.CAR: 0.5, VehicleKind.TRUCK: 0.6, VehicleKind.BUS: 0.65}
# A rider sits above the box of the machine, by up to this share of its height.
RIDER_ABOVE = 0.9
# Longest side of a photo that is kept, and how it is written.
LONGEST_PX = 1920
JPEG = (cv2.IMWRITE_JPEG_QUALITY, 85)
# The blurred part is first reduced to so few pixels across that no face is left in it.
CELLS = 16


def blurred(picture: Picture, vehicles: Iterable[Detection], persons: Iterable[Box], clear: Iterable[Box]) -> Picture:
    """A copy with glass, riders and people blurred; the boxes in `clear` (plates) stay as they were. Pixels."""
    result = picture.copy()
    for vehicle in vehicles:
        _blur(result, _occupied(vehicle))
    for person in persons:
        _blur(result, person.grown(0.1))
    height, width = picture.shape[:2]
    for box in clear:
        left, top, right, bottom = _pixels(box, width, height)
        result[top:bottom, left:right] = picture[top:bottom, left:right]
    return result


def without_people(picture: Picture, models: Models) -> bytes:
    """A JPEG copy, reduced, of what a person photographed: glass, riders and people blurred, plates as they were.

    Nothing that the camera wrote beside the picture is in it: not where it was taken, nor with what.
    """
    height, width = picture.shape[:2]
    scale = min(1.0, LONGEST_PX / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8) if scale < 1 else picture
    scene = models.vehicles.detect(small)
    plates = [found.box.grown(0.1) for found in find_plates(small, scene.vehicles, models)]
    done, data = cv2.imencode(".jpg", blurred(small, scene.vehicles, scene.persons, plates), JPEG)
    if not done:
        raise ValueError(f"a picture of shape {picture.shape} cannot be written as JPEG")
    return bytes(data)


def _occupied(vehicle: Detection) -> Box:
    box = vehicle.box
    if vehicle.supposed:  # nobody knows where its glass is: all above the plate, with what is beside it
        return Box(box.left - box.width, box.top - 2 * box.height, box.right + box.width, box.top + 0.5 * box.height)
    if vehicle.kind in (VehicleKind.MOTORCYCLE, VehicleKind.BICYCLE):
        wide = box.grown(0.15)
        return Box(wide.left, box.top - RIDER_ABOVE * box.height, wide.right, box.top + 0.5 * box.height)
    return Box(box.left, box.top, box.right, box.top + GLASS_SHARE[vehicle.kind] * box.height)


def _pixels(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    inside = box.clipped(width, height)
    return int(inside.left), int(inside.top), int(np.ceil(inside.right)), int(np.ceil(inside.bottom))


def _blur(picture: Picture, box: Box) -> None:
    left, top, right, bottom = _pixels(box, picture.shape[1], picture.shape[0])
    if right - left < 2 or bottom - top < 2:
        return
    part = picture[top:bottom, left:right]
    cells = (CELLS, max(1, round(CELLS * part.shape[0] / part.shape[1])))
    coarse = cv2.resize(part, cells, interpolation=cv2.INTER_AREA)
    picture[top:bottom, left:right] = cv2.resize(coarse, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)
