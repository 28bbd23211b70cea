# SPDX-License-Identifier: Apache-2.0
"""Watches over the cameras of a data directory: one process each, as many as are set up, and no camera twice."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wayside.config import CameraPlan
from wayside.domain import SourceError, UsageError
from wayside.setup.health import Health, State
from wayside.setup.process import Command, Process
from wayside.setup.runner import Runner
from wayside.setup.studies import LASTS_S, Study
from wayside.setup.words import Failed, Opened, Scenery, Task, Trail, Word

LOCK = "cameras.lock"
GLANCE_S = 1.0
"""How often it is looked whether another program has let go of the cameras, and whether a process hangs."""
LOOK_LASTS_S = 40.0
"""How long a camera may take to show its first picture; opening has time-outs of its own."""
STOP_S = 25.0


@dataclass(frozen=True, slots=True)
class View:
    """What a camera sees, covered, and how large its own picture is."""

    jpeg: bytes
    size: tuple[int, int]


class Supervisor:
    """The cameras' processes; safe to use from several threads."""

    def __init__(self, data_dir: Path, command: Command, *, watching: bool = True, cores: int | None = None) -> None:
        """`watching`: whether cameras are watched at all; without it they can still be tried and studied.

        `cores`: processor cores to be shared by all cameras.
        """
        self._data_dir, self._command, self._watching = data_dir, command, watching
        self._cores = cores or os.cpu_count() or 1
        self._turn = threading.RLock()
        self._plans: tuple[CameraPlan, ...] = ()
        self._runners: dict[str, Runner] = {}
        self._studies: dict[str, Study] = {}
        self._listening: dict[str, Study] = {}
        """Those that listen to a camera that is watched, rather than to a process of their own."""
        self._views: dict[str, View] = {}
        self._stopping = threading.Event()
        self._lock: int | None = None
        self._keeper: threading.Thread | None = None

    def start(self, plans: Sequence[CameraPlan]) -> None:
        """Watches the enabled ones of these from now on, as soon as no other program does."""
        self.apply(plans)
        if self._watching:
            self._keeper = threading.Thread(target=self._look_after, name="cameras", daemon=True)
            self._keeper.start()

    def stop(self) -> None:
        """Ends every process in good order: what is open is closed and kept."""
        self._stopping.set()
        with self._turn:
            runners, studies = list(self._runners.values()), list(self._studies.values())
        for study in studies:
            study.end()
        for runner in runners:
            runner.stop()
        for runner in runners:
            runner.join(STOP_S)
        with self._turn:
            self._runners.clear()
            if self._lock is not None:
                os.close(self._lock)
                self._lock = None

    def apply(self, plans: Sequence[CameraPlan]) -> None:
        """Takes over a changed list: what is the same goes on, what is new or changed is started, the rest ended."""
        with self._turn:
            self._plans = tuple(plans)
            self._bring_in_line()

    def restart(self, name: str) -> None:
        """Starts a camera's process anew, one at its end or in a pause too."""
        with self._turn:
            old = self._runners.pop(name, None)
            if old is not None:
                old.stop()
            self._bring_in_line(old)

    def health(self) -> dict[str, Health]:
        """How every camera does that is set up, by name."""
        with self._turn:
            return {str(plan.name): self._health(plan) for plan in self._plans}

    def processes(self) -> dict[str, int]:
        """The numbers of the processes that run, by camera."""
        with self._turn:
            return {name: pid for name, one in self._runners.items() if (pid := one.pid) is not None}

    def look(self, plan: CameraPlan) -> View:
        """What a camera sees now, covered; raises SourceError where it shows nothing, with the reason and the mend."""
        view, failure = self._looked(plan)
        if view is None:
            raise SourceError(failure or "the camera shows nothing; check its address, and that it is on")
        if plan.name is not None:
            with self._turn:
                self._views[plan.name] = view
        return view

    def last_view(self, name: str) -> View | None:
        """What a camera showed when it was looked at last; kept in memory only."""
        with self._turn:
            return self._views.get(name)

    def forget(self, name: str) -> None:
        """Keeps no view and no study of a camera that is gone or shows something else."""
        with self._turn:
            self._views.pop(name, None)
            study = self._studies.pop(name, None)
        if study is not None:
            study.end()

    def study(self, plan: CameraPlan, lasts_s: float = LASTS_S) -> Study:
        """Begins to study a camera's traffic; one that is watched is listened to, another is opened for it."""
        name = str(plan.name)
        with self._turn:
            known = self._studies.get(name)
            if known is not None and known.running:
                return known
            study = self._studies[name] = Study(name, lasts_s=lasts_s)
            runner = self._runners.get(name)
            if runner is not None and runner.alive:
                size = runner.health().size
                if size is not None:
                    study.sized(size)
                self._listening[name] = study
                return study
            self._listening.pop(name, None)
        threading.Thread(target=self._studied, args=(plan, study), name=f"study {name}", daemon=True).start()
        return study

    def study_of(self, name: str) -> Study | None:
        """The study of a camera, running or over; None where there was none since the program started."""
        with self._turn:
            return self._studies.get(name)

    def _health(self, plan: CameraPlan) -> Health:
        runner = self._runners.get(str(plan.name))
        if runner is not None:
            return runner.health()
        elsewhere = plan.enabled and self._watching and self._lock is None
        return Health(str(plan.name), State.ELSEWHERE if elsewhere else State.OFF)

    def _bring_in_line(self, before: Runner | None = None) -> None:
        if self._lock is None or self._stopping.is_set():
            return
        wanted = {str(plan.name): plan for plan in self._plans if plan.enabled}
        for name, runner in list(self._runners.items()):
            if wanted.get(name) != runner.plan:
                runner.stop()
                old = self._runners.pop(name)
                if name in wanted:
                    self._runners[name] = self._runner(wanted[name], old)
        for name in wanted.keys() - self._runners.keys():
            self._runners[name] = self._runner(wanted[name], before)

    def _runner(self, plan: CameraPlan, after: Runner | None) -> Runner:
        return Runner(plan, lambda one: self._process(Task.RECORD, one), self._hear, after)

    def _process(self, task: Task, plan: CameraPlan) -> Process:
        """A process with its fair share of the cores. It inherits the lock: while one is left of a program that was
        killed, no other program begins."""
        enabled = sum(one.enabled for one in self._plans)
        threads = max(1, self._cores // max(1, enabled))
        kept = () if self._lock is None or task is not Task.RECORD else (self._lock,)
        return Process.start(self._command(task, self._data_dir, threads), plan, kept)

    def _hear(self, name: str, word: Word) -> None:
        with self._turn:
            study = self._listening.get(name)
        if study is not None:
            tell(study, word)

    def _look_after(self) -> None:
        """Waits for the lock, then sees to the processes until the end."""
        while not self._stopping.wait(0 if self._lock is None and self._take_lock() else GLANCE_S):
            with self._turn:
                if self._lock is None:
                    continue
                if not self._runners:
                    self._bring_in_line()
                runners = list(self._runners.values())
            for runner in runners:
                runner.look_after()

    def _take_lock(self) -> bool:
        descriptor = os.open(self._data_dir / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        with self._turn:
            if self._stopping.is_set():
                os.close(descriptor)
                return False
            self._lock = descriptor
            self._bring_in_line()
        return True

    def _looked(self, plan: CameraPlan) -> tuple[View | None, str | None]:
        """The first picture of a camera, or why there is none."""
        try:
            process = self._process(Task.LOOK, plan)
        except (OSError, UsageError) as error:
            return None, f"the camera cannot be tried ({error})"
        timer = threading.Timer(LOOK_LASTS_S, process.popen.kill)
        timer.start()
        size, view, failure = (0, 0), None, None
        for word in process.words():
            if isinstance(word, Opened):
                size = (word.width, word.height)
            if isinstance(word, Scenery):
                view = View(word.jpeg, size)
            if isinstance(word, Failed):
                failure = word.sentence
        timer.cancel()
        process.ask_to_end()
        process.wait()
        return view, failure

    def _studied(self, plan: CameraPlan, study: Study) -> None:
        """Opens a camera that is not watched, listens until the study is over, and lets it go."""
        try:
            process = self._process(Task.STUDY, plan)
        except (OSError, UsageError) as error:
            study.end(str(error))
            return
        for word in process.words():
            tell(study, word)
            if not study.running:
                process.ask_to_end()
        process.ask_to_end()
        process.wait()
        study.end()


def tell(study: Study, word: Word) -> None:
    """Gives a study what is of use to it."""
    if isinstance(word, Trail):
        study.take(word)
    elif isinstance(word, Opened):
        study.sized((word.width, word.height))
    elif isinstance(word, Failed):
        study.end(word.sentence)
