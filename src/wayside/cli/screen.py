# SPDX-License-Identifier: Apache-2.0
"""What the commands show: results on standard output; progress and complaints on standard error."""

from __future__ import annotations

import contextlib
import faulthandler
import io
import logging
import os
import sys
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from wayside.cli.words import printable

PAGE_WIDTH = 140
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def say(line: str) -> None:
    """One line of result."""
    out.print(Text(line))


def show_table(table: Table) -> None:
    """A table, as wide as the terminal; wide enough for every column where there is none."""
    console = out if out.is_terminal else Console(width=PAGE_WIDTH, highlight=False)
    console.print(table)


def complain(sentence: str) -> None:
    """One sentence on standard error, named as ours."""
    err.print(Text(f"wayside: {printable(sentence)}"))


class _Complaints(logging.Handler):
    """Shows what the library warns of."""

    def emit(self, record: logging.LogRecord) -> None:
        complain(record.getMessage())


def listen_to_warnings() -> None:
    """Lets warnings of the library reach the user, once."""
    logger = logging.getLogger("wayside")
    if not any(isinstance(handler, _Complaints) for handler in logger.handlers):
        logger.addHandler(_Complaints(logging.WARNING))


def silence_native_noise() -> None:
    """Sends what FFmpeg and the codecs print by themselves to nowhere; our own standard error stays.

    They write to the file descriptor, past Python, half sentences that name no file. WAYSIDE_DEBUG=1 lets them talk.
    """
    if os.environ.get("WAYSIDE_DEBUG"):
        return
    with contextlib.suppress(OSError):  # a closed standard error needs no silence
        kept = os.dup(2)
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        sys.stderr = os.fdopen(kept, "w", buffering=1, encoding="utf-8", errors="backslashreplace")
        faulthandler.enable(kept)


def speak_any_language() -> None:
    """Lets a terminal that knows few characters show a question mark instead of ending the program."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


class _Speed(ProgressColumn):
    """Frames per second of late."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.0f} frames/s" if task.speed else "", style="progress.data.speed")


class Board:
    """The progress of every camera; invisible where nobody sits before a terminal."""

    def __init__(self, *, results: Console = out, bars: Console = err) -> None:
        """`results`: where lines of result go; `bars`: where progress and complaints go.

        Where both are the terminal, everything goes through `bars`, so that lines stand above the bars, not in them.
        """
        self._results = bars if results.is_terminal and bars.is_terminal else results
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            _Speed(),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[passages]} passages"),
            console=bars,
            disable=not bars.is_terminal,
            transient=True,
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    @contextlib.contextmanager
    def task(self, name: str, total: int | None) -> Iterator[TaskID]:
        """One camera's line on the board, while it runs."""
        task = self._progress.add_task(printable(name), total=total, passages=0)
        try:
            yield task
        finally:
            self._progress.remove_task(task)

    def advance(self, task: TaskID) -> None:
        """One frame, or one picture, is done."""
        self._progress.advance(task)

    def count(self, task: TaskID, passages: int) -> None:
        """So many passages so far."""
        self._progress.update(task, passages=passages)

    def show(self, line: str) -> None:
        """One line of result, above the bars."""
        self._results.print(Text(line))
