# SPDX-License-Identifier: Apache-2.0
"""Whether anything has changed in a fixed camera's picture, so that an empty road costs almost nothing."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from wayside.vision.pictures import Picture

WIDTH = 160
# A cell counts as changed when its brightness differs by more than this (of 255) from the remembered road,
# beyond what the cell usually flickers; two neighbouring changed cells are something that moves.
STEP = 7.0
LEARN = 0.05


class SceneMotion:
    """Remembers the empty road as a slowly following average at 160 pixels' width."""

    def __init__(self) -> None:
        self._road: NDArray[np.float32] | None = None
        self._flicker: NDArray[np.float32] | None = None

    def changed(self, frame: Picture) -> bool:
        """True for the first frame, a new picture size, or where something moved since the last frames."""
        small = _small(frame)
        if self._road is None or self._flicker is None or self._road.shape != small.shape:
            self._road, self._flicker = small, np.full_like(small, 2.0)
            return True
        # A cloud or the camera's exposure moves every cell alike and is no vehicle.
        difference = small - self._road
        difference = np.abs(difference - np.median(difference))
        hot = (difference > STEP + 3 * self._flicker).astype(np.uint8)
        self._road = self._road + LEARN * (small - self._road)
        self._flicker = self._flicker + LEARN * (np.minimum(difference, 4.0) - self._flicker)
        pairs = hot[:, 1:] & hot[:, :-1]
        return bool(pairs.any() or (hot[1:] & hot[:-1]).any())


def _small(frame: Picture) -> NDArray[np.float32]:
    height = max(1, round(frame.shape[0] * WIDTH / frame.shape[1]))
    # Nearest first: averaging four million pixels would cost more than it tells.
    thin = frame[:: max(1, frame.shape[0] // (height * 3)), :: max(1, frame.shape[1] // (WIDTH * 3))]
    grey = cv2.cvtColor(np.ascontiguousarray(thin), cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.resize(grey, (WIDTH, height), interpolation=cv2.INTER_AREA), np.float32)
