# SPDX-License-Identifier: Apache-2.0
"""Some minutes of a camera's traffic as tracks alone, no plate, no time, no picture; and the gates it suggests."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from wayside.pipeline import Proposal, Seen, propose
from wayside.setup.words import Trail, seen_of

LASTS_S = 300.0
MOST_SEEN = 400
"""Vehicles of one study: what is learnt of the road from more is the same."""


@dataclass(frozen=True, slots=True)
class StudyState:
    """How far a study has come."""

    camera: str
    running: bool
    passed_s: float
    lasts_s: float
    seen: tuple[Seen, ...]
    size: tuple[int, int] | None
    """Of the picture, in pixels."""
    failed: str | None = None


class Study:
    """Collects the tracks of one camera until its time is over; safe to use from several threads."""

    def __init__(self, camera: str, *, lasts_s: float = LASTS_S, clock: Callable[[], float] = time.monotonic) -> None:
        self.camera, self._lasts_s, self._clock = camera, lasts_s, clock
        self._began_s = clock()
        self._over_s: float | None = None
        self._seen: list[Seen] = []
        self._size: tuple[int, int] | None = None
        self._failed: str | None = None
        self._turn = threading.Lock()

    def take(self, trail: Trail) -> None:
        """Takes in a vehicle that has gone past, while the study lasts."""
        with self._turn:
            if self._runs() and len(trail.points) > 1 and len(self._seen) < MOST_SEEN:
                self._seen.append(seen_of(trail, len(self._seen) + 1))

    def sized(self, size: tuple[int, int]) -> None:
        """Learns the size of the picture; another one than before makes all tracks until then worthless."""
        with self._turn:
            if self._size not in (None, size):
                self._seen.clear()
            self._size = size

    def end(self, failed: str | None = None) -> None:
        """Ends the study with what there is."""
        with self._turn:
            if self._runs():
                self._over_s, self._failed = self._clock(), failed

    @property
    def running(self) -> bool:
        """Whether it still takes in tracks."""
        with self._turn:
            return self._runs()

    def state(self) -> StudyState:
        """How far it has come."""
        with self._turn:
            until_s = self._clock() if self._over_s is None else self._over_s
            passed_s = min(until_s - self._began_s, self._lasts_s)
            return StudyState(
                self.camera, self._runs(), passed_s, self._lasts_s, tuple(self._seen), self._size, self._failed
            )

    def proposals(self) -> tuple[Proposal, ...]:
        """The gates that the traffic until now suggests."""
        state = self.state()
        return () if state.size is None else propose(state.seen, state.size)

    def _runs(self) -> bool:
        return self._over_s is None and self._clock() - self._began_s < self._lasts_s
