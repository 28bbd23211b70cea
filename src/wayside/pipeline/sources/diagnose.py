# SPDX-License-Identifier: Apache-2.0
"""Says why a file or an address gave no video, in one sentence that names the mend."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit

from wayside.pipeline.sources.address import Stream

PICTURES = {b"\xff\xd8\xff": "JPEG", b"\x89PNG": "PNG", b"GIF8": "GIF", b"BM": "BMP"}
CONTAINERS = {
    b"\x1a\x45\xdf\xa3": 0,  # Matroska, WebM
    b"RIFF": 0,  # AVI
    b"FLV": 0,
    b"OggS": 0,
    b"\x30\x26\xb2\x75": 0,  # ASF
    b"\x00\x00\x01\xba": 0,  # MPEG programme stream
    b"\x00\x00\x00\x01": 0,  # H.264, H.265 without container
    b"\x47": 0,  # MPEG transport stream
    b"DHAV": 0,
    b"ftyp": 4,  # MP4, MOV
    b"moov": 4,
    b"mdat": 4,
}
"""The first bytes of containers, with the place where they stand."""
CUT_SHORT = "is cut short: its index is missing or incomplete; copy or download it again"
PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}


MP4_BOXES = {b"ftyp", b"moov", b"mdat"}


def mp4_is_cut_short(path: Path) -> bool:
    """Whether a file is an MP4 that lacks its index or ends inside a box (ISO/IEC 14496-12, section 4.2)."""
    size, at, index = path.stat().st_size, 0, False
    with path.open("rb") as file:
        if file.read(8)[4:] not in MP4_BOXES:
            return False
        while at + 8 <= size:
            file.seek(at)
            head = file.read(16)
            length, kind = int.from_bytes(head[:4], "big"), head[4:8]
            if length == 1:
                length = int.from_bytes(head[8:16], "big")
            index = index or kind == b"moov"
            at = size if length == 0 else at + max(length, 8)
    return at > size or not index


def why_no_video(path: Path) -> str:
    """Why FFmpeg found no video in a readable, non-empty file; with what to do about it."""
    with path.open("rb") as file:
        head = file.read(16)
    for magic, kind in PICTURES.items():
        if head.startswith(magic):
            return f"is a {kind} picture, not a video; use `wayside read` for stills"
    if not any(head[at : at + len(magic)] == magic for magic, at in CONTAINERS.items()):
        return "is not a video; give an MP4, MKV, AVI, MOV, WebM or MPEG file"
    if mp4_is_cut_short(path):
        return CUT_SHORT
    return "is damaged, or its codec is unknown to this build of FFmpeg; convert it to MP4 with H.264"


def why_no_stream(stream: Stream) -> str:
    """Why an address gave no stream, found by knocking once at its port; with what to do about it."""
    parts = urlsplit(stream.url)
    port = parts.port or PORTS[stream.scheme]
    try:
        socket.create_connection((parts.hostname or "", port), timeout=3).close()
    except ConnectionRefusedError:
        return f"the connection was refused; check that the camera is on and that port {port} is right"
    except socket.gaierror:
        return "the host's name is unknown; check its spelling or use its IP address"
    except OSError:
        return f"no answer from port {port}; check the address, the cable and the firewall"
    return "the camera answers but gives no video in time; check the path, the user and the password"
