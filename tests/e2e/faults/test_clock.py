# SPDX-License-Identifier: Apache-2.0
"""P3, P5: a clock that is set to and fro loses no passage and erases none early, and the journal tells of it."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from e2e.faults.kills import check
from e2e.faults.made import made
from e2e.faults.programs import running
from e2e.faults.shims import Faults

from wayside.domain import RecordError
from wayside.record import Store, entries
from wayside.record.clock import Clock
from wayside.record.retention import erase_due

HOUR_S = 3600


def steps_told(data_dir: Path) -> list[int]:
    """By how many milliseconds the clock was set, as the journal tells, oldest first."""
    with Store(data_dir, writing=False) as store, store.reading() as connection:
        told = [entry.payload or {} for entry in entries(connection, ["clock"])]
    return [payload["stepped_ms"] for payload in reversed(told)]


def test_a_clock_that_is_set_loses_nothing(record_dir: Path, tmp_path: Path) -> None:
    """P1, P5 (F9): an hour ahead, an hour back, to 1970 and right again, under a writer that goes on."""
    faults = Faults(record_dir, tmp_path / "plan")
    to_1970 = -int(time.time())
    with running(record_dir, "patient", tmp_path / "said", faults.environment()) as program:
        program.wait_for_more(2)
        for offset in (HOUR_S, 0, -HOUR_S, 0, to_1970, 0):
            faults.plan_now(clock_s=offset)
            program.wait_for_more(3)
    said = program.said()
    assert said.failures == []
    assert check(record_dir, said) == []
    expected = [HOUR_S, -HOUR_S, -HOUR_S, HOUR_S, to_1970, -to_1970]
    told = steps_told(record_dir)
    assert [round(step / 1000) for step in told] == pytest.approx(expected, abs=2)


class Hands:
    """A clock whose hands a test moves: the time of day, beside seconds that go on by themselves."""

    def __init__(self) -> None:
        self.offset_s = 0.0

    def clock(self) -> Clock:
        """The clock as a record reads it."""
        return Clock(lambda: time.time() + self.offset_s)


@pytest.mark.parametrize("offset_s", [HOUR_S, -HOUR_S, -1.79e9, 400 * 86_400])
def test_nothing_is_erased_early_by_a_wrong_clock(record_dir: Path, offset_s: float) -> None:
    """P5 (F9): what is due is counted from times that make sense, and a jump of days is asked about first."""
    with (record_dir / "site.toml").open("a") as site:
        site.write("[retention]\npassages_days = 30\n")
    hands = Hands()
    with Store(record_dir, clock=hands.clock()) as store:
        recent = [made(number)[0] for number in range(5)]
        now = store.now()
        store.add_many([replace(one, began_at=now, ended_at=now) for one in recent])
        hands.offset_s = offset_s
        if offset_s > 7 * 86_400:
            with pytest.raises(RecordError, match="was the clock set"):
                erase_due(store)
        else:
            erase_due(store)
        assert store.count() == 5
