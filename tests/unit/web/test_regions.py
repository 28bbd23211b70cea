# SPDX-License-Identifier: Apache-2.0
"""Region files: known by their header, told of where they are none, and never found outside their folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiles import region

from wayside.domain import UsageError
from wayside.web.regions import TileKind, read_region, region_of, regions_in


@pytest.mark.parametrize(("number", "kind"), [(1, TileKind.VECTOR), (2, TileKind.RASTER), (4, TileKind.RASTER)])
def test_the_header_says_what_is_there(tmp_path: Path, number: int, kind: TileKind) -> None:
    """Kind, zooms and bounds."""
    found = read_region(region(tmp_path / "maps" / "town.pmtiles", kind=number))
    assert (found.kind, found.zooms, found.bounds) == (kind, (0, 0), (-180, -85, 180, 85))


@pytest.mark.parametrize("body", [b"", b"PMTiles\x02" + bytes(200), b"PMTiles\x03", b"SQLite format 3\0" * 20])
def test_another_file_is_told_of(tmp_path: Path, body: bytes) -> None:
    """By its name, and the others are there all the same."""
    good = region(tmp_path / "maps" / "town.pmtiles")
    (tmp_path / "maps" / "bad.pmtiles").write_bytes(body)
    found, faults = regions_in(tmp_path)
    assert [one.path for one in found] == [good]
    assert len(faults) == 1
    assert "bad.pmtiles is no PMTiles file of version 3" in faults[0]


def test_tiles_of_an_unknown_kind_are_told_of(tmp_path: Path) -> None:
    """There is nothing that could draw them."""
    with pytest.raises(UsageError, match="neither vector tiles nor pictures"):
        read_region(region(tmp_path / "x.pmtiles", kind=9))


def test_what_cannot_be_read_is_told_of(tmp_path: Path) -> None:
    """With the reason."""
    with pytest.raises(UsageError, match="cannot be read"):
        read_region(tmp_path / "gone.pmtiles")


@pytest.mark.parametrize("name", ["../town.pmtiles", "/etc/passwd", "town", "..", "", "maps/town.pmtiles", ".pmtiles"])
def test_no_name_reaches_outside(tmp_path: Path, name: str) -> None:
    """Though a good file lies there."""
    region(tmp_path / "town.pmtiles")
    region(tmp_path / "maps" / "maps.pmtiles")
    assert region_of(tmp_path, name) is None


def test_without_the_folder_there_are_none(tmp_path: Path) -> None:
    """Nobody has to make it."""
    assert regions_in(tmp_path) == ([], [])
    assert region_of(tmp_path, "town.pmtiles") is None
