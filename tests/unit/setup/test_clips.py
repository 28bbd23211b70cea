# SPDX-License-Identifier: Apache-2.0
"""Recordings that pages may name: those of one folder, and nothing else on the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

import wayside
from wayside.domain import SourceError
from wayside.setup import CLIPS, DEMO_CLIP, clips, demo_folder, is_demo


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of recordings in a data directory."""
    made = tmp_path / CLIPS
    made.mkdir()
    return made


def test_only_recordings_are_named(tmp_path: Path, folder: Path) -> None:
    """Videos whatever the case of their ending, and folders of pictures; neither notes nor the record."""
    for name in ("yard.mp4", "GATE.MKV", "notes.txt", "mp4", "key.pem"):
        (folder / name).write_bytes(b"")
    (folder / "stills").mkdir()
    (tmp_path / "record.mp4").write_bytes(b"")
    assert clips(tmp_path).keys() - {DEMO_CLIP} == {"yard.mp4", "GATE.MKV", "stills"}
    assert clips(tmp_path)["yard.mp4"] == folder / "yard.mp4"


def test_without_the_folder_there_is_the_demo_alone(tmp_path: Path) -> None:
    """A file in its place is none either."""
    assert clips(tmp_path).keys() <= {DEMO_CLIP}
    (tmp_path / CLIPS).write_bytes(b"")
    assert clips(tmp_path).keys() <= {DEMO_CLIP}


def test_a_recording_of_ones_own_goes_before_the_demo(tmp_path: Path, folder: Path) -> None:
    """Who calls a recording like the demo's means the recording."""
    (folder / DEMO_CLIP).write_bytes(b"")
    assert clips(tmp_path)[DEMO_CLIP] == folder / DEMO_CLIP


def test_the_demo_is_known_by_its_file_and_not_by_its_name(tmp_path: Path) -> None:
    """Another recording of that name has a time of its own, which nobody may make up."""
    assert is_demo(str((demo_folder() / DEMO_CLIP).resolve()))
    assert not is_demo(str(tmp_path / DEMO_CLIP))
    assert not is_demo(DEMO_CLIP)


def test_without_the_demo_nothing_breaks(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its absence is said to who asks for it only."""
    monkeypatch.setattr(wayside, "__file__", str(tmp_path / "src" / "wayside" / "__init__.py"))
    with pytest.raises(SourceError, match="install Wayside again"):
        demo_folder()
    assert not is_demo(DEMO_CLIP)
    (folder / "yard.mp4").write_bytes(b"")
    assert clips(tmp_path).keys() == {"yard.mp4"}
