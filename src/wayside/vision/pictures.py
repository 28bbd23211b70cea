# SPDX-License-Identifier: Apache-2.0
"""Pictures as the networks want them: reduced, padded, cut out and straightened."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from wayside.domain import Box, Point, Quad

Picture = NDArray[np.uint8]
"""uint8 (height, width, 3), blue green red."""

# Grey as in training: neither a dark nor a bright object.
PADDING = 114


@dataclass(frozen=True, slots=True)
class Reduced:
    """A picture at network size and the way back to the source's pixels."""

    picture: Picture
    scale: float
    """Network pixels per source pixel."""
    left: float = 0.0
    top: float = 0.0
    """Where the reduced part begins in the source, pixels."""

    def point(self, x: float, y: float) -> Point:
        """A network pixel in the source."""
        return Point(self.left + x / self.scale, self.top + y / self.scale)


def reduce(picture: Picture, longest: int, multiple: int, upscale: float = 2.0) -> Reduced:
    """Scale so that the longest side is `longest` (enlarging at most `upscale` times), pad to `multiple`."""
    height, width = picture.shape[:2]
    scale = min(longest / max(height, width), upscale)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(picture, size, interpolation=how)
    down, right = -size[1] % multiple, -size[0] % multiple
    padded = cv2.copyMakeBorder(small, 0, down, 0, right, cv2.BORDER_CONSTANT, value=(PADDING,) * 3)
    return Reduced(np.asarray(padded, np.uint8), scale)


def cut(picture: Picture, box: Box) -> tuple[Picture, int, int]:
    """The part of the picture inside the box, with the pixel (left, top) where it begins; may be empty."""
    height, width = picture.shape[:2]
    left, top = int(max(0, box.left)), int(max(0, box.top))
    right, bottom = int(np.ceil(min(width, box.right))), int(np.ceil(min(height, box.bottom)))
    return picture[top : max(top, bottom), left : max(left, right)], left, top


def straighten(picture: Picture, quad: Quad, margin: float, tallest: int = 160) -> Picture:
    """The plate seen straight on at about its own resolution, with `margin` of its size kept around it.

    margin: share of the plate's height added above and below, and at each end.
    """
    corners = np.array(quad, np.float32)
    top_left, top_right, bottom_right, bottom_left = quad
    width = max(math.dist(top_left, top_right), math.dist(bottom_left, bottom_right))
    height = max(math.dist(top_left, bottom_left), math.dist(top_right, bottom_right))
    factor = min(1.0, tallest / max(1.0, height))
    width, height = max(8.0, width * factor), max(4.0, height * factor)
    edge = margin * height
    wanted = np.array(
        [[edge, edge], [edge + width, edge], [edge + width, edge + height], [edge, edge + height]], np.float32
    )
    size = (round(width + 2 * edge), round(height + 2 * edge))
    matrix = cv2.getPerspectiveTransform(corners, wanted)
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.warpPerspective(picture, matrix, size, flags=how, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def quad_of(box: Box) -> Quad:
    """The box's corners in reading order."""
    return Quad(
        Point(box.left, box.top), Point(box.right, box.top), Point(box.right, box.bottom), Point(box.left, box.bottom)
    )


def box_of(quad: Quad) -> Box:
    """The upright box round four corners."""
    xs, ys = [p.x for p in quad], [p.y for p in quad]
    return Box(min(xs), min(ys), max(xs), max(ys))
