# SPDX-License-Identifier: Apache-2.0
"""Texts that were read by eye: sealed with their pictures, opened by them alone, and used for training."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from training.reader import eyed, pack

HEADER = "file,text,region,kind,lines,verified,machine_text,machine_confidence,source,split"


@pytest.fixture
def crops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pack of three crops, and a table of labels of its own."""
    folder = tmp_path / "plates" / "crops"
    folder.mkdir(parents=True)
    for name in ("one.jpg", "two.jpg", "three.jpg"):
        (folder / name).write_bytes(name.encode() * 9)
    rows = [
        "one.jpg,AB12CDB,??,civil,1,0,AB12CDB,0.990,openlpr,train",
        "two.jpg,X1,??,civil,1,0,X1,0.300,openlpr,train",
        "three.jpg,MEASURE,??,civil,1,0,MEASURE,0.990,oalpr_traindet_eu,train",
    ]
    (tmp_path / "plates" / "plates.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    monkeypatch.setenv("WAYSIDE_DATA_PACK", str(tmp_path))
    monkeypatch.setattr(eyed, "TABLE", tmp_path / "eyed.csv")
    return folder


def test_a_text_comes_back_with_its_own_picture_alone() -> None:
    """Another picture opens nothing that looks like the text."""
    sealed = eyed.seal("MW|Z69H", b"its picture")
    assert "MW" not in sealed
    assert eyed.unseal(sealed, b"its picture") == "MW|Z69H"
    with pytest.raises(UnicodeDecodeError):
        eyed.unseal(sealed, b"another")


def test_a_text_that_is_too_long_is_refused() -> None:
    """It says how long one may be."""
    with pytest.raises(ValueError, match="at most 16"):
        eyed.seal("A" * 17, b"")


def test_the_table_holds_no_plate(crops: Path) -> None:
    """File names and hex digits only; a picture that is missing is left out when it is read."""
    eyed.keep([("two.jpg", "MW|Z69H"), ("one.jpg", "AB12CDE")], crops)
    lines = eyed.TABLE.read_text().splitlines()
    assert lines[0] == "file,sealed"
    assert all(re.fullmatch(r"\w+\.jpg,[0-9a-f]{32}", line) for line in lines[1:])
    (crops / "one.jpg").unlink()
    assert eyed.eyed(crops) == {"two.jpg": "MW|Z69H"}


def test_what_was_read_by_eye_trains_whatever_the_machine_said(crops: Path) -> None:
    """With its text, its lines and the place of the break; sources that only measure stay out."""
    eyed.keep([("one.jpg", "AB12CDE"), ("two.jpg", "MW|Z69H"), ("three.jpg", "OTHER")], crops)
    found = {crop.file.name: crop for crop in pack.training_crops(0.9)}
    assert {name: (crop.text, crop.lines, crop.upper, crop.verified) for name, crop in found.items()} == {
        "one.jpg": ("AB12CDE", 1, 0, True),
        "two.jpg": ("MWZ69H", 2, 2, True),
    }


def test_without_labels_the_machine_is_believed_where_it_is_sure(crops: Path) -> None:
    """As before there were any."""
    eyed.keep([], crops)
    assert [crop.text for crop in pack.training_crops(0.9)] == ["AB12CDB"]


def test_the_labels_that_ship_are_plates() -> None:
    """Opened with the real pictures, every one is letters and digits, at most one break."""
    folder = pack.pack_folder() / "crops"
    if not folder.exists():
        pytest.skip("the data pack is absent: set WAYSIDE_DATA_PACK to its folder")
    texts = eyed.eyed(folder)
    assert len(texts) > 700
    assert all(re.fullmatch(r"[A-Z0-9]+(\|[A-Z0-9]+)?", text) for text in texts.values())
