# SPDX-License-Identifier: Apache-2.0
"""The tables of watching are those that its queries name, in both databases, and refuse what must never be."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from wayside.domain import RecordError
from wayside.record import Store
from wayside.record.tables import hit
from wayside.watch.tables import watch_list

HIT = {
    "site": "north", "source": "passage", "source_id": "p1", "source_seq": 7, "camera": "gate", "class": "civil",
    "began_ms": 1, "received_ms": 2, "entry": "e1", "version": 1, "list": "l1", "text": "AB12CDE",
    "probability": 0.97, "state": "new",
}  # fmt: skip
LIST = {"site": "north", "name": "stolen", "about": "", "owner": "lena", "made_ms": 0}


def test_the_database_itself_refuses_a_second_hit_of_one_passage_and_entry(store: Store) -> None:
    """Whichever process made the first one; another entry is another hit."""
    with store.writing() as transaction:
        transaction.connection.execute(insert(hit), [{**HIT, "seq": 8}, {**HIT, "seq": 9, "entry": "e2"}])
    with pytest.raises(RecordError), store.writing() as transaction:
        transaction.connection.execute(insert(hit), [{**HIT, "seq": 10, "version": 2}])


def test_two_lists_in_use_never_share_a_name(store: Store) -> None:
    """One that has ended gives its name free; another site has names of its own."""
    rows = [
        {**LIST, "id": "l0", "ended_ms": 1},
        {**LIST, "id": "l1", "ended_ms": None},
        {**LIST, "id": "l2", "site": "south", "ended_ms": None},
    ]
    with store.writing() as transaction:
        transaction.connection.execute(insert(watch_list), rows)
    with pytest.raises(RecordError), store.writing() as transaction:
        transaction.connection.execute(insert(watch_list), [{**LIST, "id": "l3"}])
