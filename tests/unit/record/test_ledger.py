# SPDX-License-Identifier: Apache-2.0
"""The journal in the database: it grows by entries only, its tree is that of RFC 6962, and it is signed in time."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from factories import bare_passage, full_passage
from searching import watching
from sqlalchemy import func, select

from wayside.domain import RecordError
from wayside.record import Store
from wayside.record.clock import Clock
from wayside.record.journal import check_inclusion, entry_leaf, inclusion_proof, peek_checkpoint, root_of
from wayside.record.ledger import CHECKPOINT_ENTRIES, CHECKPOINT_MS, leaves, node_reader
from wayside.record.store import DATABASE
from wayside.record.tables import checkpoint, journal


def filled(folder: Path, passages: int) -> Store:
    """A record with so many passages, closed and opened again."""
    with Store(folder) as store:
        store.add_many([bare_passage(number) for number in range(passages)])
    return Store(folder)


def test_the_last_checkpoint_is_the_tree_of_all_entries(tmp_path: Path) -> None:
    """Also when kept nodes stand for most of the leaves."""
    with filled(tmp_path, 700) as store, store.reading() as connection:
        note = connection.execute(select(checkpoint.c.note).order_by(checkpoint.c.size.desc())).scalars().first()
        stated = peek_checkpoint(str(note))
        rows = connection.execute(select(journal).order_by(journal.c.seq)).all()
        assert stated.size == len(rows) == 701
        assert stated.root == root_of(entry_leaf(row.seq, row.kind, bytes(row.commitment)) for row in rows)


def test_proofs_read_kept_nodes(tmp_path: Path) -> None:
    """Any entry is shown to be in the tree."""
    with filled(tmp_path, 700) as store, store.reading() as connection:
        node = node_reader(connection)
        hashes = leaves(connection, 0, 701)
        for index in (0, 255, 256, 511, 600, 700):
            proof = inclusion_proof(index, 701, node)
            assert check_inclusion(index, 701, hashes[index], proof, root_of(hashes))


def test_a_journal_that_was_changed_is_not_continued(tmp_path: Path) -> None:
    """Nothing may be signed on top of what somebody altered behind our back."""
    filled(tmp_path, 3).close()
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        connection.execute("DROP TRIGGER journal_stands")
        connection.execute("UPDATE journal SET commitment = zeroblob(32) WHERE seq = 2")
    with pytest.raises(RecordError, match="not the one that was signed"):
        Store(tmp_path)


def test_a_journal_whose_tail_was_cut_is_not_continued(tmp_path: Path) -> None:
    """The checkpoint tells how long it was."""
    filled(tmp_path, 3).close()
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        connection.execute("DROP TRIGGER journal_stays")
        connection.execute("DELETE FROM journal WHERE seq = 3")
    with pytest.raises(RecordError, match="not the one that was signed"):
        Store(tmp_path)


def test_checkpoints_come_by_number_and_by_time(tmp_path: Path) -> None:
    """After a thousand entries or ten seconds; a clock that steps back does not keep them waiting."""
    now_s = [1_795_000_000.0]
    with Store(tmp_path, clock=Clock(lambda: now_s[0], lambda: now_s[0])) as store:

        def sizes() -> list[int]:
            with store.reading() as connection:
                return list(connection.execute(select(checkpoint.c.size).order_by(checkpoint.c.size)).scalars())

        assert sizes() == [1]
        store.add(bare_passage(1), {})
        assert sizes() == [1]
        now_s[0] += CHECKPOINT_MS / 1000
        store.add(bare_passage(2), {})
        assert sizes() == [1, 3]
        now_s[0] -= 3600
        store.add(bare_passage(3), {})
        assert sizes() == [1, 3, 4]
        store.add_many([bare_passage(10 + number) for number in range(CHECKPOINT_ENTRIES)])
        assert sizes() == [1, 3, 4, 4 + CHECKPOINT_ENTRIES]


def test_a_lost_key_is_not_replaced_in_silence(tmp_path: Path) -> None:
    """With another key's list nobody could tell our checkpoints from a forger's."""
    filled(tmp_path, 1).close()
    (tmp_path / "keys" / "journal.key").unlink()
    with pytest.raises(RecordError, match=r"journal\.key cannot be read"):
        Store(tmp_path)


def test_processes_that_take_turns_follow_each_other(tmp_path: Path) -> None:
    """Each takes over what the other appended, with the checkpoints, and the tree is that of all entries."""
    with Store(tmp_path) as one, Store(tmp_path) as other:
        for turn in range(5):
            other.add_many([bare_passage(1000 * turn + number) for number in range(300 * turn)])
            one.append("search", {"at": "", "person": "ada", "turn": turn})
            one.add(bare_passage(100_000 + turn), {})
    with Store(tmp_path) as store, store.reading() as connection:
        notes = connection.execute(select(checkpoint.c.note).order_by(checkpoint.c.size)).scalars().all()
        size = connection.execute(select(func.count()).select_from(journal)).scalar_one()
        for note in notes:
            stated = peek_checkpoint(note)
            assert stated.root == root_of(leaves(connection, 0, stated.size))
        assert (len(notes) >= 4, peek_checkpoint(notes[-1]).size) == (True, size)


def test_what_another_process_signed_wrongly_is_not_followed(tmp_path: Path) -> None:
    """An entry that was changed between two turns is noticed at the next checkpoint."""
    with Store(tmp_path) as one:
        with Store(tmp_path) as other:
            other.add_many([bare_passage(number) for number in range(5)])
        with sqlite3.connect(tmp_path / DATABASE) as connection:
            connection.execute("DROP TRIGGER journal_stands")
            connection.execute("UPDATE journal SET commitment = zeroblob(32) WHERE seq = 3")
        with pytest.raises(RecordError, match="not the one that was signed"):
            one.add(bare_passage(9), {})
        with sqlite3.connect(tmp_path / DATABASE) as connection:  # so that closing the record can sign it
            connection.execute("DELETE FROM checkpoint WHERE size > 1")


def test_only_what_adds_leaves_the_memory_of_others_good(tmp_path: Path) -> None:
    """After an erasure by another process, a process knows no more which plates are in the dictionary."""
    asked: list[str] = []

    def see(connection: object, cursor: object, statement: str, *rest: object) -> None:
        asked.append(statement)

    def asks_for_plates(store: Store, number: int) -> bool:
        asked.clear()
        with watching(see):
            store.add(*full_passage(number))
        return any("plate_text" in statement for statement in asked)

    with Store(tmp_path) as one, Store(tmp_path) as other:
        assert asks_for_plates(one, 1)
        other.append("search", {"at": "", "person": "ada"})
        assert not asks_for_plates(one, 2)
        other.append("erasure", {"at": "", "person": "ada", "count": 0, "ranges": []})
        assert asks_for_plates(one, 3)
