# SPDX-License-Identifier: Apache-2.0
"""A clock that is set is noticed and told in the journal; one that merely runs is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from factories import bare_passage
from sqlalchemy import select

from wayside.record import Store
from wayside.record.clock import Clock
from wayside.record.tables import journal

START_S = 1_795_000_000.0


class Machine:
    """A wall clock that can be set, and a steady one that cannot."""

    def __init__(self) -> None:
        self.wall_s, self.steady_s = START_S, 100.0

    def clock(self) -> Clock:
        """The clock of a process that starts on it."""
        return Clock(lambda: self.wall_s, lambda: self.steady_s)

    def run(self, seconds: float) -> None:
        """Time goes by."""
        self.wall_s += seconds
        self.steady_s += seconds


def steps(store: Store) -> list[int]:
    """The clock's steps that the journal tells of, in ms."""
    with store.reading() as connection:
        payloads = connection.execute(select(journal.c.payload).where(journal.c.kind == "clock")).scalars()
        return [json.loads(payload)["stepped_ms"] for payload in payloads]


@pytest.mark.parametrize("step_s", [3600, -3600, -START_S, 1.5, -1.5])
def test_a_step_is_told_once_with_its_size(tmp_path: Path, step_s: float) -> None:
    """Forward, back, and to 1970; what comes after is recorded all the same (P5)."""
    machine = Machine()
    with Store(tmp_path, clock=machine.clock()) as store:
        store.add(bare_passage(1), {})
        machine.run(5)
        machine.wall_s += step_s
        assert store.add(bare_passage(2), {})
        assert store.add(bare_passage(3), {})
        assert steps(store) == [int(step_s * 1000)]


def test_time_that_goes_by_is_no_step(tmp_path: Path) -> None:
    """Nor the small corrections of a time service."""
    machine = Machine()
    with Store(tmp_path, clock=machine.clock()) as store:
        for number in range(5):
            machine.run(86_400)
            machine.wall_s += 0.4
            store.add(bare_passage(number), {})
        assert steps(store) == []


def test_a_process_that_starts_before_the_last_checkpoint_says_so(tmp_path: Path) -> None:
    """The machine came up with a clock that is behind what it had signed."""
    machine = Machine()
    Store(tmp_path, clock=machine.clock()).close()
    machine.wall_s = 0.0
    with Store(tmp_path, clock=machine.clock()) as store:
        assert steps(store) == [-int(START_S * 1000)]
