# SPDX-License-Identifier: Apache-2.0
"""Opens whatever the user named as a source, or says in one sentence why not and what to do."""

from __future__ import annotations

import hashlib
import importlib.util
import math
import os
from datetime import UTC, datetime
from pathlib import Path

from wayside.domain import SourceError, UsageError
from wayside.pipeline.sources.address import Stream, Webcam, parse_address
from wayside.pipeline.sources.decoder import DEFAULT_RATE, Decoder
from wayside.pipeline.sources.diagnose import CUT_SHORT, mp4_is_cut_short, why_no_stream, why_no_video
from wayside.pipeline.sources.folder import Folder
from wayside.pipeline.sources.frame import FrameSource
from wayside.pipeline.sources.live import PATIENCE_S, Live
from wayside.pipeline.sources.opencv import open_with_opencv
from wayside.pipeline.sources.video import Video, file_fingerprint, modified_at


def has_pyav() -> bool:
    """Whether the `rtsp` extra is installed."""
    return importlib.util.find_spec("av") is not None


def connect(stream: Stream) -> Decoder | None:
    """Opens a stream with PyAV where it is installed, else with OpenCV; None where it gives none."""
    if has_pyav():
        from wayside.pipeline.sources.pyav import open_with_pyav

        return open_with_pyav(stream.url, stream.scheme)
    return open_with_opencv(stream.url, stream.scheme)


def check_file(path: Path) -> None:
    """Raises SourceError for a path that no decoder needs to look at, or may look at."""
    try:
        str(path.resolve()).encode()  # OpenCV 5.0 crashes on a path that is no valid UTF-8
        if not path.exists():
            raise SourceError(f"{path}: no such file or folder; check the name")
        if not path.is_file():
            raise SourceError(f"{path}: is neither a file nor a folder; name a video or a folder of pictures")
        if path.stat().st_size == 0:
            raise SourceError(f"{path}: is empty; copy or download it again")
    except UnicodeEncodeError:
        raise SourceError(f"{path}: the name is no valid text; rename it or its folder") from None
    except OSError as error:
        raise SourceError(f"{path}: cannot be looked at ({error.strerror}); check the name") from None
    if not os.access(path, os.R_OK):
        raise SourceError(f"{path}: may not be read; check its permissions")


def open_file(path: Path) -> Video:
    """A video file, decoded by OpenCV so that every installation gives the same frames."""
    check_file(path)
    decoder = open_with_opencv(path, "file")
    if decoder is None:
        raise SourceError(f"{path}: {why_no_video(path)}")
    try:
        return Video(str(path), decoder, fingerprint=file_fingerprint(path), began_at=modified_at(path))
    except SourceError:
        if mp4_is_cut_short(path):
            raise SourceError(f"{path}: {CUT_SHORT}") from None
        raise


def open_stream(stream: Stream, patience_s: float) -> FrameSource:
    """A network address: a recording where the server states its length, else a live camera."""
    decoder = connect(stream)
    if decoder is None:
        raise SourceError(f"{stream.shown}: {why_no_stream(stream)}")
    if stream.scheme.startswith("http") and decoder.total:
        name = hashlib.sha256(stream.shown.encode()).hexdigest()
        return Video(stream.shown, decoder, fingerprint=name, began_at=datetime.now(UTC))
    opened: list[Decoder] = [decoder]
    return Live(stream.shown, lambda: opened.pop() if opened else connect(stream), patience_s=patience_s)


def open_webcam(webcam: Webcam, patience_s: float) -> Live:
    """A capture device of this machine."""
    device = f"/dev/video{webcam.number}"
    if not Path(device).exists():
        raise SourceError(f"webcam {webcam.number}: there is no {device}; plug it in, or list what there is in /dev")
    if not os.access(device, os.R_OK | os.W_OK):
        raise SourceError(f"webcam {webcam.number}: {device} may not be opened; add yourself to the group `video`")
    try:
        return Live(f"webcam {webcam.number}", lambda: open_with_opencv(webcam.number, ""), patience_s=patience_s)
    except SourceError:
        raise SourceError(f"webcam {webcam.number}: gives no picture; close other programs that use it") from None


def open_source(text: str, *, rate: float = DEFAULT_RATE, patience_s: float = PATIENCE_S) -> FrameSource:
    """Opens a video file, a folder of pictures, an rtsp:// or http:// address, or a webcam (`0` or `/dev/video0`).

    `rate` are the pictures per second of a folder whose file names tell no times; `patience_s` is how long a live
    source that stopped is tried again. Raises SourceError with the reason and the mend, UsageError for a bad rate.
    """
    if not (math.isfinite(rate) and rate > 0):
        raise UsageError(f"{rate} pictures per second cannot be; give a number above 0")
    address = parse_address(text)
    if isinstance(address, Stream):
        return open_stream(address, patience_s)
    if isinstance(address, Webcam):
        return open_webcam(address, patience_s)
    if os.path.isdir(address.path):
        return Folder(address.path, rate)
    return open_file(address.path)
