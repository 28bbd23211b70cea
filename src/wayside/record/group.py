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
GATHER_S = 0.003
"""How long a group waits for those who were in the one before it: less than the sync of a disk that it saves them."""


@dataclass(slots=True, eq=False)
class Ticket(Generic[Task]):
    """One task in the queue and what became of it."""

    task: Task
    called: threading.Event = field(default_factory=threading.Event)
    """Set when the task is done, or when its thread is to do the next group."""
    done: bool = False
    result: Any = None
    error: BaseException | None = None

    def collect(self) -> Any:
        """What the task led to; raises what its group raised."""
        if self.error is not None:
            raise self.error
        return self.result


class Group(Generic[Task]):
    """Whoever comes first does the waiting tasks of all in one go; the others find theirs done."""

    def __init__(self, perform: Callable[[Sequence[Task]], Sequence[Any]]) -> None:
        """`perform` does some tasks, all or none, and returns one result each."""
        self.perform = perform
        self.turn = threading.RLock()
        """Held while a group is done; whoever else wants the record alone takes it too."""
        self._queue: list[Ticket[Task]] = []
        self._door = threading.Condition()
        self._led = False
        self._before = 1

    def submit(self, task: Task) -> Any:
        """Waits until the task is done and returns its result; raises what made its group fail."""
        ticket = Ticket(task)
        with self._door:
            self._queue.append(ticket)
            self._door.notify()
            lead, self._led = not self._led, True
        try:
            while not ticket.done:
                if not lead:
                    ticket.called.wait()
                if not ticket.done:
                    self._do_group()
                lead = False
        except BaseException:
            self._leave(ticket)
            raise
        return ticket.collect()

    def _do_group(self) -> None:
        """Does what waits, the caller's own task among it, and calls the next leader if there are more."""
        group: list[Ticket[Task]] = []
        try:
            with self.turn:
                group = self._gather()
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
                ticket.called.set()
            self._pass_on()

    def _gather(self) -> list[Ticket[Task]]:
        """Takes what waits; where several were in the group before, they get a moment to come back."""
        with self._door:
            self._door.wait_for(lambda: len(self._queue) >= self._before, GATHER_S if self._before > 1 else 0)
            group, self._queue = self._queue[:LARGEST], self._queue[LARGEST:]
            self._before = len(group)
            return group

    def _pass_on(self) -> None:
        with self._door:
            self._led = bool(self._queue)
            if self._led:
                self._queue[0].called.set()

    def _leave(self, ticket: Ticket[Task]) -> None:
        """A thread that was interrupted while it waited must not be waited for."""
        with self._door:
            if ticket not in self._queue:
                return
            self._queue.remove(ticket)
            chosen = ticket.called.is_set()
        if chosen:
            self._pass_on()
