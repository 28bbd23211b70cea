# SPDX-License-Identifier: Apache-2.0
"""Plates as a monitor sees them: enough to recognise a vehicle that is in sight, too little to name it."""

from __future__ import annotations

import pytest
from factories import bare_passage, full_passage, passages
from hypothesis import given
from hypothesis import strategies as st

from wayside.access.masking import mask_passage, mask_plate
from wayside.domain import EvidenceRole, Passage


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("AB12 123", "AB•• •23"),
        ("B MW 1234", "B M• ••34"),
        ("101D234", "10•••34"),
        ("123456", "12•••6"),
        ("12345", "1•••5"),
        ("1234", "1•••"),
        ("123", "•••"),
        ("1", "•"),
        ("京A12345", "京A•••45"),
        ("", ""),
    ],
)
def test_the_middle_is_dotted_out(text: str, masked: str) -> None:
    """At most two characters stay at either end."""
    assert mask_plate(text) == masked


@given(st.text("ABÄ京0159 -", max_size=12))
def test_at_least_three_characters_are_hidden_and_at_most_four_shown(text: str) -> None:
    """Of the letters and digits; the length stays, so that columns do not jump."""
    masked = mask_plate(text)
    letters = sum(character.isalnum() for character in text)
    shown = sum(character.isalnum() for character in masked)
    assert len(masked) == len(text)
    assert shown <= 4
    assert masked.count("•") == letters - shown >= min(3, letters)


def everything(passage: Passage) -> str:
    """All that a passage says, for looking for what it should not."""
    return repr(passage)


def test_a_masked_passage_says_its_plate_nowhere() -> None:
    """Neither in its alternatives nor in the picture of the plate."""
    passage, _ = full_passage()
    masked = mask_passage(passage)
    assert "101D234" in everything(passage)
    assert "101D234" not in everything(masked)
    assert not masked.plate.alternatives
    assert {one.role for one in masked.evidence} == {EvidenceRole.FRAME, EvidenceRole.VEHICLE}
    assert masked.registration is not None
    assert masked.registration.sender_code == "101"


def test_a_passage_without_a_plate_stays_as_it_is() -> None:
    """There is nothing to mask, and the reason why there is no plate is no secret."""
    assert mask_passage(bare_passage()) == bare_passage()


@given(passages())
def test_masking_twice_is_masking_once(passage: Passage) -> None:
    """So that it does not matter who does it first."""
    once = mask_passage(passage)
    assert mask_passage(once) == once
