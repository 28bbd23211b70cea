# SPDX-License-Identifier: Apache-2.0
"""Decodes with PyAV, where the `rtsp` extra is installed: exact time stamps, also where a stream reorders frames."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame

from wayside.pipeline.sources.decoder import (
    BROKEN_IN_A_ROW,
    OPEN_TIMEOUT_S,
    READ_TIMEOUT_S,
    Picture,
    believable_rate,
    options,
)
from wayside.pipeline.sources.frame import MAX_PIXELS, Image

TURNS = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}
"""By degrees against the clock that a phone wrote into the file: how to set the picture upright."""


def upright(frame: VideoFrame) -> Image:
    """The picture as it is meant to be looked at: blue, green, red."""
    image = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
    turn = TURNS.get(round(frame.rotation) % 360)
    return image if turn is None else np.asarray(cv2.rotate(image, turn), np.uint8)


class PyAvDecoder:
    """A video or stream decoded by PyAV."""

    def __init__(self, container: InputContainer) -> None:
        self._container = container
        self._stream = container.streams.video[0]
        self._stream.thread_type = "AUTO"
        self._stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
        self._skipped = 0
        self._pictures = self._decode()

    @property
    def size(self) -> tuple[int, int]:
        return self._stream.width, self._stream.height

    @property
    def rate(self) -> float:
        return believable_rate(float(self._stream.average_rate or self._stream.base_rate or 0))

    @property
    def total(self) -> int | None:
        if self._stream.frames > 0:
            return self._stream.frames
        duration = self._container.duration
        return round(duration / av.time_base * self.rate) if duration and duration > 0 else None

    @property
    def skipped(self) -> int:
        return self._skipped

    def _decode(self) -> Generator[Picture]:
        broken = 0
        for packet in self._container.demux(self._stream):
            try:
                for frame in packet.decode():
                    self._skipped, broken = self._skipped + broken, 0
                    yield Picture(frame.time, upright(frame))
            except av.FFmpegError:
                broken += 1
                if broken >= BROKEN_IN_A_ROW:
                    return

    def read(self) -> Picture | None:
        try:
            return next(self._pictures, None)
        except (av.FFmpegError, OSError):
            return None  # the connection broke or timed out; the caller decides whether to try again

    def close(self) -> None:
        self._pictures.close()
        self._container.close()


def open_with_pyav(target: str | Path, scheme: str) -> PyAvDecoder | None:
    """Opens a path or an address (with its scheme); None where PyAV cannot, or where there is no video in it."""
    av.logging.set_level(None)
    name = str(target.resolve()) if isinstance(target, Path) else target
    try:
        container = av.open(name, mode="r", container_options=options(scheme), timeout=(OPEN_TIMEOUT_S, READ_TIMEOUT_S))
    except (av.FFmpegError, OSError, ValueError):
        return None
    if not container.streams.video:
        container.close()
        return None
    return PyAvDecoder(container)
