# SPDX-License-Identifier: Apache-2.0
"""The index finds exactly the plates within one error, new ones too, and survives being saved."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.plates import PlateError, PlateIndex
from wayside.plates.index import LONGEST, decode_code, encode, neighbours
from wayside.plates.text import ALPHABET

plates = st.text(ALPHABET, min_size=1, max_size=LONGEST)


def edits(text: str) -> set[str]:
    """Every text within one error, the slow and plain way."""
    found = {text}
    for at in range(len(text) + 1):
        found |= {text[:at] + c + text[at:] for c in ALPHABET}
        if at < len(text):
            found |= {text[:at] + c + text[at + 1 :] for c in ALPHABET} | {text[:at] + text[at + 1 :]}
    return {other for other in found if 0 < len(other) <= LONGEST}


@given(plates)
def test_codes_are_texts(text: str) -> None:
    """Every plate has one number, which gives it back."""
    assert decode_code(encode(text)) == text


@given(plates, plates)
def test_codes_sort_like_texts(one: str, other: str) -> None:
    """The order of numbers is the order of texts."""
    assert (encode(one) < encode(other)) == (one < other)


@settings(max_examples=40, deadline=None)
@given(st.text(ALPHABET, min_size=1, max_size=LONGEST + 1))
def test_neighbours_are_all_and_only_the_edits(text: str) -> None:
    """Exchanged, added and lost characters, at every place."""
    assert {decode_code(int(code)) for code in neighbours(text)} == edits(text)


def test_finds_what_is_within_one_error() -> None:
    """Only such plates, the same first, confusable ones before others."""
    index = PlateIndex.build(["LD12ABC", "LO12ABC", "LW12ABC", "LD12AB", "XLD12ABC", "LD12BAC", "AB205KD"])
    found = index.within_one_error("ld12 abc")
    assert found[0] == "LD12ABC"
    assert set(found) == {"LD12ABC", "LO12ABC", "LW12ABC", "LD12AB", "XLD12ABC"}
    assert found.index("LO12ABC") < found.index("LW12ABC")


def test_agrees_with_the_slow_way_on_many_plates() -> None:
    """Ten thousand short plates, a hundred questions: the same answers as comparing each."""
    chance = random.Random(3)
    known = {"".join(chance.choices("AB12", k=chance.randint(4, 7))) for _ in range(10_000)}
    index = PlateIndex.build(known)
    for _ in range(100):
        asked = "".join(chance.choices("AB12", k=6))
        assert set(index.within_one_error(asked)) == edits(asked) & known


def test_new_plates_are_found_at_once() -> None:
    """Adding is seen by the next question; adding twice is not."""
    index = PlateIndex.build(["LD12ABC"])
    assert index.add("GK001ZZ") and not index.add("gk-001-zz")
    assert "GK001ZZ" in index and len(index) == 2
    assert index.within_one_error("GK001ZX") == ("GK001ZZ",)


@pytest.mark.parametrize("text", ["", "🚗", "A" * 13])
def test_what_no_plate_can_be_is_not_kept(text: str) -> None:
    """Nothing and too much are neither added nor found."""
    index = PlateIndex.build([text, "LD12ABC"])
    assert len(index) == 1
    assert not index.add(text)
    assert text not in index


def test_saved_index_is_mapped(tmp_path: Path) -> None:
    """What is saved, new plates too, is found after loading."""
    index = PlateIndex.build(["LD12ABC"])
    index.add("GK001ZZ")
    index.save(tmp_path / "plates.npy")
    loaded = PlateIndex.load(tmp_path / "plates.npy")
    assert len(loaded) == 2
    assert loaded.within_one_error("GK001ZZ") == ("GK001ZZ",)
    assert loaded.add("BMW123") and "BMW123" in loaded


def test_foreign_file_is_refused(tmp_path: Path) -> None:
    """An array of something else is no index."""
    np.save(tmp_path / "other.npy", np.zeros(3))
    with pytest.raises(PlateError, match=r"other\.npy is no plate index"):
        PlateIndex.load(tmp_path / "other.npy")


def test_empty_index_answers_nothing() -> None:
    """No plates, no answer."""
    assert PlateIndex.build([]).within_one_error("LD12ABC") == ()
