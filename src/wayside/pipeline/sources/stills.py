# SPDX-License-Identifier: Apache-2.0
"""Loads single pictures; their size is read from the header before anything is decoded."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from wayside.domain import SourceError
from wayside.pipeline.sources.frame import MAX_PIXELS, Image

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp"})
"""The endings that count as pictures when a folder is read; what a file is, its content decides."""
LARGEST_BYTES = 256 * 2**20
"""No compressed picture within MAX_PIXELS is larger."""

JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of the frame headers that carry the size (ITU-T T.81, table B.1)."""
JPEG_SCAN = 0xDA


def jpeg_segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Marker and offset of each segment up to the first scan."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        yield marker, at
        if marker == JPEG_SCAN:
            return
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")


def jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height from the frame header."""
    for marker, at in jpeg_segments(data):
        if marker in JPEG_SIZES and at + 9 <= len(data):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
    return None


def jpeg_is_whole(data: bytes) -> bool:
    """Whether the end marker follows the first scan: inside a scan its two bytes cannot occur."""
    return any(data.find(b"\xff\xd9", at) > 0 for marker, at in jpeg_segments(data) if marker == JPEG_SCAN)


def webp_size(data: bytes) -> tuple[int, int] | None:
    """Width and height from the first chunk (RFC 9649, sections 2.5 to 2.7)."""
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels that the header states; None for what is no JPEG, PNG, WebP or BMP."""
    if data.startswith(b"\xff\xd8"):
        return jpeg_size(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) >= 30:
        return webp_size(data)
    if data.startswith(b"BM") and len(data) >= 26:
        width, height = struct.unpack("<ii", data[18:26])
        return abs(width), abs(height)
    return None


def is_whole(data: bytes) -> bool:
    """Whether the picture's bytes go on to its end; decoders fill a missing part with grey and say nothing."""
    if data.startswith(b"\xff\xd8"):
        return jpeg_is_whole(data)
    if data.startswith(b"\x89PNG"):
        return data.rfind(b"IEND") > 0
    stated = (
        8 + int.from_bytes(data[4:8], "little") if data.startswith(b"RIFF") else int.from_bytes(data[2:6], "little")
    )
    return len(data) >= stated


def read_bytes(path: Path) -> bytes:
    """The content of a file of sensible size.

    Raises SourceError with the reason and the mend.
    """
    try:
        if path.is_dir():
            raise SourceError(f"{path}: is a folder, not a picture; name a file in it")
        if path.stat().st_size > LARGEST_BYTES:
            raise SourceError(f"{path}: is larger than {LARGEST_BYTES >> 20} MiB; make it smaller")
        return path.read_bytes()
    except FileNotFoundError:
        raise SourceError(f"{path}: no such file; check the name") from None
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror}); check its permissions") from None


def objection(data: bytes) -> str | None:
    """Why these bytes are not decoded, with the mend; None where nothing speaks against it."""
    size = picture_size(data)
    if not data:
        return "is empty; copy or download it again"
    if size is None:
        return "is not a picture that can be read; give JPEG, PNG, WebP or BMP"
    if 0 in size:
        return f"says that it is {size[0]} x {size[1]} pixels; export it again"
    if size[0] * size[1] > MAX_PIXELS:
        return f"has {size[0]} x {size[1]} pixels, more than {MAX_PIXELS // 10**6} million; make it smaller"
    return None if is_whole(data) else "is cut short; copy or download it again"


def load_picture(path: Path) -> Image:
    """Decodes one picture, upright as its EXIF data says: height x width x 3, blue, green, red.

    Raises SourceError for what is missing, unreadable, empty, no picture, cut short, damaged or too large.
    """
    return decode_picture(read_bytes(path), str(path))


def decode_picture(data: bytes, name: str) -> Image:
    """The same for the bytes of one, which messages call by a name; raises SourceError."""
    if reason := objection(data):
        raise SourceError(f"{name}: {reason}")
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if image is None or not image.size:
        raise SourceError(f"{name}: is damaged; copy or download it again")
    return np.asarray(image, np.uint8)


def natural(name: str) -> list[tuple[int, str]]:
    """A sort key that puts `frame10` behind `frame9`."""
    pieces = re.split(r"([0-9]+)", name.casefold())
    return [(int(piece), piece) if at % 2 else (0, piece) for at, piece in enumerate(pieces)]


def list_pictures(folder: Path) -> list[Path]:
    """The pictures of a folder in natural order of their names; sub-folders are not entered.

    Raises SourceError where the folder cannot be read or holds no picture.
    """
    try:
        found = [path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file()]
    except OSError as error:
        raise SourceError(f"{folder}: the folder cannot be read ({error.strerror}); check its permissions") from None
    if not found:
        raise SourceError(f"{folder}: the folder holds no JPEG, PNG, WebP or BMP picture; name another one")
    return sorted(found, key=lambda path: natural(path.name))
