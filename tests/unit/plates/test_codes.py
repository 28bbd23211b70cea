# SPDX-License-Identifier: Apache-2.0
"""Code tables are checked line by line; nothing of a wrong file is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from wayside.plates import TableError, load_codes, read_codes, senders_with, shipped_codes
from wayside.plates.tables import series_by_rule

HEADER = "table,code,name,source,date,grade\n"
LINE = "gb,248,Ruritania,our own list,2026-01-02,good\n"


def test_good_file_is_read() -> None:
    """Every line becomes a sender with its source."""
    found = read_codes(HEADER + LINE + '\ngb,249,"Grand Fenwick, Duchy of",a book,2025,medium\n', "ours.csv")
    assert found["gb", "248"].name == "Ruritania"
    assert found["gb", "249"].name == "Grand Fenwick, Duchy of"
    assert found["gb", "248"].source == "our own list"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"ours\.csv: no code in it"),
        (HEADER, r"ours\.csv: no code in it"),
        ("code,name\n", r"ours\.csv:1: the first line must be"),
        (HEADER + "gb,248,Ruritania\n", r"ours\.csv:2: 3 cells instead of 6"),
        (HEADER + LINE + LINE, r"ours\.csv:3: code 248 of table gb stands twice"),
        (HEADER + LINE.replace("gb", "Britain"), r"ours\.csv:2: table 'Britain' is no country code"),
        (HEADER + LINE.replace("248", "24-8"), r"ours\.csv:2: code '24-8' must be"),
        (HEADER + LINE.replace("Ruritania", ""), r"ours\.csv:2: the name must have"),
        (HEADER + LINE.replace("Ruritania", "x" * 201), r"ours\.csv:2: the name must have"),
        (HEADER + LINE.replace("Ruritania", "R\x1b[31m"), r"ours\.csv:2: the name must have"),
        (HEADER + LINE.replace("our own list", " "), r"ours\.csv:2: the source is missing"),
        (HEADER + LINE.replace("2026-01-02", "soon"), r"ours\.csv:2: date 'soon' must be"),
        (HEADER + LINE.replace("good", "sure"), r"ours\.csv:2: grade 'sure' is none of"),
        (HEADER + 'gb,248,"Ruri"tania,x,2026,good\n', r"ours\.csv:2: not CSV"),
    ],
)
def test_wrong_line_is_named(text: str, message: str) -> None:
    """File, line and mend are said."""
    with pytest.raises(TableError, match=message):
        read_codes(text, "ours.csv")


def test_byte_order_mark_of_a_spreadsheet_is_taken() -> None:
    """Spreadsheets write one; it is no part of the first cell."""
    assert read_codes("\ufeff" + HEADER + LINE, "ours.csv")


def test_shipped_tables_have_a_source_for_each_line() -> None:
    """No name without its source, date and a grade that is not weak; every table is used by a series."""
    used = {series.codes for series in series_by_rule().values()}
    for sender in shipped_codes().values():
        assert sender.source and sender.date and sender.grade in {"good", "medium"}
        assert sender.table in used
    assert shipped_codes()["ru", "004"].name == "United States"


def test_site_file_overrules_the_shipped_lines(tmp_path: Path) -> None:
    """A site's line wins; shipped lines that it does not name stay."""
    own = tmp_path / "sender-codes.csv"
    own.write_text(HEADER + LINE + "gb,101,Somewhere else,our own list,2026,good\n", encoding="utf-8")
    senders = senders_with(own)
    assert senders["gb", "101"].name == "Somewhere else"
    assert senders["gb", "248"].name == "Ruritania"
    assert senders["de", "17"].name == "United States"


def test_missing_site_file_means_the_shipped_tables(tmp_path: Path) -> None:
    """A site without own codes has the shipped ones."""
    assert senders_with(tmp_path / "none.csv") is shipped_codes()
    assert senders_with(None) is shipped_codes()


def test_unreadable_files_are_refused(tmp_path: Path) -> None:
    """Not there, not text and far too large are said as such."""
    with pytest.raises(TableError, match=r"gone\.csv: cannot be read"):
        load_codes(tmp_path / "gone.csv")
    (tmp_path / "picture.csv").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(TableError, match=r"picture\.csv: not UTF-8"):
        load_codes(tmp_path / "picture.csv")
    (tmp_path / "huge.csv").write_bytes(b"a" * (2**20 + 1))
    with pytest.raises(TableError, match=r"huge\.csv: larger than 1 MiB"):
        load_codes(tmp_path / "huge.csv")
