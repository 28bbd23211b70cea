# SPDX-License-Identifier: Apache-2.0
"""Tells that a live camera shows a picture that cannot be trusted: one that stands still, or one with nothing in it.

A picture that is played back from a recording moves like a true one and is not told from it.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

FROZEN_S = 60.0
"""After so long without the least change. Sensors are never without noise, and most cameras draw the time."""
BLIND_S = 30.0
"""After so long without any detail; a vehicle that stops before the lens is gone sooner, or is a covered lens."""
LEAST_SPREAD = 4.0
"""Standard deviation of the brightness (0 to 255) below which there is nothing to be seen: less than in thick fog."""
EVERY_S = 1.0
STEP = 16
"""Of so many pixels in a row and rows one is looked at: 8,000 of a Full HD picture."""


class Doubt(StrEnum):
    """Why a picture cannot be trusted."""

    FROZEN = "frozen"
    BLIND = "blind"


class Doubter:
    """Looks at the frames of one live camera, once a second."""

    def __init__(self) -> None:
        self._looked_s = -EVERY_S
        self._sample = b""
        self._changed_s = self._clear_s = 0.0

    def look(self, image: NDArray[np.uint8], time_s: float) -> None:
        """Takes a frame (rows, columns, 3 colours) into account; `time_s` must not go back."""
        if time_s - self._looked_s < EVERY_S:
            return
        self._looked_s = time_s
        part = image[::STEP, ::STEP]
        sample = part.tobytes()
        if sample != self._sample:
            self._sample, self._changed_s = sample, time_s
        if float(part.mean(axis=2).std()) >= LEAST_SPREAD:
            self._clear_s = time_s

    @property
    def doubt(self) -> Doubt | None:
        """What is wrong with the picture now; None where nothing is."""
        if self._looked_s - self._clear_s >= BLIND_S:
            return Doubt.BLIND
        return Doubt.FROZEN if self._looked_s - self._changed_s >= FROZEN_S else None
