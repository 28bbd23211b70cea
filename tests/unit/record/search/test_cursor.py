# SPDX-License-Identifier: Apache-2.0
"""The word that says where a page ended."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.domain import UsageError
from wayside.record.search import Criteria, PlateQuery
from wayside.record.search.cursor import START, Key, cursor_of, key_of

NUMBERS = st.integers(-(2**62), 2**62)
ASKED = Criteria(plate=PlateQuery("AB12CDE"))


@given(st.builds(Key, NUMBERS, NUMBERS))
def test_a_cursor_leads_back_to_where_the_page_ended(key: Key) -> None:
    """In signs that an address may hold."""
    cursor = cursor_of(ASKED, key)
    assert key_of(ASKED, cursor) == key
    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_the_first_page_begins_with_the_newest() -> None:
    """Whatever its time."""
    assert key_of(ASKED, None) == START > Key(2**61, 2**61)


@given(st.text(max_size=40) | st.binary(max_size=30).map(lambda data: base64.urlsafe_b64encode(data).decode()))
def test_whatever_is_no_cursor_is_refused(text: str) -> None:
    """Nothing else happens, whatever stands there."""
    try:
        assert isinstance(key_of(ASKED, text), Key)
    except UsageError as error:
        assert "begin" in str(error)


def test_a_cursor_of_another_search_is_noticed() -> None:
    """It would leave out results without a word."""
    cursor = cursor_of(ASKED, Key(5, 7))
    with pytest.raises(UsageError, match="another search"):
        key_of(Criteria(gate="main"), cursor)


def test_a_cursor_says_too_little_to_tell_the_plate() -> None:
    """Among a million plates, dozens have the same mark."""
    marks = {cursor_of(Criteria(plate=PlateQuery(f"P{number}")), Key(1, 1)) for number in range(3000)}
    assert len(marks) > 2500
    assert len(base64.urlsafe_b64decode(next(iter(marks)) + "==")) == 2 + 8 + 8
