# SPDX-License-Identifier: Apache-2.0
"""Pictures for people who may see that a vehicle went past, but not its plate: plates covered, the rest made small."""

from __future__ import annotations

from itertools import chain

import cv2
import numpy as np

from wayside.domain import Box
from wayside.vision.loaded import Models
from wayside.vision.pictures import Picture

LEAST_PLATE = 0.08
"""Score from which on something is covered: rather a lamp too many than a plate too few."""
GROWN = 0.3
LOOKED_AT_PX = (320, 576)
LONGEST_PX = 640
"""Longest side of a covered picture: what the detector missed in a wide one is then too small to be read."""
SHADES = (3, 2)
"""Shades across and down that are left of what is covered: fewer than a plate has characters, enough to please."""
COARSE_PX = 56
"""Longest side to which a picture is brought in which no plate was found: no letter is left of a plate in it."""


def covered_jpeg(jpeg: bytes, models: Models) -> bytes:
    """`cover_plates` for a JPEG file; raises ValueError for what is none."""
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR) if jpeg else None
    if picture is None:
        raise ValueError("that is no picture")
    _, data = cv2.imencode(".jpg", cover_plates(np.asarray(picture, np.uint8), models), [cv2.IMWRITE_JPEG_QUALITY, 80])
    return bytes(data)


def cover_plates(picture: Picture, models: Models) -> Picture:
    """A reduced copy in which every plate is covered; without detail where none was found."""
    found = [box.grown(GROWN) for box in plates_in(picture, models)]
    if not found:
        return coarse(picture)
    result = picture.copy()
    height, width = picture.shape[:2]
    for box in found:
        inside = box.clipped(width, height)
        left, top, right, bottom = int(inside.left), int(inside.top), int(inside.right) + 1, int(inside.bottom) + 1
        part = result[top:bottom, left:right]
        few = cv2.resize(part, SHADES, interpolation=cv2.INTER_AREA)
        part[:] = cv2.resize(few, part.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return resized(result, LONGEST_PX)


def plates_in(picture: Picture, models: Models) -> list[Box]:
    """The boxes of whatever may be a plate, in pixels: in each vehicle and in the whole picture."""
    height, width = picture.shape[:2]
    whole = Box(0, 0, width, height)
    vehicles = models.vehicles.detect(picture).vehicles
    regions = [(one.box.grown(0.06).clipped(width, height), LOOKED_AT_PX[0]) for one in vehicles]
    regions += [(whole, longest) for longest in LOOKED_AT_PX]
    looks = (models.plates.find(picture, region, longest, LEAST_PLATE) for region, longest in regions)
    return [plate.box for plate in chain.from_iterable(looks)]


def resized(picture: Picture, longest: int) -> Picture:
    """The picture with its longest side no longer than this, in pixels."""
    height, width = picture.shape[:2]
    scale = min(1.0, longest / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def coarse(picture: Picture) -> Picture:
    """The picture without any detail, at the size of a covered one."""
    small = resized(picture, COARSE_PX)
    height, width = resized(picture, LONGEST_PX).shape[:2]
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
