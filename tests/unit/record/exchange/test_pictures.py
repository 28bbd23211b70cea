# SPDX-License-Identifier: Apache-2.0
"""Pictures that a line names: only the very one counts, and nothing outside the folder is ever read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.unit.record.exchange.helpers import jpeg
from wayside.domain import Evidence, EvidenceRole
from wayside.record import evidence_for
from wayside.record.exchange import pictures
from wayside.record.exchange.pictures import PictureFolder

DATA = jpeg(1)
EVIDENCE = evidence_for(EvidenceRole.FRAME, DATA)
LAYOUTS = (EVIDENCE.path, f"pictures/{EVIDENCE.sha256}.jpg", f"{EVIDENCE.sha256}.jpg")


def put(folder: Path, name: str, data: bytes = DATA) -> Path:
    """Writes a file below the folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", LAYOUTS)
def test_pictures_are_found_in_data_directories_and_bundles(tmp_path: Path, name: str) -> None:
    """And where they lie side by side."""
    put(tmp_path, name)
    assert PictureFolder(tmp_path).find(EVIDENCE) == DATA


def test_without_a_folder_there_are_none() -> None:
    """Nobody looks anywhere."""
    assert PictureFolder(None).find(EVIDENCE) is None


def test_another_picture_under_the_name_is_none(tmp_path: Path) -> None:
    """The digest decides, and the search goes on."""
    put(tmp_path, LAYOUTS[0], jpeg(2))
    assert PictureFolder(tmp_path).find(EVIDENCE) is None
    put(tmp_path, LAYOUTS[2])
    assert PictureFolder(tmp_path).find(EVIDENCE) == DATA


def test_what_is_no_jpeg_is_not_taken(tmp_path: Path) -> None:
    """Also where the digest is right: it would be served as a picture some day."""
    page = b"<script>alert(1)</script>"
    evidence = evidence_for(EvidenceRole.FRAME, page)
    put(tmp_path, evidence.path, page)
    assert PictureFolder(tmp_path).find(evidence) is None


def test_links_are_not_followed(tmp_path: Path) -> None:
    """Neither a link in the place of the picture nor one on the way to it."""
    outside = put(tmp_path / "outside", LAYOUTS[2])
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / LAYOUTS[2]).symlink_to(outside)
    (inside / "pictures").symlink_to(tmp_path / "outside")
    assert PictureFolder(inside).find(EVIDENCE) is None


def test_pipes_do_not_stop_the_import(tmp_path: Path) -> None:
    """Nobody waits for somebody to write into one."""
    os.mkfifo(tmp_path / LAYOUTS[2])
    assert PictureFolder(tmp_path).find(EVIDENCE) is None


def test_huge_files_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a bound."""
    put(tmp_path, LAYOUTS[2])
    monkeypatch.setattr(pictures, "LARGEST", len(DATA) - 1)
    assert PictureFolder(tmp_path).find(EVIDENCE) is None


@pytest.mark.parametrize("path", ["../secret.jpg", "/etc/passwd", "..\\secret.jpg", "evidence/\0.jpg", "%2e%2e/a"])
def test_no_line_can_name_a_file_of_its_choice(tmp_path: Path, path: str) -> None:
    """Even where a path came through that `incoming` would refuse."""
    put(tmp_path, "secret.jpg")
    folder = tmp_path / "inside"
    folder.mkdir()
    evil = Evidence(EvidenceRole.FRAME, EVIDENCE.sha256, path)
    assert PictureFolder(folder).find(evil) is None
