# SPDX-License-Identifier: Apache-2.0
"""P1, P2, P4, P9: what is acknowledged survives kill -9 at any instant of any work, on both databases."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from e2e.faults.kills import APART, Said, check, cycle
from postgres import PostgresServer

ROUNDS = 6


@pytest.mark.parametrize("phase", ["ingest", "erase", "opening"])
def test_what_was_acknowledged_survives_kill_9(record_dir: Path, phase: str) -> None:
    """F1, F26: a process is killed again and again; nothing acknowledged is lost, twice there, or half there."""
    chance, said = random.Random(7), Said()
    for number in range(ROUNDS):
        cycle(record_dir, phase, number * APART, said, chance)
        assert check(record_dir, said) == []
    assert said.added
    assert said.failures == []


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
