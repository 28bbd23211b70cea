# SPDX-License-Identifier: Apache-2.0
"""The repository holds nobody's plate: what stands in it as an example was made up."""

from __future__ import annotations

import csv
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from training.reader.pack import pack_folder

ROOT = Path(__file__).parents[3]
MADE_UP = {"AB1234", "TX1234", "131D12345"}
"""Letters and digits in their order, which some country happens to have given to somebody."""
LEAST = 5
"""Shorter texts turn up by themselves."""
WRITTEN = re.compile(r"[A-Z0-9](?:[A-Z0-9]|[ .\-·](?=[A-Z0-9])){3,11}")
"""What may be a plate, with its gaps."""


def is_telling(text: str) -> bool:
    """Whether a text would be a plate wherever it stood."""
    return len(text) >= LEAST and "?" not in text and bool(re.search(r"\d", text)) and bool(re.search("[A-Z]", text))


def real_plates() -> set[str]:
    """The texts of real plates in the data pack, as people and as a machine read them; skips where it is absent."""
    path = pack_folder() / "plates.csv"
    if not path.is_file():
        pytest.skip("the data pack is not there; set WAYSIDE_DATA_PACK to its folder")
    with path.open(encoding="utf-8", newline="") as file:
        texts = {row[column] for row in csv.DictReader(file) for column in ("text", "machine_text")}
    return {text for text in texts if is_telling(text)} - MADE_UP


def written() -> Iterator[tuple[str, str]]:
    """File and text of all that may be a plate in what the repository tracks."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this is no checkout, so that nobody knows which files belong to it")
    for name in listed.stdout.decode().split("\0")[:-1]:
        try:
            text = (ROOT / name).read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            continue  # pictures, models
        for found in WRITTEN.findall(text):
            yield name, re.sub(r"[ .\-·]", "", found)


def test_no_plate_of_the_data_pack_stands_in_the_repository() -> None:
    """Neither in the tables nor in tests or documents; only the files are named, for the log is no place either."""
    real = real_plates()
    assert sorted({name for name, text in written() if text in real}) == []


def test_a_plate_is_found_however_it_is_spaced() -> None:
    """Else the test above would find nothing."""
    shown = "one (LD12 ABC), two B-MW 123, three '8ABC345'"
    assert [re.sub(r"[ .\-·]", "", one) for one in WRITTEN.findall(shown)] == ["LD12ABC", "BMW123", "8ABC345"]
    assert [one for one in ("LD12ABC", "ABCDEF", "A123") if is_telling(one)] == ["LD12ABC"]
