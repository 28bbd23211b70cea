# SPDX-License-Identifier: Apache-2.0
"""Makes the next of several things in another thread while somebody works with the last one."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def ahead(items: Iterator[T]) -> Iterator[Iterator[T]]:
    """The same items, each begun when the one before is taken; what making one raises is raised where it is taken.

    It serves where the work is waiting, as for a database's server: Python does one thing at a time. `items` are not
    touched any more once the block ends. None of them may be None.
    """
    with ThreadPoolExecutor(1, "ahead") as pool:
        yield _taken(items, pool)


def _taken(items: Iterator[T], pool: ThreadPoolExecutor) -> Iterator[T]:
    coming = pool.submit(next, items, None)
    while (one := coming.result()) is not None:
        coming = pool.submit(next, items, None)
        yield one
