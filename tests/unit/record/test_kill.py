# SPDX-License-Identifier: Apache-2.0
"""What is acknowledged survives kill -9 at any instant, also when two processes write."""

from __future__ import annotations

import hashlib
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from factories import full_passage

from wayside.domain import Passage, RecordError
from wayside.record import Store
from wayside.record.store import DATABASE

HERE = Path(__file__).parent
ROUNDS = 12


def start_adder(data_dir: Path, start: int, step: int) -> subprocess.Popen[str]:
    """A process that adds passages until it is killed."""
    path = os.pathsep.join([str(HERE.parents[1]), *sys.path])
    command = [sys.executable, str(HERE / "adder.py"), str(data_dir), str(start), str(step)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path})


def kill_after(adder: subprocess.Popen[str], seconds: float) -> list[int]:
    """Kills the process once it has run for a while after its first passage; the numbers that it acknowledged."""
    assert adder.stdout is not None
    with adder, adder.stdout as said:
        first = said.readline()
        time.sleep(seconds)
        adder.send_signal(signal.SIGKILL)
        rest = said.read()
    return [int(line) for line in (first + rest).split("\n")[:-1]]


def faulty_pictures(store: Store, passages: list[Passage]) -> list[str]:
    """Evidence whose file is missing or not what its name says."""
    paths = [store.picture_path(one) for passage in passages for one in passage.evidence]
    return [str(path) for path in paths if hashlib.sha256(path.read_bytes()).hexdigest() != path.stem]


def check_record(data_dir: Path, acknowledged: set[int]) -> None:
    """Every acknowledged passage is there once with its pictures, and the file is sound."""
    with Store(data_dir) as store:
        passages = store.passages()
        numbers = [int(passage.id, 16) for passage in passages]
        assert len(numbers) == len(set(numbers))
        assert acknowledged <= set(numbers)
        assert not faulty_pictures(store, passages)
    with closing(sqlite3.connect(data_dir / DATABASE)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    """A process is killed again and again while it adds."""
    chance, acknowledged = random.Random(7), set[int]()
    for round_number in range(ROUNDS):
        adder = start_adder(tmp_path, round_number * 100_000, 1)
        acknowledged.update(kill_after(adder, chance.uniform(0, 0.15)))
    assert len(acknowledged) >= ROUNDS
    check_record(tmp_path, acknowledged)


def test_two_processes_may_write_at_once(tmp_path: Path) -> None:
    """Both are killed in the end; nothing that either acknowledged is missing."""
    adders = [start_adder(tmp_path, start, 2) for start in (0, 1)]
    acknowledged = {number for adder in adders for number in kill_after(adder, 0.4)}
    assert {number % 2 for number in acknowledged} == {0, 1}
    check_record(tmp_path, acknowledged)


def test_a_real_limit_on_file_size_refuses_the_picture_and_nothing_else(tmp_path: Path) -> None:
    """The system itself says no in the midst of writing; the record goes on afterwards."""
    with Store(tmp_path) as store:
        store.add(*full_passage(1))
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
        try:
            with pytest.raises(RecordError, match="File too large"):
                store.add(*full_passage(2))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert store.count() == 1
        store.add(*full_passage(3))
    check_record(tmp_path, {1, 3})
