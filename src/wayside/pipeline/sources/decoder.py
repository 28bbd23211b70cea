# SPDX-License-Identifier: Apache-2.0
"""The seam between us and FFmpeg: what a decoder does, and what FFmpeg may open."""

from __future__ import annotations

import math
from typing import NamedTuple, Protocol

from wayside.pipeline.sources.frame import MAX_PIXELS, Image

PROTOCOLS = {
    "file": "file",
    "http": "http,tcp",
    "https": "https,tls,tcp",
    "rtsp": "rtsp,rtp,udp,tcp",
    "rtsps": "rtsps,rtsp,rtp,tls,tcp",
}
"""By scheme, the protocols that FFmpeg may use: a playlist inside a file or behind an address cannot lead elsewhere."""

CONTAINERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,mjpeg,mpjpeg,h264,hevc,m4v,h263,"
    "ogg,ivf,av1,obu,dv,mxf,nut,wtv,dhav,yuv4mpegpipe"
)
"""The containers that are opened from files. No playlists (they name other files) and no text rendered as video."""

STREAM_CONTAINERS = f"{CONTAINERS},hls,rtsp,sdp,rtp"
OPEN_TIMEOUT_S, READ_TIMEOUT_S = 10.0, 10.0
DEFAULT_RATE = 25.0
BROKEN_IN_A_ROW = 30
"""So many packets in a row that cannot be decoded are taken for the end."""


class Picture(NamedTuple):
    """A decoded picture with the time that its container states, in seconds, if it states any."""

    stated_s: float | None
    image: Image


class Decoder(Protocol):
    """One opened video or stream."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels as the container states them; 0 where it does not."""

    @property
    def rate(self) -> float:
        """Frames per second; a usual one where the container states none that can be true."""

    @property
    def total(self) -> int | None:
        """How many frames the container claims to hold."""

    @property
    def skipped(self) -> int:
        """Packets so far that could not be decoded."""

    def read(self) -> Picture | None:
        """The next picture; None at the end, after a time-out, or where nothing more can be decoded."""

    def close(self) -> None:
        """Lets go of the file or the connection."""


def options(scheme: str) -> dict[str, str]:
    """What FFmpeg is told on opening: the least that it needs."""
    stated = {
        "protocol_whitelist": PROTOCOLS[scheme],
        "format_whitelist": CONTAINERS if scheme == "file" else STREAM_CONTAINERS,
    }
    stated["max_pixels"] = str(MAX_PIXELS)
    if scheme.startswith("rtsp"):
        stated["rtsp_transport"] = "tcp"
    return stated


def believable_rate(stated: float) -> float:
    """The stated frames per second, or the usual ones where the statement cannot be true."""
    return stated if math.isfinite(stated) and 0.01 < stated <= 480 else DEFAULT_RATE
