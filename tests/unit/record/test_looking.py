# SPDX-License-Identifier: Apache-2.0
"""Passages by their id, the newest of a site page by page, proofs of entries, and small writes that share a sync."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from factories import NOON, bare_passage, full_passage
from sqlalchemy import event

from wayside.domain import UsageError
from wayside.record import (
    Glimpse,
    Store,
    earliest_after,
    find_passage,
    glimpses,
    latest_checkpoint,
    newest,
    proof_of_entry,
)
from wayside.record.exchange import Selection
from wayside.record.journal import PUBLIC_KEYS, check_proof, entry_leaf, parse_proof, read_key_list
from wayside.record.tables import journal


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A record with seven passages, one of them before another camera."""
    with Store(tmp_path) as made:
        made.add_many([full_passage(number)[0] for number in range(1, 7)])
        made.add(bare_passage(7), {})
        yield made


def test_a_passage_is_found_by_its_id(store: Store) -> None:
    """With its site and the number of its entry; what is not there is not found."""
    with store.reading() as connection:
        kept = find_passage(connection, full_passage(3)[0].id)
        assert kept is not None
        assert (kept.site, kept.passage.id, kept.seq) == (store.site.name, f"{3:032x}", 3)
        assert find_passage(connection, "f" * 32) is None


def test_the_newest_come_page_by_page(store: Store) -> None:
    """None twice, none left out, none from before the beginning or of another site or camera."""
    site, found = store.site.name, []
    with store.reading() as connection:
        after = None
        while page := newest(connection, site, NOON, 3, after):
            found += [one.passage.id for one in page]
            last = page[-1]
            after = (round(last.passage.began_at.timestamp() * 1000), last.seq)
        assert found == [f"{number:032x}" for number in range(7, 0, -1)]
        assert len(newest(connection, site, NOON + timedelta(seconds=5), 10)) == 3
        assert newest(connection, "elsewhere", NOON, 10) == []
        assert newest(connection, site, NOON, 10, camera="another") == []


def test_glimpses_are_the_newest_with_less_of_each(store: Store) -> None:
    """Where, when, and why the plate was not read; the limit keeps the newest."""
    with store.reading() as connection:
        whole = [one.passage for one in newest(connection, store.site.name, NOON, 10)]
        found = glimpses(connection, store.site.name, NOON, 10)
        assert found == [Glimpse(one.camera, one.began_at, one.plate.reason_unread) for one in whole]
        assert {one.unread for one in found} != {None}
        assert glimpses(connection, store.site.name, NOON, 2) == found[:2]
        assert glimpses(connection, "elsewhere", NOON, 10) == []


def test_an_entry_is_proven_against_a_signed_head(store: Store) -> None:
    """By whoever has the list of keys and nothing else; what is not signed yet is not proven."""
    with store.writing() as transaction:
        store._ledger.sign(transaction.connection, transaction.now_ms)
    with store.reading() as connection:
        row = connection.execute(journal.select().where(journal.c.seq == 4)).one()
        proof = parse_proof(proof_of_entry(connection, 4))
        assert latest_checkpoint(connection) is not None
        with pytest.raises(UsageError, match="no signed head"):
            proof_of_entry(connection, 10**6)
    keys = [one.key for one in read_key_list(store.data_dir / "keys" / PUBLIC_KEYS).keys]
    assert check_proof(proof, entry_leaf(4, row.kind, bytes(row.commitment)), keys).size > 4


def test_an_export_is_counted_no_further_than_asked(store: Store) -> None:
    """And of one site."""
    with store.reading() as connection:
        assert Selection(site=store.site.name).count(connection, 100) == 7
        assert Selection(site=store.site.name).count(connection, 5) == 5
        assert Selection(site="elsewhere").count(connection, 100) == 0


def test_small_writes_of_many_threads_are_all_there(store: Store) -> None:
    """Each with its own answer, beside entries and passages that are written in the same moment."""

    def noted(number: int) -> int:
        return store.together(lambda transaction: transaction.append("access", {"at": transaction.at, "n": number}))

    with ThreadPoolExecutor(8) as pool:
        small = [pool.submit(noted, number) for number in range(40)]
        others = [pool.submit(store.append, "access", {"n": -number}) for number in range(40)]
        added = [pool.submit(store.add, bare_passage(100 + number), {}) for number in range(20)]
        numbers = [one.result() for one in (*small, *others)]
    assert len(set(numbers)) == 80
    assert all(one.result() for one in added)
    assert store.count() == 27


def test_when_the_earliest_began_of_what_came_later(store: Store) -> None:
    """Of all after a number; nothing came after the last."""
    with store.reading() as connection:
        began = {one.seq: one.passage.began_at for one in newest(connection, store.site.name, NOON, 10)}
        assert earliest_after(connection, 3) == min(at for seq, at in began.items() if seq > 3)
        assert earliest_after(connection, max(began)) is None


def test_the_earliest_is_found_among_what_came_later_alone(store: Store) -> None:
    """The database goes to it by the number, and hands over one row however many there are."""
    seen: list[str] = []
    with store.reading() as connection:
        event.listen(connection, "before_cursor_execute", lambda *told: seen.append(told[2]))
        earliest_after(connection, 3)
        (plan,) = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {seen[-1]}", (0, 3)).all()
    assert "min(" in seen[-1]
    assert "USING INTEGER PRIMARY KEY" in plan[-1]
