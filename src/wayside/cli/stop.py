# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C and SIGTERM: the first one closes what is open in good order, the second one ends the program."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Closable(Protocol):
    """Something that `close` brings to an end soon, from any thread or signal handler."""

    def close(self) -> None: ...


class Stop:
    """Says whether the user wants an end; call it to ask."""

    def __init__(self) -> None:
        self.signal: int | None = None
        self._open: list[Closable] = []

    def __call__(self) -> bool:
        return self.signal is not None

    @contextmanager
    def closing(self, source: Closable) -> Iterator[None]:
        """Closes this source too when the user wants an end, so that nobody waits for its next frame."""
        self._open.append(source)
        try:
            yield
        finally:
            self._open.remove(source)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Takes the signals over; only the main thread may call it."""
        before = {number: signal.signal(number, self._asked) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _asked(self, number: int, frame: FrameType | None) -> None:
        self.signal = number
        signal.signal(number, signal.SIG_DFL)
        for source in list(self._open):
            source.close()
