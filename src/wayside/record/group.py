# SPDX-License-Identifier: Apache-2.0
"""Group commit: what several threads ask for at one time is made durable together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Task = TypeVar("Task")

LARGEST = 1000
"""Tasks of one group: more would make the first one wait too long."""


@dataclass(slots=True)
class Ticket(Generic[Task]):
    """One task in the queue and what became of it."""

    task: Task
    done: bool = False
    result: Any = None
    error: BaseException | None = None

    def collect(self) -> Any:
        """What the task led to; raises what its group raised."""
        if self.error is not None:
            raise self.error
        return self.result


@dataclass(slots=True)
class Group(Generic[Task]):
    """Whoever comes first does the waiting tasks of all in one go; the others find theirs done."""

    perform: Callable[[Sequence[Task]], Sequence[Any]]
    """Does some tasks, all or none, and returns one result each."""
    turn: threading.RLock = field(default_factory=threading.RLock)
    _queue: list[Ticket[Task]] = field(default_factory=list)
    _door: threading.Lock = field(default_factory=threading.Lock)

    def submit(self, task: Task) -> Any:
        """Waits until the task is done and returns its result; raises what made its group fail."""
        ticket = Ticket(task)
        with self._door:
            self._queue.append(ticket)
        with self.turn:
            while not ticket.done:
                self._lead()
        return ticket.collect()

    def _lead(self) -> None:
        with self._door:
            group, self._queue[:] = self._queue[:LARGEST], self._queue[LARGEST:]
        try:
            for ticket, result in zip(group, self.perform([one.task for one in group]), strict=True):
                ticket.result = result
        except BaseException as error:
            for ticket in group:
                ticket.error = error
            if not isinstance(error, Exception):
                raise
        finally:
            for ticket in group:
                ticket.done = True
