# SPDX-License-Identifier: Apache-2.0
"""Whatever is killed in the middle of comparing: each passage that fits makes exactly one hit."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from watching import a_list, in_force, plated

from wayside.record import HitFilter, Store, hits_where
from wayside.record.verify import Asked, Status, verify_record
from wayside.watch.watcher import Watcher

WORKER = Path(__file__).parent / "watch_worker.py"
CYCLES = 6
EACH = 60
"""Passages that are recorded while one worker lives."""


def test_killed_at_any_moment_no_hit_is_lost_and_none_is_made_twice(record_dir: Path) -> None:
    """Half of the passages fit; the last word belongs to a watcher that is not killed."""
    chance, number = random.Random(7), 0
    with Store(record_dir) as store:
        entry = in_force(store, a_list(store), "AB12CDE")
        for _ in range(CYCLES):
            worker = subprocess.Popen([sys.executable, str(WORKER), str(record_dir)], stdout=subprocess.PIPE)
            assert worker.stdout is not None
            assert worker.stdout.readline() == b"begun\n"
            for _ in range(EACH):
                number += 1
                passage = plated(number, "AB12CDE" if number % 2 else "XX99XXX")
                store.add(replace(passage, began_at=store.now(), ended_at=store.now()), {})
            time.sleep(chance.uniform(0, 0.5))
            worker.kill()
            worker.wait()
            worker.stdout.close()
        last = Watcher(store)
        while last.step() is not None:
            pass
        with store.reading() as connection:
            found = hits_where(connection, HitFilter(store.site.name), 10 * EACH * CYCLES)
    assert Counter(one.matched.source_id for one in found) == {f"{at:032x}": 1 for at in range(1, number + 1, 2)}
    assert {one.matched.entry for one in found} == {entry.id}
    assert verify_record(record_dir, Asked()).status is Status.SOUND
