# SPDX-License-Identifier: Apache-2.0
"""Spreads the parts of a check over the cores, or does one after the other where there is little to do."""

from __future__ import annotations

import builtins
import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from wayside.domain import RecordError

PRELOADED = ["wayside.record.verify"]


class Alone(Executor):
    """Does everything at once and by itself."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Does it; the answer is there already."""
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done

    def map(
        self, fn: Callable[..., Any], *iterables: Iterable[Any], timeout: float | None = None, chunksize: int = 1
    ) -> Iterator[Any]:
        """Does one after the other, each when it is asked for."""
        return builtins.map(fn, *iterables)


def _begin() -> None:
    """In each process: an interrupt is the parent's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _no_main() -> Iterator[None]:
    """Hides the program that runs us from the processes, which would run it once more to find nothing they need."""
    program = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program


@contextmanager
def workers(jobs: int) -> Iterator[Executor]:
    """`jobs` processes, all forked from one; with one job, this process itself. Raises RecordError where one dies."""
    if jobs < 2:
        yield Alone()
        return
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin)
    try:
        with _no_main():
            yield pool
    except BrokenProcessPool as error:
        raise RecordError("the check was cut short: one of its processes was ended; is the memory full?") from error
    finally:
        pool.shutdown(cancel_futures=True)
