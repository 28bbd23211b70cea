# SPDX-License-Identifier: Apache-2.0
"""A camera's process: told its camera on a pipe, ended by closing it, and killed where it does not end."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from wayside.config import CameraPlan
from wayside.domain import SourceError, UsageError
from wayside.setup import Ended, Failed, Opened, State, Supervisor, Task, Word
from wayside.setup import runner as runner_module
from wayside.setup import supervisor as supervisor_module
from wayside.setup.process import Process
from wayside.setup.runner import Runner

NORTH = CameraPlan("rtsp://admin:swordfish@192.0.2.1/live", name="north")
ECHO = """
import json, sys
said = sys.stdin.buffer.readline()
print(json.dumps({"type": "failed", "sentence": json.loads(said)}), flush=True)
sys.stdin.read()
print(json.dumps({"type": "ended"}), flush=True)
"""
STUBBORN = """
import signal, time
print('{"type": "opened", "width": 1, "height": 2, "live": true}', flush=True)
time.sleep(120)
"""
HEARS_NOTHING = "import os; os.close(0)"


def python(text: str) -> list[str]:
    """A process that runs this program."""
    return [sys.executable, "-c", text]


@pytest.fixture
def left_over() -> Iterator[list[Process]]:
    """Processes that are killed at the end, should the test have failed before."""
    made: list[Process] = []
    yield made
    for one in made:
        one.popen.kill()
        one.ask_to_end()
        assert one.popen.stdout is not None
        one.popen.stdout.close()
        one.popen.wait()


def test_it_is_told_its_camera_and_no_list_of_processes_shows_the_password(left_over: list[Process]) -> None:
    """Command lines are read by everybody on the machine; the pipe is not."""
    process = Process.start(python(ECHO), NORTH)
    left_over.append(process)
    words = process.words()
    told = next(words)
    assert isinstance(told, Failed)
    assert "swordfish" in told.sentence
    assert "swordfish" not in str(process.popen.args)
    line = Path(f"/proc/{process.popen.pid}/cmdline")
    if line.exists():
        assert b"swordfish" not in line.read_bytes()
        assert b"swordfish" not in Path(f"/proc/{process.popen.pid}/environ").read_bytes()
    process.ask_to_end()
    assert list(words) == [Ended()]
    assert process.wait() == 0


def test_asking_twice_and_asking_the_dead_does_no_harm(left_over: list[Process]) -> None:
    """Two threads may both want the end."""
    process = Process.start(python(ECHO), NORTH)
    left_over.append(process)
    process.ask_to_end()
    process.ask_to_end()
    list(process.words())
    assert process.wait() == 0
    process.ask_to_end()


def test_one_that_does_not_end_is_killed(left_over: list[Process]) -> None:
    """After its grace."""
    process = Process.start(python(STUBBORN), NORTH)
    left_over.append(process)
    assert next(process.words()) == Opened(1, 2, True)
    process.ask_to_end()
    assert process.wait(0.1) == -signal.SIGKILL


def test_one_that_does_not_listen_ends_nothing_but_itself(left_over: list[Process]) -> None:
    """A closed pipe is no error of the program that watches over it."""
    for _ in range(5):
        process = Process.start(python(HEARS_NOTHING), NORTH)
        left_over.append(process)
        assert list(process.words()) == []
        assert process.wait() == 0


def test_signals_of_a_terminal_do_not_reach_it(left_over: list[Process]) -> None:
    """Ctrl-C ends the program, which ends its cameras in good order: they form a session of their own."""
    process = Process.start(python(ECHO), NORTH)
    left_over.append(process)
    assert os.getsid(process.popen.pid) != os.getsid(0)
    process.ask_to_end()
    process.wait()


def test_what_cannot_be_said_to_it_is_not_started() -> None:
    """A source that is no text is refused before there is a process."""
    with pytest.raises(UsageError, match="no valid text"):
        Process.start(python(ECHO), CameraPlan("clip\udcff.mp4"))


def test_a_runner_that_is_stopped_at_once_ends_at_once(tmp_path: Path) -> None:
    """Whether its process was there already or not."""
    heard: list[Word] = []
    for pause_s in (0.0, 0.05):
        runner = Runner(NORTH, lambda plan: Process.start(python(ECHO), plan), lambda name, word: heard.append(word))
        time.sleep(pause_s)
        runner.stop()
        runner.join(10)
        assert runner.pid is None
        assert not runner.alive


def test_a_camera_is_not_opened_before_the_process_before_it_has_ended() -> None:
    """Two that record one camera would make each passage twice."""
    order: list[str] = []
    let_go = threading.Event()

    class Before:
        """A runner that ends when it is let go."""

        def join(self) -> None:
            let_go.wait(10)
            order.append("ended")

    def start(plan: CameraPlan) -> Process:
        order.append("started")
        raise OSError("enough")

    runner = Runner(NORTH, start, lambda name, word: None, Before())  # type: ignore[arg-type]
    time.sleep(0.1)
    assert order == []
    let_go.set()
    deadline = time.monotonic() + 10
    while len(order) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    runner.stop()
    runner.join(10)
    assert order[:2] == ["ended", "started"]


def test_pauses_double_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """A camera that is off for days is tried now and then, not all the time."""
    monkeypatch.setattr(runner_module, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(runner_module, "LONGEST_PAUSE_S", 0.04)
    pauses: list[float] = []

    def start(plan: CameraPlan) -> Process:
        raise OSError("no memory")

    runner = Runner(NORTH, start, lambda name, word: None)
    real = runner._stopping.wait

    def wait(pause_s: float | None = None) -> bool:
        pauses.append(pause_s or 0.0)
        return real(pause_s)

    monkeypatch.setattr(runner._stopping, "wait", wait)
    deadline = time.monotonic() + 10
    while len(pauses) < 5 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert runner.health().state is State.WAITING
    assert "no memory" in (runner.health().error or "")
    runner.stop()
    runner.join(10)
    assert max(pauses) == 0.04
    assert pauses == sorted(pauses)


def test_a_look_at_a_camera_that_says_nothing_comes_to_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its decoder waits for, whoever asked gets an answer with the mend."""
    monkeypatch.setattr(supervisor_module, "LOOK_LASTS_S", 0.5)
    made = Supervisor(tmp_path, lambda task, folder, threads: python(STUBBORN), watching=False)
    with pytest.raises(SourceError, match="shows nothing; check its address"):
        made.look(NORTH)
    assert made.last_view("north") is None


@pytest.mark.parametrize(("cores", "enabled", "share"), [(4, 1, 4), (4, 3, 1), (2, 5, 1), (8, 0, 8), (16, 5, 3)])
def test_cores_are_shared_by_the_cameras_that_are_on(tmp_path: Path, cores: int, enabled: int, share: int) -> None:
    """At least one for each; those that are off take none."""
    asked: list[int] = []

    def command(task: Task, data_dir: Path, threads: int) -> list[str]:
        asked.append(threads)
        return python(HEARS_NOTHING)

    made = Supervisor(tmp_path, command, watching=False, cores=cores)
    plans = [CameraPlan("a.mp4", name=f"on {at}") for at in range(enabled)]
    made.apply([*plans, CameraPlan("b.mp4", name="off", enabled=False)])
    with pytest.raises(SourceError):
        made.look(NORTH)
    assert asked == [share]


def test_forgetting_ends_a_study_and_what_was_seen(tmp_path: Path) -> None:
    """The camera shows something else now, or is gone."""
    made = Supervisor(tmp_path, lambda task, folder, threads: python(ECHO), watching=False)
    study = made.study(NORTH)
    made.forget("north")
    assert not study.running
    assert made.study_of("north") is None
    made.forget("nobody")
