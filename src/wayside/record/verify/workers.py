# SPDX-License-Identifier: Apache-2.0
"""Spreads the parts of a check over the cores, or does one after the other where there is little to do."""

from __future__ import annotations

import gc
import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from wayside.domain import RecordError

PRELOADED = ["wayside.record.verify"]


class CutShortError(RecordError):
    """A process was ended while it checked."""


class Later(Future[Any]):
    """Something that is done when somebody asks for it."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__()
        self._work = work

    def result(self, timeout: float | None = None) -> Any:
        """Does it, the first time."""
        if not self.done():
            self.set_result(self._work())
        return super().result(timeout)


class Alone(Executor):
    """Does everything by itself, each when its result is asked for."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Notes what is to be done."""
        return Later(partial(fn, *args, **kwargs))


def _begin() -> None:
    """In each process: an interrupt is the parent's to handle, and no row is part of a cycle that must be collected."""
    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _is_single() -> bool:
    """Whether this process has one thread, so that it can be forked as it is; a server that starts takes a while."""
    tasks = Path("/proc/self/task")
    return tasks.is_dir() and len(list(tasks.iterdir())) == 1


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
    """`jobs` processes, all forked from one; with one job, this process itself. Raises CutShortError where one dies."""
    if jobs < 2:
        yield Alone()
        return
    context = multiprocessing.get_context("fork" if _is_single() else "forkserver")
    context.set_forkserver_preload(PRELOADED)
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin)
    try:
        with _no_main():
            yield pool
    except BrokenProcessPool as error:
        raise CutShortError("the check was cut short: one of its processes was ended; is the memory full?") from error
    finally:
        pool.shutdown(cancel_futures=True)
