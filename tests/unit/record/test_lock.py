# SPDX-License-Identifier: Apache-2.0
"""The lock of the writers: one at a time, and whoever waits comes next."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from wayside.domain import RecordError
from wayside.record.lock import LOCK, alone

GREEDY = """
import sys, time
from pathlib import Path
from wayside.record.lock import alone
while True:
    with alone(Path(sys.argv[1])):
        print("in", flush=True)
        time.sleep(0.02)
"""


def test_a_writer_that_never_rests_lets_those_in_who_wait(tmp_path: Path) -> None:
    """Another process takes the lock again the moment it lets go, and still each wait is about one turn of it."""
    command = [sys.executable, "-c", GREEDY, str(tmp_path / LOCK)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as greedy:
        assert greedy.stdout is not None
        try:
            greedy.stdout.readline()
            waited_s = []
            for _ in range(25):
                began = time.monotonic()
                with alone(tmp_path / LOCK):
                    waited_s.append(time.monotonic() - began)
        finally:
            greedy.kill()
        turns = len(greedy.stdout.readlines())
    assert sorted(waited_s)[12] < 0.2
    assert turns < 4 * len(waited_s)


def test_whether_it_had_to_be_waited_for_is_told(tmp_path: Path) -> None:
    """So that whoever writes much knows that others want to write too."""
    with alone(tmp_path / LOCK) as waited:
        assert not waited
    command = [sys.executable, "-c", GREEDY, str(tmp_path / LOCK)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as greedy:
        assert greedy.stdout is not None
        try:
            greedy.stdout.readline()
            with alone(tmp_path / LOCK) as waited:
                assert waited
        finally:
            greedy.kill()


def test_who_waits_too_long_is_told(tmp_path: Path) -> None:
    """With what to do; the lock is free again after the one who held it."""
    told = pytest.raises(RecordError, match="another Wayside has been writing")
    with alone(tmp_path / LOCK), told, alone(tmp_path / LOCK, patience_s=0.05):
        pass
    with alone(tmp_path / LOCK, patience_s=0.05):
        pass


def test_who_waits_in_vain_leaves_the_queue(tmp_path: Path) -> None:
    """Others are not held up by somebody who gave up."""
    with alone(tmp_path / LOCK):
        for _ in range(2):
            with pytest.raises(RecordError), alone(tmp_path / LOCK, patience_s=0.02):
                pass
    began = time.monotonic()
    with alone(tmp_path / LOCK):
        assert time.monotonic() - began < 1.0
