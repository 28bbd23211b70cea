# SPDX-License-Identifier: Apache-2.0
"""Folders of pictures as sources: their order, their times, and pictures that cannot be read."""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from clips import number_of, write_pictures

from wayside.domain import SourceError
from wayside.pipeline.sources import open_source
from wayside.pipeline.sources.folder import stamp


def test_pictures_come_in_order_at_the_given_rate(tmp_path: Path) -> None:
    """Numbers in names count as numbers."""
    write_pictures(tmp_path, [f"frame{number}.jpg" for number in range(12)])
    source = open_source(str(tmp_path), rate=4)
    frames = list(source.frames())
    assert (source.size, source.frame_total, source.live) == ((64, 48), 12, False)
    assert [number_of(frame.image) for frame in frames] == list(range(12))
    assert [frame.time_s for frame in frames] == pytest.approx([number / 4 for number in range(12)])


def test_times_in_the_names_are_taken(tmp_path: Path) -> None:
    """They tell when the first picture was taken, too."""
    write_pictures(tmp_path, ["cam_20261122T130500.250.jpg", "cam_20261122T130501.jpg", "cam_20261122T130504.jpg"])
    source = open_source(str(tmp_path))
    assert source.began_at == datetime(2026, 11, 22, 13, 5, 0, 250_000, UTC)
    assert [frame.time_s for frame in source.frames()] == pytest.approx([0, 0.75, 3.75])


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("20261122130501", datetime(2026, 11, 22, 13, 5, 1, tzinfo=UTC)),
        ("2026-11-22_13-05-01", datetime(2026, 11, 22, 13, 5, 1, tzinfo=UTC)),
        ("gate 2026-11-22 13.05.01,5 x", datetime(2026, 11, 22, 13, 5, 1, 500_000, UTC)),
        ("20261399T130501", None),
        ("frame_000123", None),
        ("120261122130501", None),
    ],
)
def test_times_are_found_in_names(name: str, moment: datetime | None) -> None:
    """As cameras write them; a number that only looks like a time is none."""
    assert stamp(name) == moment


def test_a_picture_that_cannot_be_read_is_passed_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is counted and told, and the others keep their times."""
    write_pictures(tmp_path, ["1.jpg", "2.jpg", "3.jpg"])
    (tmp_path / "2.jpg").write_bytes(b"broken")
    source = open_source(str(tmp_path), rate=10)
    with caplog.at_level(logging.WARNING):
        assert [frame.time_s for frame in source.frames()] == pytest.approx([0, 0.2])
    assert source.dropped == 1
    assert "2.jpg: is not a picture that can be read" in caplog.text


def test_a_folder_of_broken_pictures_is_refused(tmp_path: Path) -> None:
    """There is nothing to watch."""
    (tmp_path / "1.jpg").write_bytes(b"broken")
    with pytest.raises(SourceError, match="none of its 1 pictures can be read"):
        open_source(str(tmp_path))


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    """With what could be named instead."""
    with pytest.raises(SourceError, match="holds no JPEG, PNG, WebP or BMP picture; name another"):
        open_source(str(tmp_path))


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable for root")
def test_an_unreadable_folder_is_refused(tmp_path: Path) -> None:
    """The system's reason is passed on."""
    write_pictures(tmp_path, ["1.jpg"])
    tmp_path.chmod(0)
    try:
        with pytest.raises(SourceError, match="Permission denied"):
            open_source(str(tmp_path))
    finally:
        tmp_path.chmod(0o700)


def test_the_fingerprint_changes_with_the_pictures(tmp_path: Path) -> None:
    """Other pictures are another source."""
    write_pictures(tmp_path, ["1.jpg", "2.jpg"])
    before = open_source(str(tmp_path)).fingerprint
    write_pictures(tmp_path, ["2.jpg", "1.jpg"])
    assert open_source(str(tmp_path)).fingerprint != before
    assert len(before) == 64
