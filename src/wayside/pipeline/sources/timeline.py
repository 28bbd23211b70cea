# SPDX-License-Identifier: Apache-2.0
"""Gives every frame a time that only ever grows, whatever the file says."""

from __future__ import annotations

JUMP_S = 1.0
"""A step back by more than this is a new recording glued on; a smaller one is a frame that comes twice."""
PATIENCE = 12
"""After so many frames in a row that came twice, the stated times mean nothing and frames are counted instead."""


class Timeline:
    """Turns the times that a container states into seconds since the first frame."""

    def __init__(self, rate: float) -> None:
        """`rate`: frames per second, for frames without a usable time."""
        self._step_s = 1.0 / rate
        self._shift_s: float | None = None
        self._last_s = 0.0
        self._repeats = 0

    def place(self, stated_s: float | None) -> float | None:
        """The time of the next frame in seconds, or None for one that repeats or goes back a little and is dropped."""
        if self._shift_s is None:
            self._shift_s = -(stated_s or 0.0)
            return 0.0
        time_s = self._last_s + self._step_s if stated_s is None else stated_s + self._shift_s
        if time_s > self._last_s:
            self._repeats = 0
        elif self._last_s - time_s <= JUMP_S and self._repeats < PATIENCE:
            self._repeats += 1
            return None
        else:
            self._shift_s += self._last_s + self._step_s - time_s
            time_s = self._last_s + self._step_s
        self._last_s = time_s
        return time_s
