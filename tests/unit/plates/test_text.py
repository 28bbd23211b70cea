# SPDX-License-Identifier: Apache-2.0
"""Text of any kind becomes plain plate text, and confusable plates share a key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.plates import canonical_key, normalise
from wayside.plates.text import ALPHABET


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("ld12 abc", "LD12ABC"),
        ("B-MW 123", "BMW123"),
        ("А123ВС77", "A123BC77"),  # Cyrillic
        ("ΙΒΟ-7041", "IBO7041"),  # Greek
        ("MÜ-ÖÄ 1", "MUOA1"),
        ("ＡＢ１２", "AB12"),  # full width
        ("Łódź 1", "LODZ1"),
        ("🚗 AB 12 🚗", "AB12"),
        ("", ""),
        ("<script>alert('x')</script>", "SCRIPTALERTXSCRIPT"),
        ("'; DROP TABLE passages; --", "DROPTABLEPASSAGES"),
        ("AB\x00\x1b[31m12", "AB31M12"),
    ],
)
def test_normalise_keeps_letters_and_digits(written: str, plain: str) -> None:
    """Separators, accents, scripts and markup go; look-alikes become Latin."""
    assert normalise(written) == plain


@given(st.text(max_size=300))
def test_normalise_gives_plain_text_for_anything(text: str) -> None:
    """Whatever comes in, only A–Z and 0–9 come out, and doing it twice changes nothing."""
    plain = normalise(text)
    assert set(plain) <= set(ALPHABET)
    assert normalise(plain) == plain


def test_normalise_takes_ten_thousand_characters() -> None:
    """Length alone is no fault."""
    assert normalise("ab-1" * 2500) == "AB1" * 2500


@pytest.mark.parametrize(
    ("one", "other"), [("LD12ABC", "LDI2ABC"), ("B8S5Z2G6", "88552266"), ("123D456", "1230456"), ("OQ", "00")]
)
def test_confusable_plates_share_a_key(one: str, other: str) -> None:
    """Plates that a reader easily takes for each other have one key."""
    assert canonical_key(one) == canonical_key(other)


def test_different_plates_keep_different_keys() -> None:
    """Folding does not touch characters that are not confused."""
    assert canonical_key("LD12ABC") != canonical_key("LD12ABX")
