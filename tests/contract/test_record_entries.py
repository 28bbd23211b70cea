# SPDX-License-Identifier: Apache-2.0
"""What people did is read back from the journal, newest first, past any number of passages, in both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from factories import bare_passage
from sqlalchemy import text

from wayside.domain import UsageError
from wayside.record import Store, entries
from wayside.record.entries import BATCH


def test_entries_come_newest_first_and_only_of_the_kinds_asked_for(record_dir: Path) -> None:
    """With the payload as it was appended."""
    with Store(record_dir) as store:
        store.append("search", {"at": "1", "person": "mary"})
        store.add(bare_passage(), {})
        store.append("access", {"at": "2", "person": "john"})
        last = store.append("search", {"at": "3", "person": "paul"})
        with store.reading() as connection:
            found = list(entries(connection, ["search"]))
            both = [entry.kind for entry in entries(connection, ["search", "access"])]
            earlier = list(entries(connection, ["search"], before=last))
    assert [entry.payload for entry in found] == [{"at": "3", "person": "paul"}, {"at": "1", "person": "mary"}]
    assert both == ["search", "access", "search"]
    assert earlier == found[1:]


def test_more_than_a_page_is_read_without_a_hole(record_dir: Path) -> None:
    """Nor is any read twice."""
    with Store(record_dir) as store:
        with store.writing() as transaction:
            seqs = [transaction.append("search", {"n": n}) for n in range(BATCH + 3)]
        with store.reading() as connection:
            assert [entry.seq for entry in entries(connection, ["search"])] == seqs[::-1]


def test_an_erased_entry_is_there_without_its_payload(record_dir: Path) -> None:
    """Counts stay right after the payload had to go."""
    with Store(record_dir) as store:
        seq = store.append("search", {"n": 1})
        blank = text("UPDATE journal SET payload = NULL, salt = NULL, erased_by = 9 WHERE seq = :seq")
        with store.writing() as transaction:
            transaction.connection.execute(blank, {"seq": seq})
        with store.reading() as connection:
            assert [(entry.seq, entry.payload) for entry in entries(connection, ["search"])] == [(seq, None)]


def test_passages_are_not_read_like_this(record_dir: Path) -> None:
    """That would be a look into the record without a purpose."""
    with (
        Store(record_dir) as store,
        store.reading() as connection,
        pytest.raises(UsageError, match="under a purpose"),
    ):
        list(entries(connection, ["search", "passage"]))
