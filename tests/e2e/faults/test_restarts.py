# SPDX-License-Identifier: Apache-2.0
"""P8: a record that is opened and killed over and over opens at once each time, and does not grow by it."""

from __future__ import annotations

import random
import time
from pathlib import Path

from e2e.faults.kills import APART, check, cycle
from e2e.faults.made import made
from e2e.faults.programs import Said
from e2e.faults.scale import scaled

from wayside.record import Store

RESTARTS = scaled(10, 100)
OPENING_S = 10.0
GROWTH_BYTES = 50_000
"""For each restart: what it may leave behind beside passages."""


def test_a_restart_loop_leaves_nothing_behind(record_dir: Path) -> None:
    """P8 (F20): killed while it opens, again and again; then it is open within ten seconds, and sound."""
    with Store(record_dir) as store:
        store.add(*made(0))
    before = sum(path.stat().st_size for path in record_dir.rglob("*") if path.is_file())
    chance, said = random.Random(12), Said(added={0}, opened=1)
    for number in range(1, RESTARTS + 1):
        cycle(record_dir, "migrate", number * APART, said, chance, opening_share=1)
    began = time.monotonic()
    with Store(record_dir):
        assert time.monotonic() - began < OPENING_S
    after = sum(path.stat().st_size for path in record_dir.rglob("*") if path.is_file())
    assert check(record_dir, said) == []
    assert after - before < GROWTH_BYTES + 1000 * RESTARTS
