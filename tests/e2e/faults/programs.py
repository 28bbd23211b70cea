# SPDX-License-Identifier: Apache-2.0
"""Workers as processes of their own, with faults loaded into them or without, and what they have said so far."""

from __future__ import annotations

import atexit
import functools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE_S = 60.0


@dataclass
class Said:
    """What the workers on one record have been told is done."""

    added: set[int] = field(default_factory=set)
    may_be_gone_below: int = 0
    """An erasure of what lies below was begun."""
    gone_below: int = 0
    """An erasure of what lies below was acknowledged."""
    opened: int = 0
    failures: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    backed: set[int] | None = None
    """What a backup must hold that was acknowledged; None where there was none."""
    _backing: set[int] = field(default_factory=set)

    def take(self, line: str) -> None:
        """One line of a worker; raises KeyError for a word that there is not."""
        word, _, rest = line.partition(" ")
        {
            "added": lambda: self.added.add(int(rest)),
            "erasing": lambda: setattr(self, "may_be_gone_below", int(rest)),
            "erased": lambda: setattr(self, "gone_below", int(rest)),
            "backing": lambda: setattr(self, "_backing", set(self.added)),
            "backed": lambda: setattr(self, "backed", self._backing),
            "opened": lambda: setattr(self, "opened", self.opened + 1),
            "failed": lambda: self.failures.append(rest),
            "unreadable": lambda: self.unreadable.append(rest),
        }[word]()

    @property
    def must_be_there(self) -> set[int]:
        """What was acknowledged and that no erasure may have taken."""
        return {number for number in self.added if number >= self.may_be_gone_below}


class Nursery:
    """Starts workers that are at work at once."""

    def __init__(self, preload: str) -> None:
        """`preload`: shared objects that all its workers live with."""
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "LD_PRELOAD": preload}
        command = [sys.executable, "-m", "e2e.faults.nursery"]
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        atexit.register(self.close)

    def start(self, order: Mapping[str, object]) -> int:
        """Starts a worker; its process id."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """No more workers."""
        self._process.communicate()


nursery = functools.cache(Nursery)


class Program:
    """A worker that runs, and what it has said so far."""

    def __init__(
        self, data_dir: Path, phase: str, said: Path, environment: Mapping[str, str] | None = None, start: int = 0
    ) -> None:
        environment = dict(environment or {})
        home = nursery(environment.pop("LD_PRELOAD", ""))
        order = {"data_dir": str(data_dir), "phase": phase, "said": str(said), "start": start}
        said.touch()
        self._path, self._read, self._said = said, 0, Said()
        self._pid = home.start({**order, "environment": environment})

    def lines(self) -> Iterator[str]:
        """What it has said since this was asked last."""
        with self._path.open("rb") as file:
            file.seek(self._read)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._read += len(whole)
        return iter(whole.decode().splitlines())

    def said(self) -> Said:
        """All that it has said."""
        for line in self.lines():
            self._said.take(line)
        return self._said

    def wait_until(self, holds: Callable[[Said], bool], seconds: float = PATIENCE_S) -> Said:
        """Waits until what it said fulfils a condition; fails where that takes too long or the worker has ended."""
        until = time.monotonic() + seconds
        while not holds(said := self.said()):
            assert self.lives(), "the worker has ended"
            assert time.monotonic() < until, f"the worker added {len(said.added)} and was refused {said.failures[-5:]}"
            time.sleep(0.005)
        return said

    def wait_for_more(self, passages: int, seconds: float = PATIENCE_S) -> Said:
        """Waits until so many more passages are acknowledged."""
        wanted = len(self.said().added) + passages
        return self.wait_until(lambda said: len(said.added) >= wanted, seconds)

    def wait_for_failures(self, failures: int) -> Said:
        """Waits until it was refused so many more times."""
        wanted = len(self.said().failures) + failures
        return self.wait_until(lambda said: len(said.failures) >= wanted)

    def wait_for_failure(self, passages: int = 60) -> Said:
        """Waits until it was refused once more, or has added so many: not every fault is one that it has to tell of."""
        said = self.said()
        failures, added = len(said.failures), len(said.added)
        return self.wait_until(lambda said: len(said.failures) > failures or len(said.added) >= added + passages)

    def lives(self) -> bool:
        """Whether it runs."""
        return Path(f"/proc/{self._pid}").exists()

    def kill(self) -> None:
        """Ends it at once, and waits until it is gone with all that it held."""
        while self.lives():
            try:
                os.kill(self._pid, signal.SIGKILL)
            except ProcessLookupError:
                return
            time.sleep(0.001)


@contextmanager
def running(
    data_dir: Path, phase: str, said: Path, environment: Mapping[str, str] | None = None, start: int = 0
) -> Iterator[Program]:
    """A worker for the length of a block, killed at its end; `start`: the number of its first passage."""
    program = Program(data_dir, phase, said, environment, start)
    try:
        yield program
    finally:
        program.kill()
