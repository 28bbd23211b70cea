# SPDX-License-Identifier: Apache-2.0
"""Region files for tests: PMTiles of version 3 with one vector tile, written by the public specifications.

PMTiles specification, version 3 (header, directories); Mapbox Vector Tile specification 2.1 (layers, commands).
"""

from __future__ import annotations

import json
import struct
from pathlib import Path

EXTENT = 4096
WEST, SOUTH, EAST, NORTH = -180.0, -85.0, 180.0, 85.0


def varint(value: int) -> bytes:
    """A number in as many bytes as it needs, the lowest seven bits first."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def part(number: int, body: bytes) -> bytes:
    """A field of a message that has a length."""
    return varint(number << 3 | 2) + varint(len(body)) + body


def folded(value: int) -> int:
    """A number with its sign in the lowest bit."""
    return value * 2 if value >= 0 else -value * 2 - 1


def square(low: int, high: int) -> bytes:
    """The commands that draw a square: move, three lines, close."""
    steps = [(high - low, 0), (0, high - low), (low - high, 0)]
    numbers = [
        1 << 3 | 1,
        folded(low),
        folded(low),
        3 << 3 | 2,
        *(folded(v) for step in steps for v in step),
        1 << 3 | 7,
    ]
    return b"".join(map(varint, numbers))


def tile(layer: str) -> bytes:
    """A vector tile with one layer that holds one square."""
    feature = varint(3 << 3) + varint(3) + part(4, square(EXTENT // 4, EXTENT * 3 // 4))
    body = varint(15 << 3) + varint(2) + part(1, layer.encode()) + part(2, feature)
    return part(3, body + varint(5 << 3) + varint(EXTENT))


def header(root: bytes, about: bytes, data: bytes, kind: int) -> bytes:
    """The 127 bytes at the head of the file; nothing is compressed."""
    at = 127
    offsets = (at, len(root), at + len(root), len(about), at + len(root) + len(about), 0, at + len(root) + len(about))
    counts = (len(data), 1, 1, 1)
    box = (int(one * 1e7) for one in (WEST, SOUTH, EAST, NORTH))
    flags = (1, 1, 1, kind, 0, 0)
    return b"PMTiles\x03" + struct.pack("<11Q6B4iB2i", *offsets, *counts, *flags, *box, 0, 0, 0)


def region(path: Path, layer: str = "water", kind: int = 1) -> Path:
    """A region file of the whole world with one tile."""
    data = tile(layer)
    root = b"".join(map(varint, (1, 0, 1, len(data), 1)))
    about = json.dumps({"vector_layers": [{"id": layer, "fields": {}}], "attribution": "Made by a test"}).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header(root, about, data, kind) + root + about + data)
    return path
