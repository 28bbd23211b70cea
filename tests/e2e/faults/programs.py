# SPDX-License-Identifier: Apache-2.0
"""A worker as a program of its own, for faults that are loaded into it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from e2e.faults.kills import Said

PATIENCE_S = 60.0


class Program:
    """A worker that runs, and what it has said so far."""

    def __init__(self, data_dir: Path, phase: str, said: Path, environment: Mapping[str, str], start: int = 0) -> None:
        command = [sys.executable, "-m", "e2e.faults.worker", str(data_dir), phase, str(start)]
        whole = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment}
        self._said = said
        with said.open("ab") as out:
            self._process = subprocess.Popen(command, stdout=out, env=whole)

    def said(self) -> Said:
        """All that it has said."""
        said = Said()
        for line in self._said.read_text().split("\n")[:-1]:
            said.take(line)
        return said

    def wait_until(self, holds: Callable[[Said], bool], seconds: float = PATIENCE_S) -> Said:
        """Waits until what it said fulfils a condition; fails where that takes too long or the worker has ended."""
        until = time.monotonic() + seconds
        while not holds(said := self.said()):
            assert self._process.poll() is None, "the worker has ended"
            assert time.monotonic() < until, f"the worker said {said}"
            time.sleep(0.01)
        return said

    def wait_for_more(self, passages: int, seconds: float = PATIENCE_S) -> Said:
        """Waits until so many more passages are acknowledged."""
        wanted = len(self.said().added) + passages
        return self.wait_until(lambda said: len(said.added) >= wanted, seconds)

    def kill(self) -> None:
        """Ends it at once."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


@contextmanager
def running(
    data_dir: Path, phase: str, said: Path, environment: Mapping[str, str] | None = None, start: int = 0
) -> Iterator[Program]:
    """A worker for the length of a block, killed at its end; `start`: the number of its first passage."""
    program = Program(data_dir, phase, said, environment or {}, start)
    try:
        yield program
    finally:
        program.kill()
