# SPDX-License-Identifier: Apache-2.0
"""Notices when the clock of the machine was set, so that the journal can say from where on times are another's."""

from __future__ import annotations

import time
from collections.abc import Callable

STEP_MS = 1000
"""A clock that is set by more is told of: evidence must not be off by more (accountability R12)."""

Seconds = Callable[[], float]


def since_boot() -> float:
    """Seconds since the machine was started, also those in which it slept; nobody can set them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Clock:
    """The time of day, compared with a count of seconds that cannot be set."""

    def __init__(self, wall: Seconds = time.time, steady: Seconds = since_boot) -> None:
        """`wall`: seconds since 1970 in UTC; `steady`: seconds since any moment."""
        self._wall, self._steady = wall, steady
        self._offset_ms: int | None = None

    def now_ms(self) -> int:
        """Milliseconds since 1970 in UTC."""
        return int(self._wall() * 1000)

    def stepped_ms(self, now_ms: int, latest_ms: int) -> int:
        """By how much the clock was set since it was last asked; 0 where it was not.

        `latest_ms`: the newest time that the record holds, which a clock of this machine cannot be before.
        """
        before, self._offset_ms = self._offset_ms, now_ms - int(self._steady() * 1000)
        step = min(0, now_ms - latest_ms) if before is None else self._offset_ms - before
        return step if abs(step) > STEP_MS else 0
