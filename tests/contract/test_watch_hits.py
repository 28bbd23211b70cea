# SPDX-License-Identifier: Apache-2.0
"""Hits are made once for each passage and entry, judged against the picture, kept for their period, and erased."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from canary import CANARY, files_with
from postgres import PostgresServer
from record_times import Time
from watching import a_list, in_force, plated

from wayside.domain import Purpose, UsageError
from wayside.record import HitFilter, HitState, Store, find_hit, hits_after, hits_where, judge, last_hit, verdicts_of
from wayside.record.retention import erase_due, erase_plate
from wayside.record.tables import hit, verdict
from wayside.record.verify import Asked, verify_record
from wayside.watch import entries, lists
from wayside.watch.keeping import keep_watched
from wayside.watch.terms import EntryKind
from wayside.watch.watcher import Watcher

PURPOSE = Purpose("subject-request", "SR-2026/0001", "officer")


def everything(store: Store) -> list[tuple[str, str]]:
    """Source and entry of every hit."""
    with store.reading() as connection:
        return sorted((row.source_id, row.entry) for row in connection.execute(sa.select(hit)))


def sound(store: Store) -> list[str]:
    """What a check of the record finds wrong."""
    store.append("config", {"at": "2026-11-22T13:00:00.000Z", "person": None})
    return [one.damage for one in verify_record(store.data_dir, Asked()).findings]


def test_a_passage_makes_one_hit_of_each_entry_that_it_fits(store: Store) -> None:
    """And none of the others; what was recorded before the entry came into force makes none."""
    list_id = a_list(store)
    store.add(plated(1, "AB12CDE"), {})
    one, other = in_force(store, list_id, "AB12CDE"), in_force(store, list_id, "AB??CDE", EntryKind.WILDCARD)
    watcher = Watcher(store)
    store.add_many([plated(2, "AB12CDE"), plated(3, "XX99XXX"), plated(4, "AB13CDE")])
    made = watcher.step()
    assert made is not None
    assert [(found.matched.source_id[-1], found.matched.entry) for found in made] == [
        ("2", one.id), ("2", other.id), ("4", other.id),
    ]  # fmt: skip
    assert watcher.step() is None
    assert sound(store) == []


def test_comparing_again_after_a_kill_makes_no_second_hit(store: Store) -> None:
    """Though the number up to which was compared was not written since."""
    entry = in_force(store, a_list(store), "AB12CDE")
    Watcher(store).step()
    store.add(plated(1, "AB12CDE"), {})
    assert len(Watcher(store).step() or []) == 1
    with store.writing() as transaction:
        transaction.connection.exec_driver_sql("UPDATE watch_cursor SET seq = 0")
    assert Watcher(store).step() == []
    assert everything(store) == [(plated(1, "AB12CDE").id, entry.id)]


def test_nothing_that_was_recorded_while_nobody_watched_is_missed(store: Store, time: Time) -> None:
    """Also where the entry has run out, or was ended, by the time that somebody watches again."""
    list_id = a_list(store)
    ends, expires = in_force(store, list_id, "AB12CDE"), in_force(store, list_id, "AB12CDF", days=1)
    store.add_many([plated(1, "AB12CDE"), plated(2, "AB12CDF")])
    with store.writing() as transaction:
        entries.end(transaction, ends.id, by="lena")
    time.days(3)
    store.add_many([plated(3, "AB12CDE"), plated(4, "AB12CDF")])
    Watcher(store).step()
    assert everything(store) == [(f"{1:032x}", ends.id), (f"{2:032x}", expires.id)]


def test_a_new_version_takes_the_place_of_the_old_one(store: Store) -> None:
    """From its own entry in the journal on; both are kept, and the hit names the one that it is of."""
    list_id = a_list(store)
    old = in_force(store, list_id, "AB12CDE")
    watcher = Watcher(store)
    with store.writing() as transaction:
        draft = entries.Draft(EntryKind.PLATE, old.draft.terms, old.draft.expires_at, "the red van")
        entries.propose(transaction, list_id, store.site.name, [draft], old.purpose, "r2", of=old)
    store.add(plated(1, "AB12CDE"), {})
    with store.writing() as transaction:
        (new,) = entries.put_in_force(transaction, "r2", approved_by="paul")
    store.add(plated(2, "AB12CDE"), {})
    made = watcher.step() or []
    assert [(one.matched.entry, one.matched.version) for one in made] == [(old.id, 1), (old.id, 2)]
    with store.reading() as connection:
        assert [one.version for one in entries.versions(connection, old.id)] == [2, 1]
        assert entries.newest(connection, old.id) == new


def test_what_ended_is_not_watched_for(store: Store) -> None:
    """An entry, or its whole list with it."""
    list_id = a_list(store)
    in_force(store, list_id, "AB12CDE")
    with store.writing() as transaction:
        lists.end_list(transaction, list_id, by="lena")
    store.add(plated(1, "AB12CDE"), {})
    assert Watcher(store).step() == []
    with store.reading() as connection:
        assert lists.lists_of(connection, store.site.name) == []


def test_a_hit_is_a_lead_until_somebody_looked(store: Store) -> None:
    """What is said is appended; a second look may say otherwise, and both are kept."""
    in_force(store, a_list(store), "AB12CDE")
    watcher = Watcher(store)
    store.add(plated(1, "AB12CDE"), {})
    (made,) = watcher.step() or []
    with store.writing() as transaction:
        judge(transaction, made.seq, HitState.CONFIRMED, author="mona", reason="the plate is clear")
    with pytest.raises(UsageError, match="already"), store.writing() as transaction:
        judge(transaction, made.seq, HitState.CONFIRMED, author="mona")
    with store.writing() as transaction:
        judge(transaction, made.seq, HitState.REJECTED, author="ivy", reason="another make of car")
    with pytest.raises(UsageError, match="no such hit"), store.writing() as transaction:
        judge(transaction, 10**6, HitState.REJECTED, author="ivy")
    with store.reading() as connection:
        found = find_hit(connection, made.seq)
        said = verdicts_of(connection, made.seq)
    assert found is not None
    assert found.state is HitState.REJECTED
    assert [(one.state.value, one.author) for one in said] == [("confirmed", "mona"), ("rejected", "ivy")]
    assert sound(store) == []


def test_hits_are_listed_newest_first_and_by_what_is_wanted(store: Store) -> None:
    """In pages, and those after a number in the order in which they were made."""
    list_id = a_list(store)
    in_force(store, list_id, "AB12*", EntryKind.WILDCARD)
    watcher = Watcher(store)
    store.add_many([plated(number, "AB12CDE") for number in range(1, 6)])
    made = watcher.step() or []
    site = store.site.name
    with store.writing() as transaction:
        judge(transaction, made[0].seq, HitState.REJECTED, author="mona")
    with store.reading() as connection:
        first = hits_where(connection, HitFilter(site), 2)
        rest = hits_where(connection, HitFilter(site), 9, (first[-1].matched.began_ms, first[-1].seq))
        assert [one.seq for one in (*first, *rest)] == [one.seq for one in reversed(made)]
        assert len(hits_where(connection, HitFilter(site, state=HitState.NEW, list_id=list_id), 9)) == 4
        assert hits_where(connection, HitFilter("elsewhere"), 9) == []
        assert [one.seq for one in hits_after(connection, site, made[2].seq, 9)] == [one.seq for one in made[3:]]
        assert last_hit(connection) == made[-1].seq


def test_a_hit_outlives_its_passage_until_its_own_period_is_over(store: Store, time: Time) -> None:
    """Thirty days and ninety, where the site says nothing; then neither table nor journal keeps it."""
    in_force(store, a_list(store), "AB12CDE")
    watcher = Watcher(store)
    store.add(plated(1, "AB12CDE"), {})
    watcher.step()
    time.days(31)
    assert erase_due(store, clock_is_right=True).counts.passages == 1
    assert len(everything(store)) == 1
    assert sound(store) == []
    time.days(60)
    assert erase_due(store, clock_is_right=True).counts.hits == 1
    assert everything(store) == []
    assert sound(store) == []


def test_hits_go_with_a_passage_that_somebody_had_erased(
    store: Store, record_dir: Path, any_database: str | None, request: pytest.FixtureRequest
) -> None:
    """With every word that was said of them: the plate stands in no file any more."""
    list_id = a_list(store)
    entry = in_force(store, list_id, CANARY)
    watcher = Watcher(store)
    store.add(plated(1, CANARY), {})
    (made,) = watcher.step() or []
    with store.writing() as transaction:
        judge(transaction, made.seq, HitState.CONFIRMED, author="mona", reason=f"it reads {CANARY}")
        entries.end(transaction, entry.id, by="lena")
        assert entries.forget_plate(transaction, CANARY) == 0
    erase_plate(store, CANARY, PURPOSE)
    with store.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(verdict)).scalar_one() == 0
    folders = [record_dir]
    if any_database is not None:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        folders.append(server.data)
    assert everything(store) == []
    assert files_with(CANARY, folders) == []
    assert sound(store) == []


def test_a_hit_that_was_made_up_or_changed_by_hand_is_noticed(store: Store) -> None:
    """Whoever edits the tables cannot edit the journal."""
    in_force(store, a_list(store), "AB12CDE")
    watcher = Watcher(store)
    store.add_many([plated(1, "AB12CDE"), plated(2, "AB12CDE")])
    watcher.step()
    with store.writing() as transaction:
        transaction.connection.exec_driver_sql(f"UPDATE hit SET state = 'rejected' WHERE source_id = '{1:032x}'")
        transaction.connection.exec_driver_sql(f"UPDATE hit SET text = 'XX99XXX' WHERE source_id = '{2:032x}'")
    assert sound(store) == ["hit-edited", "hit-edited"]


def test_where_only_hits_are_kept_nothing_else_reaches_the_disk(record_dir: Path, time: Time) -> None:
    """Lists are read anew when they change; a site without any keeps nothing but counts."""
    with (record_dir / "site.toml").open("a") as site:
        site.write("[no_hit]\non = true\n")
    with Store(record_dir, clock=time.clock()) as store:
        keep_watched(store)
        store.add(plated(1, "AB12CDE"), {})
        entry = in_force(store, a_list(store), "AB12CDE")
        store.add_many([plated(2, "AB12CDE"), plated(3, "XX99XXX"), plated(4, "XX99XXX", 0.9, [("AB12CDE", 0.08)])])
        assert [one.id[-1] for one in store.passages()] == ["4", "2"]
        with store.writing() as transaction:
            entries.end(transaction, entry.id, by="lena")
        store.add(plated(5, "AB12CDE"), {})
        assert store.count() == 2
