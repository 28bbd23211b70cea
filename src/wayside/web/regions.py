# SPDX-License-Identifier: Apache-2.0
"""Region files: maps of the surroundings that somebody put into the data directory, in PMTiles of version 3.

The header is that of the public specification of PMTiles, section 3.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from wayside.domain import UsageError

FOLDER, SUFFIX = "maps", ".pmtiles"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\.pmtiles")
MAGIC = b"PMTiles\x03"
HEADER_BYTES = 127
TILE_TYPE_AT, ZOOMS_AT, BOUNDS_AT = 99, 100, 102
DEGREE = 10_000_000


class TileKind(StrEnum):
    """What the tiles of a region are."""

    VECTOR = "vector"
    RASTER = "raster"


KINDS = {1: TileKind.VECTOR, **dict.fromkeys((2, 3, 4, 5), TileKind.RASTER)}
"""By the number in the header: Mapbox vector tiles; PNG, JPEG, WebP, AVIF."""


@dataclass(frozen=True, slots=True)
class Region:
    """One file, by its own header."""

    name: str
    path: Path
    kind: TileKind
    zooms: tuple[int, int]
    """The coarsest and the finest that it has."""
    bounds: tuple[float, float, float, float]
    """West, south, east and north, in degrees."""


def read_region(path: Path) -> Region:
    """A file by its header; raises UsageError for what is no region file."""
    try:
        with path.open("rb") as file:
            header = file.read(HEADER_BYTES)
    except OSError as error:
        raise UsageError(f"{path.name} cannot be read ({error.strerror}); check whose file it is") from None
    if len(header) < HEADER_BYTES or not header.startswith(MAGIC):
        raise UsageError(f"{path.name} is no PMTiles file of version 3; make it with a program that writes those")
    kind = KINDS.get(header[TILE_TYPE_AT])
    if kind is None:
        raise UsageError(f"{path.name} holds neither vector tiles nor pictures; choose another form of tiles")
    west, south, east, north = (value / DEGREE for value in struct.unpack_from("<4i", header, BOUNDS_AT))
    return Region(path.name, path, kind, (header[ZOOMS_AT], header[ZOOMS_AT + 1]), (west, south, east, north))


def files_in(data_dir: Path) -> list[Path]:
    """The files that may be regions, by name."""
    folder = data_dir / FOLDER
    there = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in there if NAME.fullmatch(path.name) and path.is_file())


def regions_in(data_dir: Path) -> tuple[list[Region], list[str]]:
    """The region files of a data directory, and a sentence for each file that is none though it is called so."""
    found, faults = [], []
    for path in files_in(data_dir):
        try:
            found.append(read_region(path))
        except UsageError as error:
            faults.append(str(error))
    return found, faults


def region_of(data_dir: Path, name: str) -> Region | None:
    """The region of a name; None where there is none. No name reaches outside the folder."""
    return next((one for one in regions_in(data_dir)[0] if one.name == name), None)
