# SPDX-License-Identifier: Apache-2.0
"""Decodes with OpenCV: the default, whose wheel carries no GPL code."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np

from wayside.pipeline.sources.decoder import (
    BROKEN_IN_A_ROW,
    OPEN_TIMEOUT_S,
    READ_TIMEOUT_S,
    Picture,
    believable_rate,
    options,
)

cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # we say ourselves what is wrong, and with what

_OPTIONS = "OPENCV_FFMPEG_CAPTURE_OPTIONS"
_opening = threading.Lock()
"""OpenCV takes FFmpeg's options from the environment, so that only one thread may open at a time."""


@contextmanager
def ffmpeg_options(stated: dict[str, str]) -> Iterator[None]:
    """Puts FFmpeg's options where OpenCV looks for them, and takes them away again."""
    with _opening:
        before = os.environ.get(_OPTIONS)
        os.environ[_OPTIONS] = "|".join(f"{name};{value}" for name, value in stated.items())
        os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
        try:
            yield
        finally:
            os.environ.pop(_OPTIONS)
            if before is not None:
                os.environ[_OPTIONS] = before


def open_ffmpeg(target: str, scheme: str) -> cv2.VideoCapture:
    """Opens an absolute path or an address with time-outs; ask `isOpened`."""
    times = [
        cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
        int(OPEN_TIMEOUT_S * 1000),
        cv2.CAP_PROP_READ_TIMEOUT_MSEC,
        int(READ_TIMEOUT_S * 1000),
    ]
    with ffmpeg_options(options(scheme)):
        return cv2.VideoCapture(target, cv2.CAP_FFMPEG, times)


class OpenCvDecoder:
    """A video, stream or webcam decoded by OpenCV."""

    def __init__(self, capture: cv2.VideoCapture) -> None:
        self._capture = capture
        self._skipped = 0
        self._read_any = False

    @property
    def size(self) -> tuple[int, int]:
        stated = (self._capture.get(name) for name in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
        width, height = (max(0, int(value)) for value in stated)
        return width, height

    @property
    def rate(self) -> float:
        return believable_rate(self._capture.get(cv2.CAP_PROP_FPS))

    @property
    def total(self) -> int | None:
        stated = self._capture.get(cv2.CAP_PROP_FRAME_COUNT)
        return int(stated) if 0 < stated < 2**40 else None

    @property
    def skipped(self) -> int:
        return self._skipped

    def read(self) -> Picture | None:
        started = time.monotonic()
        for broken in range(BROKEN_IN_A_ROW):
            done, image = self._capture.read()
            if done and image.size:
                self._skipped += broken
                return Picture(self._stated_s(), np.asarray(image, np.uint8))
            if time.monotonic() - started > READ_TIMEOUT_S / 2:
                break
        return None

    def _stated_s(self) -> float | None:
        """The time of the picture just read; OpenCV says 0 where the container states none."""
        stated = float(self._capture.get(cv2.CAP_PROP_POS_MSEC)) / 1000
        first, self._read_any = not self._read_any, True
        return stated if stated > 0 or first else None

    def close(self) -> None:
        self._capture.release()


def open_with_opencv(target: str | Path | int, scheme: str) -> OpenCvDecoder | None:
    """Opens a path, an address (with its scheme) or a webcam number; None where OpenCV cannot."""
    if isinstance(target, int):
        capture = cv2.VideoCapture(target, cv2.CAP_V4L2)
    else:
        capture = open_ffmpeg(str(target.resolve()) if isinstance(target, Path) else target, scheme)
    return OpenCvDecoder(capture) if capture.isOpened() else None
