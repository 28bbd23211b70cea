# SPDX-License-Identifier: Apache-2.0
"""A folder of pictures as a source: in order of their names, timed by their names or at a steady rate."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from wayside.domain import SourceError
from wayside.pipeline.sources.frame import Frame
from wayside.pipeline.sources.stills import list_pictures, load_picture
from wayside.pipeline.sources.timeline import Timeline
from wayside.pipeline.sources.video import file_fingerprint, modified_at

_log = logging.getLogger(__name__)

STAMP = re.compile(
    r"(?<![0-9])(20[0-9]{2})[-_.]?([01][0-9])[-_.]?([0-3][0-9])[-_.T ]?"
    r"([0-2][0-9])[-_.:]?([0-5][0-9])[-_.:]?([0-5][0-9])(?:[-_.,]([0-9]{1,6}))?(?![0-9])"
)
"""Date and time as cameras write them into file names: 20261122T130501.250, 2026-11-22_13-05-01, …"""


def stamp(name: str) -> datetime | None:
    """The date and time in a file name, taken as UTC; None where there is none."""
    found = STAMP.search(name)
    if found is None:
        return None
    *date_and_time, fraction = found.groups(default="0")
    year, month, day, hour, minute, second = (int(part) for part in date_and_time)
    try:
        return datetime(year, month, day, hour, minute, second, int(fraction.ljust(6, "0")), UTC)
    except ValueError:
        return None


def stamps(paths: list[Path]) -> list[datetime] | None:
    """The times in the names of all the pictures, where each has one and none goes back; else None."""
    found = [stamp(path.stem) for path in paths]
    times = [time for time in found if time is not None]
    return times if len(times) == len(paths) and times == sorted(times) and times[0] < times[-1] else None


def folder_fingerprint(paths: list[Path]) -> str:
    """SHA-256 over the number, the sizes and the first and last content of the pictures."""
    sizes = [path.stat().st_size for path in paths]
    ends = [file_fingerprint(path) for path in (paths[0], paths[-1])]
    return hashlib.sha256(repr((sizes, ends)).encode()).hexdigest()


class Folder:
    """Pictures of a folder as frames; see `FrameSource`. Those that cannot be read are passed over and counted."""

    live = False

    def __init__(self, path: Path, rate: float) -> None:
        """`rate`: pictures per second, where their names do not tell their times.

        Raises SourceError where the folder cannot be read, or where no picture in it can.
        """
        self._paths = list_pictures(path)
        self._times = stamps(self._paths)
        self._rate = rate
        self._closing = False
        self.name = str(path)
        self.frame_total: int | None = len(self._paths)
        self.dropped = 0
        self.size = self._first_size()
        self.fingerprint = folder_fingerprint(self._paths)
        self.began_at = self._times[0] if self._times else modified_at(self._paths[0])

    def close(self) -> None:
        self._closing = True

    def frames(self) -> Iterator[Frame]:
        timeline, number = Timeline(self._rate), 0
        for at, path in enumerate(self._paths):
            if self._closing:
                return
            try:
                image = load_picture(path)
            except SourceError as error:
                self.dropped += 1
                _log.warning("%s (passed over)", error)
                continue
            time_s = timeline.place(self._stated_s(at))
            if time_s is not None:
                yield Frame(number, time_s, image)
                number += 1

    def _stated_s(self, at: int) -> float:
        """Seconds from the first picture to this one, missing ones counted in."""
        return (self._times[at] - self._times[0]).total_seconds() if self._times else at / self._rate

    def _first_size(self) -> tuple[int, int]:
        """Width and height of the first picture that can be read."""
        for path in self._paths:
            try:
                height, width = load_picture(path).shape[:2]
            except SourceError:
                continue
            return width, height
        raise SourceError(f"{self.name}: none of its {len(self._paths)} pictures can be read; export them again")
