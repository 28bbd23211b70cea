# SPDX-License-Identifier: Apache-2.0
"""A windscreen seen always alike: the same size, and brightened so that what is behind the glass shows."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from wayside.domain import Box
from wayside.vision.pictures import Picture

WIDTH, HEIGHT = 192, 96
# Kept around the windscreen, in shares of its size: the finder's edges are off by a few per cent.
SIDE, ABOVE, BELOW = 0.06, 0.12, 0.06
# Rows and columns that surely are glass; brightness is judged there.
CORE = (slice(15, 87), slice(18, 174))
# Inside of the pillars, the roof's edge and the dashboard, also where the finder is off by a sixth of the height.
MIDDLE = (slice(27, 70), slice(36, 156))
# Contrast of less than this many grey levels is noise rather than a picture, and is not stretched further.
LEAST_CONTRAST = 12.0


def straight(picture: Picture, windscreen: Box) -> Picture:
    """The windscreen (pixels of the picture) with its margin as uint8 (HEIGHT, WIDTH, 3); its shape is not kept."""
    shown = around(windscreen)
    left, top, across, down = shown.left, shown.top, WIDTH / shown.width, HEIGHT / shown.height
    if across < 0.75:  # a reduced windscreen is smoothed first, or its noise would be taken for detail
        edge = np.floor(np.maximum([left, top], 0)).astype(int)
        part = picture[edge[1] : int(top + HEIGHT / down) + 4, edge[0] : int(left + WIDTH / across) + 4]
        if part.size:
            picture = np.asarray(cv2.GaussianBlur(part, (0, 0), 0.36 / across), np.uint8)
            left, top = left - edge[0], top - edge[1]
    matrix = np.array([[across, 0, -left * across], [0, down, -top * down]], np.float32)
    warped = cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.uint8)


def around(windscreen: Box) -> Box:
    """The windscreen with its margin."""
    wide, high = max(1.0, windscreen.width), max(1.0, windscreen.height)
    left, top = windscreen.left - SIDE * wide, windscreen.top - ABOVE * high
    return Box(left, top, left + (1 + 2 * SIDE) * wide, top + (1 + ABOVE + BELOW) * high)


def contrast(crop: Picture) -> float:
    """How many grey levels lie between the dark and the light parts behind the glass of a straightened windscreen."""
    low, high = np.percentile(cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)[MIDDLE], (5, 95))
    return float(high - low)


def channels(crop: Picture) -> NDArray[np.float32]:
    """What the seat network sees: float32 (4, HEIGHT, WIDTH): grey, stretched grey, and two of colour, about 0."""
    grey, red, blue = np.moveaxis(cv2.cvtColor(crop, cv2.COLOR_BGR2YCrCb).astype(np.float32), 2, 0)
    low, high = np.percentile(grey[CORE], (3, 97))
    contrast = max(float(high - low), LEAST_CONTRAST)
    stretched = np.clip((grey - low) / contrast, -0.3, 1.3) - 0.5
    strength = np.clip(40.0 / max(contrast, 20.0), 0.5, 2.0) / 64.0
    seen = (grey / 255 - 0.45, stretched, (red - 128) * strength, (blue - 128) * strength)
    return np.asarray(np.stack(seen), np.float32)
