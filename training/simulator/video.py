# SPDX-License-Identifier: Apache-2.0
"""Frames into a small video file: H.264 through PyAV where it is installed, else what OpenCV can write."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

QUALITY_CRF = 24
"""x264's constant rate factor: plates stay crisp, and the demo of 49 s stays under 4 MB."""


def write_video(path: Path, frames: Iterable[Bytes], size: tuple[int, int], fps: float) -> None:
    """Write frames, uint8 (height, width, 3) blue green red. OSError where no encoder opens the file."""
    if find_spec("av") is not None:
        _with_pyav(path, frames, size, fps)
    else:
        _with_opencv(path, frames, size, fps)


def _with_pyav(path: Path, frames: Iterable[Bytes], size: tuple[int, int], fps: float) -> None:
    import av

    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1000))
        stream.width, stream.height, stream.pix_fmt = size[0], size[1], "yuv420p"
        stream.options = {"crf": str(QUALITY_CRF), "preset": "medium"}
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, "bgr24")))
        container.mux(stream.encode())


def _with_opencv(path: Path, frames: Iterable[Bytes], size: tuple[int, int], fps: float) -> None:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), fps, size)
    if not writer.isOpened():
        raise OSError(f"{path}: OpenCV cannot write it; is the folder there, and does this wheel have FFmpeg?")
    for frame in frames:
        writer.write(frame)
    writer.release()
