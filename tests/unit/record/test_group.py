# SPDX-License-Identifier: Apache-2.0
"""Group commit: what waits together is done together, and each gets its own answer."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from wayside.record.group import Group


class Log:
    """Doubles numbers, and remembers which came together; holds the first group until it is let go."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.go = threading.Event()
        self.entered = threading.Event()

    def perform(self, tasks: Sequence[int]) -> list[int]:
        """Fails for a group that holds 13."""
        self.groups.append(list(tasks))
        self.entered.set()
        self.go.wait(10)
        if 13 in tasks:
            raise LookupError("thirteen")
        return [2 * task for task in tasks]


def together(log: Log, numbers: Sequence[int]) -> tuple[Group[int], list[object]]:
    """What each thread got whose task waited while the first was being done."""
    group = Group(log.perform)

    def submit(number: int) -> object:
        try:
            return group.submit(number)
        except LookupError as error:
            return str(error)

    with ThreadPoolExecutor(len(numbers)) as threads:
        first = threads.submit(submit, numbers[0])
        log.entered.wait(10)
        rest = [threads.submit(submit, number) for number in numbers[1:]]
        while len(group._queue) < len(rest):
            pass
        log.go.set()
        return group, [one.result(10) for one in (first, *rest)]


def test_those_who_wait_are_done_in_one_go() -> None:
    """Two groups for nine threads: the first one alone, the others together."""
    log = Log()
    _, answers = together(log, range(1, 10))
    assert answers == [2 * number for number in range(1, 10)]
    assert [len(group) for group in log.groups] == [1, 8]


def test_a_failure_is_told_to_its_whole_group_and_to_no_other() -> None:
    """And the next task is done as ever."""
    log = Log()
    group, answers = together(log, [1, 13, 2])
    assert answers == [2, "thirteen", "thirteen"]
    assert group.submit(4) == 8


def test_a_group_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nobody waits for ever longer; the others go with the next one."""
    monkeypatch.setattr("wayside.record.group.LARGEST", 3)
    log = Log()
    _, answers = together(log, range(100, 109))
    assert answers == [2 * number for number in range(100, 109)]
    assert sorted(map(len, log.groups)) == [1, 2, 3, 3]


def test_many_threads_that_come_again_and_again_are_all_answered() -> None:
    """Whoever leads hands over; nobody is forgotten, and most travel together."""
    log = Log()
    log.go.set()
    group = Group(log.perform)
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(group.submit, range(1000, 3000)))
    assert answers == [2 * number for number in range(1000, 3000)]
    assert sorted(number for one in log.groups for number in one) == list(range(1000, 3000))


def test_a_thread_that_is_interrupted_while_it_waits_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its task is taken back, and the others go on."""
    group: Group[int] = Group(list)
    group._led = True  # as while another thread leads
    monkeypatch.setattr("threading.Event.wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        group.submit(1)
    group._pass_on()
    monkeypatch.undo()
    assert group.submit(2) == 2


def interrupted(*rest: object) -> None:
    """What a wait does when Ctrl-C is pressed."""
    raise KeyboardInterrupt


def test_an_interruption_reaches_the_thread_that_was_interrupted() -> None:
    """Ctrl-C must not be swallowed by the queue."""

    with pytest.raises(KeyboardInterrupt):
        Group(interrupted).submit(1)
