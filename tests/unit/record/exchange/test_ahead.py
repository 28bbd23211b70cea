# SPDX-License-Identifier: Apache-2.0
"""Things made ahead come in order, one ahead and no more, and what goes wrong is told to whoever takes them."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from wayside.record.exchange.ahead import ahead

WAIT_S = 30


class Makes:
    """Numbers from 1, each with an event of when it was begun."""

    def __init__(self, count: int, fails_at: int = -1) -> None:
        self.begun = [threading.Event() for _ in range(count + 1)]
        self.threads: set[str] = set()
        self._count, self._fails_at = count, fails_at

    def __iter__(self) -> Iterator[int]:
        for number in range(1, self._count + 1):
            self.begun[number].set()
            self.threads.add(threading.current_thread().name)
            if number == self._fails_at:
                raise ValueError("no more")
            yield number


def test_all_come_in_order() -> None:
    """Also none at all."""
    with ahead(iter(Makes(5))) as items:
        assert list(items) == [1, 2, 3, 4, 5]
    with ahead(iter(Makes(0))) as items:
        assert list(items) == []


def test_the_next_one_is_made_meanwhile_but_no_other() -> None:
    """While the first is worked on the second is begun, in a thread of its own, and the third is not."""
    makes = Makes(3)
    with ahead(iter(makes)) as items:
        assert next(items) == 1
        assert makes.begun[2].wait(WAIT_S)
        assert not makes.begun[3].is_set()
    assert makes.threads.isdisjoint({threading.current_thread().name})


def test_what_goes_wrong_is_raised_where_it_would_be_taken() -> None:
    """After all that came before it."""
    with ahead(iter(Makes(3, fails_at=3))) as items:
        assert [next(items), next(items)] == [1, 2]
        with pytest.raises(ValueError, match="no more"):
            next(items)


def test_nothing_is_made_after_the_end() -> None:
    """Whoever leaves early waits for what was begun; then the file may be closed."""
    makes = Makes(9)
    with pytest.raises(KeyError), ahead(iter(makes)) as items:
        next(items)
        raise KeyError
    assert sum(one.is_set() for one in makes.begun) == 2
    assert not any(one.name.startswith("ahead") for one in threading.enumerate())
