# SPDX-License-Identifier: Apache-2.0
"""P1, P2, P4, P9: what is acknowledged survives kill -9 at any instant of any work, on both databases."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from e2e.faults.kills import APART, backup_faults, check, cycle
from e2e.faults.made import began_at, made, write_first_form
from e2e.faults.programs import Said, running
from e2e.faults.worker import WHY
from postgres import PostgresServer

from wayside.record import Store
from wayside.record.retention import erase_before

ROUNDS = 6


@pytest.mark.parametrize("phase", ["ingest", "erase"])
def test_what_was_acknowledged_survives_kill_9(record_dir: Path, phase: str) -> None:
    """F1, F26: a process is killed again and again; nothing acknowledged is lost, twice there, or half there."""
    chance, said = random.Random(7), Said()
    for number in range(ROUNDS):
        cycle(record_dir, phase, number * APART, said, chance)
        assert check(record_dir, said) == []
    assert said.added if phase == "ingest" else said.opened
    assert said.failures == []


def test_two_processes_that_are_killed_lose_nothing(record_dir: Path, tmp_path: Path) -> None:
    """F1, F21: both write to one record, and both end at once; nothing that either acknowledged is missing."""
    said = Said()
    with (
        running(record_dir, "ingest", tmp_path / "one") as one,
        running(record_dir, "ingest", tmp_path / "two", start=APART) as two,
    ):
        for program in (one, two):
            program.wait_for_more(20)
    for program in (one, two):
        said.added |= program.said().added
    assert check(record_dir, said) == []


def test_an_erasure_finishes_what_a_killed_one_began(record_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F26: killed between the rows and their files; the next erasure removes those too."""
    said = Said(added=set(range(10)), opened=1, may_be_gone_below=5, gone_below=5)
    with Store(record_dir) as store:
        for number in said.added:
            store.add(*made(number))
        with monkeypatch.context() as patch:
            patch.setattr("wayside.record.retention.run.remove_files", killed)
            with pytest.raises(SystemExit):
                erase_before(store, began_at(5), WHY)
        assert any("picture of 3 is still there" in fault for fault in check(record_dir, said))
        erase_before(store, began_at(1), WHY)
    assert check(record_dir, said) == []


def killed(*anything: object) -> None:
    """The process ends here."""
    raise SystemExit


def test_a_backup_outlives_a_kill(record_dir: Path, tmp_path: Path) -> None:
    """F1, F23, P10: killed while it backs up, erases and writes, both the record and its last backup are whole."""
    chance, said = random.Random(9), Said()
    for number in range(ROUNDS):
        cycle(record_dir, "backup", number * APART, said, chance, opening_share=0)
        assert check(record_dir, said) == []
        assert backup_faults(record_dir, said, tmp_path / "restored") == []
    assert said.failures == []


def test_a_migration_is_done_whole_or_not_at_all(tmp_path: Path) -> None:
    """F22, P8: a record of the first form, killed while it becomes one of the newest, loses nothing, needs no help."""
    chance = random.Random(10)
    for number in range(ROUNDS):
        data_dir, said = tmp_path / str(number), Said(added=set(range(200)))
        write_first_form(data_dir, said.added)
        for start in range(2):
            cycle(data_dir, "migrate", start, said, chance, opening_share=1)
        assert check(data_dir, said) == []


def test_what_was_acknowledged_survives_the_death_of_the_server(
    record_dir: Path, postgres_server: PostgresServer, any_database: str | None
) -> None:
    """F24: the database server is killed under its client, which goes on by itself once it is back."""
    if any_database is None:
        pytest.skip("SQLite has no server")
    chance, said = random.Random(8), Said()

    def strike() -> None:
        postgres_server.kill()
        postgres_server.start()

    for number in range(ROUNDS):
        cycle(record_dir, "ingest", number * APART, said, chance, strike)
        assert check(record_dir, said) == []
    assert len(said.added) > ROUNDS
