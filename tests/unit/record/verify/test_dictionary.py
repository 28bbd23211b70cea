# SPDX-License-Identifier: Apache-2.0
"""What the dictionary of plates must hold is added up place by place as it is kept piece by piece."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wayside.record.plate_texts import pieces
from wayside.record.verify.dictionary import pieces_sum


@given(st.sets(st.text("AB1", min_size=1, max_size=9), max_size=30))
def test_pieces_are_added_up_as_they_are_kept(texts: set[str]) -> None:
    """Each once, also those that stand twice in a text, and texts that are shorter than a piece."""
    assert pieces_sum(texts) == sum(hash((piece, text)) for text in texts for piece in pieces(text))


def test_another_piece_makes_another_sum() -> None:
    """Else nothing would be compared."""
    assert pieces_sum(["AB12CD"]) != pieces_sum(["AB12CE"]) != pieces_sum([])
