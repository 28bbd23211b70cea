# SPDX-License-Identifier: Apache-2.0
"""A passage as a row: nothing is lost on the way, and the journal's payload is all of the row."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from factories import NOON, bare_passage, full_passage, passages
from hypothesis import given

from wayside.domain import Passage
from wayside.record.rows import Row, milliseconds, moment, passage_of, payload, row_of
from wayside.record.tables import passage as table


@given(passages())
def test_any_passage_comes_back(passage: Passage) -> None:
    """To the millisecond and to the digits that the record keeps."""
    row = row_of(passage, 7, "site", 1, {})
    again = passage_of(row)
    assert row_of(again, 7, "site", 1, {}) == row
    assert (again.id, again.plate.text, again.registration) == (passage.id, passage.plate.text, passage.registration)


def test_the_columns_are_those_of_the_table() -> None:
    """In the same order, which the journal's payload rests on."""
    assert [name.rstrip("_") for name in Row._fields] == [column.name for column in table.columns]


def test_the_payload_is_all_of_the_row_but_its_number() -> None:
    """As a JSON array that anybody can read."""
    passage, pictures = full_passage()
    row = row_of(passage, 7, "site", 1, {digest: len(data) for digest, data in pictures.items()})
    assert json.loads(payload(row)) == list(row[1:])
    assert payload(row) == payload(row._replace(seq=8))


@pytest.mark.parametrize("field", [name for name in Row._fields if name != "seq"])
def test_every_column_counts(field: str) -> None:
    """A change of any column is a change of the payload."""
    row = row_of(full_passage()[0], 7, "site", 1, {})
    before = getattr(row, field)
    changed = row._replace(**{field: before + 1 if isinstance(before, int) else f"{before}x"})
    assert payload(changed) != payload(row)


def test_a_picture_that_was_never_taken_in_has_no_size() -> None:
    """So that its absence is no damage."""
    passage, pictures = full_passage()
    first = next(iter(pictures))
    more = json.loads(row_of(passage, 7, "site", 1, {first: 12}).more)
    assert {digest: size for _, digest, size in more[-1]} == {**dict.fromkeys(pictures), first: 12}


def test_times_are_whole_milliseconds() -> None:
    """The rest is cut off, as in documents, and a time without a zone is refused."""
    assert moment(milliseconds(NOON + timedelta(microseconds=1999))) == NOON + timedelta(milliseconds=1)
    assert milliseconds(datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)) == -1000
    with pytest.raises(ValueError, match="no time zone"):
        row_of(replace(bare_passage(), began_at=datetime(2026, 11, 22)), 0, "site", 0, {})
