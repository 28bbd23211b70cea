# SPDX-License-Identifier: Apache-2.0
"""Keeps one camera's process going: starts it again with growing pauses, and knows how it does."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from wayside.config import CameraPlan
from wayside.domain import UsageError
from wayside.setup.health import SILENT_S, Health, State
from wayside.setup.process import Process
from wayside.setup.words import Beat, Ended, Failed, Opened, Word

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
STEADY_S = 60.0
"""A process that ran so long was sound: the next pause is a short one again."""
HUNG_S = 60.0
"""A process that says nothing for so long hangs, whatever its decoder does, and is killed."""


@dataclass(slots=True)
class Known:
    """What a process said last."""

    state: State = State.STARTING
    beat: Beat | None = None
    opened: Opened | None = None
    error: str | None = None
    retry_at_s: float | None = None
    starts: int = 0
    heard_s: float = field(default_factory=time.monotonic)


class Runner:
    """One camera that is to be watched, until `stop`; its own thread waits for its process."""

    def __init__(
        self,
        plan: CameraPlan,
        start: Callable[[CameraPlan], Process],
        heard: Callable[[str, Word], None],
        after: Runner | None = None,
    ) -> None:
        """`start` starts a process; `heard` is told every word with the camera's name; `after` must have ended first,
        so that no camera is watched twice."""
        self.plan, self._start, self._heard, self._after = plan, start, heard, after
        self._known, self._turn = Known(), threading.Lock()
        self._stopping = threading.Event()
        self._process: Process | None = None
        self._thread = threading.Thread(target=self._run, name=f"camera {plan.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Asks for an end; what is open is closed and kept. `join` waits for it."""
        self._stopping.set()
        with self._turn:
            if self._process is not None:
                self._process.ask_to_end()

    def join(self, timeout_s: float | None = None) -> None:
        """Waits until nothing of it runs any more."""
        self._thread.join(timeout_s)

    @property
    def alive(self) -> bool:
        """Whether its process gives words now."""
        with self._turn:
            return self._process is not None and self._known.state in {State.STARTING, State.RUNNING}

    @property
    def pid(self) -> int | None:
        """The number of its process."""
        with self._turn:
            return None if self._process is None else self._process.popen.pid

    def look_after(self) -> None:
        """Kills a process that hangs; it is started again like one that failed."""
        with self._turn:
            if self._process is not None and time.monotonic() - self._known.heard_s > HUNG_S:
                self._process.popen.kill()

    def health(self) -> Health:
        """How the camera does."""
        with self._turn:
            known = self._known
            return health_of(str(self.plan.name), known, time.monotonic())

    def _run(self) -> None:
        if self._after is not None:
            self._after.join()
            self._after = None
        pause_s = FIRST_PAUSE_S
        while not self._stopping.is_set():
            began_s = time.monotonic()
            failure = self._once()
            if failure is None:
                self._note(state=State.ENDED)
                return
            if time.monotonic() - began_s >= STEADY_S:
                pause_s = FIRST_PAUSE_S
            self._note(state=State.WAITING, error=failure, retry_at_s=time.monotonic() + pause_s)
            self._stopping.wait(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _once(self) -> str | None:
        """One process from its start to its end; why it failed, or None where it came to its end."""
        try:
            process = self._start(self.plan)
        except (OSError, UsageError) as error:
            return f"the camera's process cannot be started ({error}); see that memory and processes are left"
        with self._turn:
            self._process = process
            known = self._known
            self._known = Known(starts=known.starts + 1, error=known.error)
        if self._stopping.is_set():  # it was asked before there was anything to end
            process.ask_to_end()
        over: Ended | Failed | None = None
        for word in process.words():
            over = word if isinstance(word, Ended | Failed) else over
            self._hear(word)
        process.ask_to_end()
        code = process.wait()
        with self._turn:
            self._process = None
        return why_over(over, code)

    def _hear(self, word: Word) -> None:
        with self._turn:
            self._known.heard_s = time.monotonic()
            if isinstance(word, Beat):
                self._known.beat = word
            if isinstance(word, Opened):
                self._known.opened, self._known.state, self._known.error = word, State.RUNNING, None
        self._heard(str(self.plan.name), word)

    def _note(self, *, state: State, error: str | None = None, retry_at_s: float | None = None) -> None:
        with self._turn:
            self._known.state, self._known.error, self._known.retry_at_s = state, error, retry_at_s


def why_over(over: Ended | Failed | None, code: int) -> str | None:
    """Why a process failed, in a sentence; None where it came to its end in good order."""
    if isinstance(over, Failed):
        return over.sentence
    if over is not None:
        return None
    if code < 0:
        name = str(-code)
        with suppress(ValueError):
            name = signal.Signals(-code).name
        return f"the camera's process was ended by {name}; what it had recorded is kept"
    return f"the camera's process ended by itself with code {code}; what it had recorded is kept"


def health_of(name: str, known: Known, now_s: float) -> Health:
    """What is known, as pages show it."""
    beat, opened = known.beat, known.opened
    state = known.state
    live = opened is not None and opened.live
    if state is State.RUNNING and live and beat is not None and beat.silent_s >= SILENT_S:
        state = State.SILENT
    elif state is State.RUNNING and beat is not None and beat.doubt is not None:
        state = State(beat.doubt.value)
    found = Health(
        camera=name,
        state=state,
        size=None if opened is None else (opened.width, opened.height),
        error=known.error,
        retry_s=None if known.retry_at_s is None else max(0.0, known.retry_at_s - now_s),
        starts=known.starts,
    )
    running = state in {State.RUNNING, State.FROZEN, State.BLIND}
    return found if beat is None else with_beat(found, beat, running=running)


def with_beat(found: Health, beat: Beat, *, running: bool) -> Health:
    """The health with what the process counted; what is a matter of the moment only while it runs."""
    return Health(
        camera=found.camera,
        state=found.state,
        fps=beat.fps if running else None,
        delay_s=beat.delay_s if running else None,
        dropped=beat.dropped,
        frames=beat.frames,
        total=beat.total,
        passages=beat.passages,
        read=beat.read,
        unread=beat.unread,
        size=found.size,
        error=found.error,
        retry_s=found.retry_s,
        starts=found.starts,
    )
