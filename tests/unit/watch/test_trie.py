# SPDX-License-Identifier: Apache-2.0
"""Patterns asked all at once fit exactly what each of them fits alone."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from wayside.watch.trie import Patterns

signs = st.text("AB1?*", min_size=1, max_size=6)


def alone(written: str, text: str) -> bool:
    """Whether one pattern fits, said another way."""
    return re.fullmatch(written.replace("?", ".").replace("*", ".*"), text) is not None


@given(st.lists(signs, max_size=8), st.text("AB12", max_size=7))
def test_all_at_once_find_what_each_alone_would(patterns: list[str], text: str) -> None:
    """Stars at every place, patterns twice, texts that are too short or too long."""
    made = Patterns()
    for number, one in enumerate(patterns):
        made.add(one, number)
    assert made.fitting(text) == {number for number, one in enumerate(patterns) if alone(one, text)}
