# SPDX-License-Identifier: Apache-2.0
"""How a camera that the program watches over does, as pages and the API show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

SILENT_S = 5.0
"""After so many seconds without a frame a live camera is called silent."""


class State(StrEnum):
    """What a camera's process does."""

    OFF = "off"
    """Set up, but not to be watched."""
    ELSEWHERE = "elsewhere"
    """Another program on this machine watches over the cameras of this data directory."""
    STARTING = "starting"
    RUNNING = "running"
    SILENT = "silent"
    """It runs, and no frame comes; the connection is tried again."""
    FROZEN = "frozen"
    """Frames come, and for a minute each was the same."""
    BLIND = "blind"
    """Frames come, and for half a minute there was nothing to be seen in them: dark, covered or blinded."""
    WAITING = "waiting"
    """It failed, and is started again after a pause."""
    ENDED = "ended"
    """The recording is at its end."""


@dataclass(frozen=True, slots=True)
class Health:
    """How a camera does at this moment; what is counted is counted since its process started."""

    camera: str
    state: State
    fps: float | None = None
    delay_s: float | None = None
    """How far behind the newest frame is; None where nothing is late, as in a recording."""
    dropped: int = 0
    frames: int = 0
    total: int | None = None
    """Frames of a recording."""
    passages: int = 0
    read: int = 0
    unread: Mapping[str, int] = field(default_factory=dict)
    """Why plates could not be read."""
    size: tuple[int, int] | None = None
    """Width and height of the picture in pixels."""
    error: str | None = None
    """Why it failed last, in a sentence; None once it runs again."""
    retry_s: float | None = None
    """Seconds until it is started again."""
    starts: int = 0
    """How often its process was started."""

    @property
    def read_share(self) -> float | None:
        """Of the passages those whose plate was read; None where there were none."""
        return self.read / self.passages if self.passages else None
