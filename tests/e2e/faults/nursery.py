# SPDX-License-Identifier: Apache-2.0
"""A process that has imported everything and forks a worker for each order: JSON in, a process id out, line by line."""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

# What a worker would otherwise import in the half second that it lives.
import psycopg  # noqa: F401
import sqlalchemy.dialects.postgresql.psycopg  # noqa: F401
from e2e.faults.worker import work


def raise_worker(order: dict[str, Any]) -> None:
    """The life of a worker: what it says is appended to a file, one write a line, whichever of its threads says it."""
    os.environ.update(order["environment"])
    said = os.open(order["said"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(said, sys.stdout.fileno())
    work(Path(order["data_dir"]), order["phase"], order["start"], lambda line: speak(said, line))


def speak(said: int, line: str) -> None:
    """Says one line."""
    os.write(said, f"{line}\n".encode())


def main() -> None:
    """Forks until there are no more orders."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead need no burial
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            try:
                raise_worker(json.loads(line))
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(1)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
