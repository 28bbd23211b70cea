# SPDX-License-Identifier: Apache-2.0
"""The tables of access are those that its queries name, in both databases, and refuse what must never be."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, text

from wayside.access.tables import request, role_grant, work
from wayside.domain import RecordError
from wayside.record import Store

REQUEST = {
    "id": "r1", "site": "north", "deed": "add entry", "subject": "{}", "because": "CR-2026/0123", "asked_by": "mary",
    "asked_ms": 0, "expires_ms": 1, "state": "open",
}  # fmt: skip
GRANT = {"person": "mary", "site": "north", "role": "monitor", "granted_by": "adam", "granted_ms": 0}
WORK = {"person": "mary", "site": "north", "reason": "offence", "reference": "CR-2026/0123", "begun_ms": 0}


def test_the_database_itself_refuses_a_signature_under_ones_own_request(store: Store) -> None:
    """Whatever the program above it thinks."""
    with pytest.raises(RecordError), store.writing() as transaction:
        transaction.connection.execute(insert(request), [{**REQUEST, "decided_by": "mary"}])
    with store.writing() as transaction:
        transaction.connection.execute(insert(request), [{**REQUEST, "decided_by": "paul"}])


def test_nobody_holds_a_role_twice_or_works_under_two_purposes(store: Store) -> None:
    """Those that have ended do not count, nor do the purposes of tokens."""
    ended = [{**GRANT, "id": "g0", "ended_ms": 1}, {**GRANT, "id": "g1", "ended_ms": None}]
    works = [{**WORK, "id": "w0", "ended_ms": 1, "token": None}, {**WORK, "id": "w1", "ended_ms": None, "token": None}]
    with store.writing() as transaction:
        transaction.connection.execute(insert(role_grant), ended)
        transaction.connection.execute(insert(work), [*works, {**WORK, "id": "w2", "ended_ms": None, "token": "t"}])
    for table, row in ((role_grant, {**GRANT, "id": "g2"}), (work, {**WORK, "id": "w3"})):
        with pytest.raises(RecordError), store.writing() as transaction:
            transaction.connection.execute(insert(table), [row])


def test_searches_are_found_without_reading_past_every_passage(store: Store) -> None:
    """The auditor's desk stays quick in a journal of many million passages."""
    query = "SELECT seq FROM journal WHERE kind = 'search' AND kind <> 'passage' AND seq < 9 ORDER BY seq DESC"
    with store.reading() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            plan = connection.execute(text(f"EXPLAIN {query}")).scalars().all()
        else:
            plan = [row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {query}"))]
    assert "journal_by_kind" in " ".join(plan)
