# SPDX-License-Identifier: Apache-2.0
"""The scene without those who are in it: for whoever sets a camera up and may see no movements."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from wayside.domain import Box
from wayside.vision.covering import GROWN, plates_in, resized
from wayside.vision.loaded import Models
from wayside.vision.pictures import Picture

LEAST = 0.12
"""Score from which on something is taken for a vehicle or a person: rather a hedge too many than a car too few."""
CELLS = 6
"""Pixels across to which each of them is brought: no letter, no face and hardly a make is left."""
LONGEST_PX = 960
"""Longest side of the result: what the detectors missed is far away, and then too small to be read."""


def scenery_jpeg(picture: Picture, models: Models) -> bytes:
    """`scenery` as a JPEG file."""
    _, data = cv2.imencode(".jpg", scenery(picture, models), [cv2.IMWRITE_JPEG_QUALITY, 82])
    return bytes(data)


def scenery(picture: Picture, models: Models) -> Picture:
    """A reduced copy in which whole vehicles, people and whatever may be a plate are coarse, and the road is not."""
    scene = models.vehicles.detect(picture, LEAST)
    boxes = [one.box.grown(0.08) for one in scene.vehicles]
    boxes += [person.grown(0.2) for person in scene.persons]
    boxes += [plate.grown(GROWN) for plate in plates_in(picture, models)]
    return resized(coarsened(picture, boxes), LONGEST_PX)


def coarsened(picture: Picture, boxes: Iterable[Box]) -> Picture:
    """A copy in which nothing of what is in the boxes (pixels) can be made out."""
    result = picture.copy()
    height, width = picture.shape[:2]
    for box in boxes:
        inside = box.clipped(width, height)
        left, top, right, bottom = int(inside.left), int(inside.top), int(inside.right) + 1, int(inside.bottom) + 1
        part = result[top:bottom, left:right]
        if part.size:
            small = cv2.resize(part, (CELLS, CELLS), interpolation=cv2.INTER_AREA)
            part[:] = np.asarray(cv2.resize(small, part.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.uint8)
    return result
