# SPDX-License-Identifier: Apache-2.0
"""A video file as a source: every frame once, in order, as fast as it is taken."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from wayside.domain import SourceError
from wayside.pipeline.sources.decoder import Decoder, Picture
from wayside.pipeline.sources.frame import MAX_PIXELS, Frame
from wayside.pipeline.sources.timeline import Timeline

SAMPLE_BYTES = 2**20
SHORT_BY_S, SHORT_BY_SHARE = 1.0, 0.02
"""A video that ends this much earlier than its container promises has been cut short."""


def file_fingerprint(path: Path) -> str:
    """SHA-256 over a file's size, its first and its last MiB: the same for copies under other names."""
    size = path.stat().st_size
    digest = hashlib.sha256(f"{size}\n".encode())
    with path.open("rb") as file:
        digest.update(file.read(SAMPLE_BYTES))
        file.seek(max(0, size - SAMPLE_BYTES))
        digest.update(file.read(SAMPLE_BYTES))
    return digest.hexdigest()


def modified_at(path: Path) -> datetime:
    """When the file was last written, UTC."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def checked_first(name: str, decoder: Decoder) -> Picture:
    """The first picture of a video that was just opened.

    Raises SourceError where its pictures have no size, are too large, or cannot be decoded; then the decoder is closed.
    """
    try:
        return _first(name, decoder)
    except SourceError:
        decoder.close()
        raise


def _first(name: str, decoder: Decoder) -> Picture:
    width, height = decoder.size
    if width * height > MAX_PIXELS:
        raise SourceError(
            f"{name}: has frames of {width} x {height} pixels, more than {MAX_PIXELS // 10**6} million; "
            "set the camera to a smaller picture, or convert the video"
        )
    picture = decoder.read()
    if picture is None:
        stated = f"frames of {width} x {height} pixels that" if width and height else "frames without a size, which"
        raise SourceError(f"{name}: has {stated} cannot be decoded; convert it to MP4 with H.264")
    return picture


class Video:
    """Frames of a finished recording, decoded as they are taken; see `FrameSource`."""

    live = False

    def __init__(self, name: str, decoder: Decoder, *, fingerprint: str, began_at: datetime) -> None:
        """Takes over an opened decoder.

        Raises SourceError where no picture can be decoded.
        """
        self.name = name
        self.fingerprint = fingerprint
        self.began_at = began_at
        self.dropped = 0
        self._decoder = decoder
        self._closing = False
        self._first: Picture | None = checked_first(name, decoder)
        self.size: tuple[int, int] = (self._first.image.shape[1], self._first.image.shape[0])
        self.frame_total = decoder.total

    def close(self) -> None:
        self._closing = True

    def frames(self) -> Iterator[Frame]:
        timeline, last_s, number = Timeline(self._decoder.rate), 0.0, 0
        try:
            while not self._closing and (picture := self._next()) is not None:
                time_s = timeline.place(picture.stated_s)
                if time_s is None:
                    self.dropped += 1
                    continue
                yield Frame(number, time_s, picture.image)
                last_s, number = time_s, number + 1
            if not self._closing:
                self._check_end(last_s)
        finally:
            self.dropped += self._decoder.skipped
            self._decoder.close()

    def _next(self) -> Picture | None:
        """The picture that the opening looked at, then the others; None at the end.

        Raises SourceError before a giant.
        """
        picture, self._first = self._first or self._decoder.read(), None
        if picture is None or picture.image.shape[0] * picture.image.shape[1] <= MAX_PIXELS:
            return picture
        height, width = picture.image.shape[:2]
        raise SourceError(
            f"{self.name}: changes to frames of {width} x {height} pixels, too large to decode; convert it "
            "(what came before is kept)"
        )

    def _check_end(self, last_s: float) -> None:
        """Raises SourceError for a video that ended well before the time that its container promised."""
        promised_s = (self.frame_total or 0) / self._decoder.rate
        missing_s = promised_s - last_s - 1 / self._decoder.rate
        if missing_s > max(SHORT_BY_S, promised_s * SHORT_BY_SHARE):
            raise SourceError(
                f"{self.name}: ends after {last_s:.1f} s of the {promised_s:.1f} s that it promises: it is cut short "
                "or damaged; copy or download it again (what came before is kept)"
            )
