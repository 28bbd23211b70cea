# SPDX-License-Identifier: Apache-2.0
"""Whether anything has changed in a fixed camera's picture, so that an empty road costs almost nothing."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from wayside.domain import Box
from wayside.vision.pictures import Picture

WIDTH = 160
# A cell counts as changed when its brightness differs by more than this (of 255) from the remembered road,
# beyond what the cell usually flickers; two neighbouring changed cells are something that moves.
STEP = 7.0
LEARN = 0.05
# What moves fills a box of at least so many cells when such a share of them changed, and of those around the box at
# most such a share of that: a vehicle does, a shadow or the leaves of a tree lie over more than the box.
LEAST_CELLS = 6
FILLED, AROUND = 0.35, 0.6


class SceneMotion:
    """Remembers the empty road as a slowly following average at 160 pixels' width."""

    def __init__(self) -> None:
        self._road: NDArray[np.float32] | None = None
        self._flicker: NDArray[np.float32] | None = None
        self._hot: NDArray[np.uint8] = np.zeros((0, 0), np.uint8)
        """Cells that changed by the last frame."""
        self._scale = 1.0
        """Cells a pixel of the frame."""

    def changed(self, frame: Picture) -> bool:
        """True for the first frame, a new picture size, or where something moved since the last frames."""
        small = _small(frame)
        if self._road is None or self._flicker is None or self._road.shape != small.shape:
            self._road, self._flicker = small, np.full_like(small, 2.0)
            self._hot, self._scale = np.zeros_like(small, np.uint8), WIDTH / frame.shape[1]
            return True
        # A cloud or the camera's exposure moves every cell alike and is no vehicle.
        difference = small - self._road
        difference = np.abs(difference - np.median(difference))
        hot = (difference > STEP + 3 * self._flicker).astype(np.uint8)
        self._hot = hot
        self._road = self._road + LEARN * (small - self._road)
        self._flicker = self._flicker + LEARN * (np.minimum(difference, 4.0) - self._flicker)
        pairs = hot[:, 1:] & hot[:, :-1]
        return bool(pairs.any() or (hot[1:] & hot[:-1]).any())

    def fills(self, box: Box) -> bool:
        """Whether what moved by the last frame fills a box of it (pixels), and less of what is around the box."""
        inside, all_inside = self._moving(box)
        wider, all_wider = self._moving(box.grown(0.5))
        if all_inside < LEAST_CELLS or inside < FILLED * all_inside:
            return False
        return (wider - inside) * all_inside <= AROUND * inside * (all_wider - all_inside)

    def _moving(self, box: Box) -> tuple[int, int]:
        """Cells of a box that changed, and all of them."""
        edges = (round(max(0.0, edge) * self._scale) for edge in (box.left, box.top, box.right, box.bottom))
        left, top, right, bottom = edges
        cells = self._hot[top:bottom, left:right]
        return int(cells.sum()), cells.size


def _small(frame: Picture) -> NDArray[np.float32]:
    height = max(1, round(frame.shape[0] * WIDTH / frame.shape[1]))
    # Nearest first: averaging four million pixels would cost more than it tells.
    thin = frame[:: max(1, frame.shape[0] // (height * 3)), :: max(1, frame.shape[1] // (WIDTH * 3))]
    grey = cv2.cvtColor(np.ascontiguousarray(thin), cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.resize(grey, (WIDTH, height), interpolation=cv2.INTER_AREA), np.float32)
