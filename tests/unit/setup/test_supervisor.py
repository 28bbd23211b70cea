# SPDX-License-Identifier: Apache-2.0
"""The supervisor with processes of its own that say what they are told: starts, restarts, ends, and no camera twice."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from wayside.config import CameraPlan
from wayside.domain import SourceError
from wayside.setup import Health, State, Supervisor, Task
from wayside.setup import runner as runner_module

ACTOR = """
import json, sys, time
task, data, threads = sys.argv[1:]
plan = json.loads(sys.stdin.readline())
def say(**word): print(json.dumps(word), flush=True)
def beat(): say(type="beat", frames=5, fps=4.0, dropped=0, silent_s=0.1, delay_s=0.2, total=None, passages=2, read=1,
                unread={"too_small": 1})
open(f"{data}/started", "a").write(f"{task} {threads}\\n")
beat()
if "fails" in plan:
    say(type="failed", sentence="it cannot be opened; check it")
    sys.exit(1)
say(type="opened", width=640, height=480, live="clip" not in plan)
if task == "look":
    say(type="scenery", jpeg="/9g=")
if "stands" in plan:
    say(type="beat", frames=9, fps=4.0, dropped=0, silent_s=0.1, delay_s=0.2, total=None, passages=2, read=1,
        unread={}, doubt="frozen")
    sys.stdin.read()
say(type="trail", points=[[a / 10, 8.0 * a, 200.0, 8.0 * a + 50, 240.0] for a in range(60)], plates=[])
beat()
if "clip" in plan or task == "look":
    say(type="ended")
    sys.exit(0)
if "chatters" in plan:
    print("h264 error rtsp://admin:secret@x/", flush=True)
sys.stdin.read()
open(f"{data}/ended", "a").write(f"{task}\\n")
say(type="ended")
"""
NORTH = CameraPlan("rtsp://192.0.2.1/", name="north")
CLIP = CameraPlan("clip.mp4", name="yard")
STILL = CameraPlan("rtsp://stands.example/", name="still")
BAD = CameraPlan("rtsp://fails.example/", name="bad")


def actor(task: Task, data_dir: Path, threads: int) -> list[str]:
    """A camera's process that plays one."""
    return [sys.executable, "-c", ACTOR, task, str(data_dir), str(threads)]


@contextmanager
def supervised(folder: Path, *plans: CameraPlan, watching: bool = True) -> Iterator[Supervisor]:
    """A supervisor of some cameras on a machine of four cores."""
    made = Supervisor(folder, actor, watching=watching, cores=4)
    made.start(plans)
    try:
        yield made
    finally:
        made.stop()


def until(fits: Callable[[], bool], within_s: float = 20.0) -> None:
    """Waits until something is so; fails where it does not become so."""
    deadline = time.monotonic() + within_s
    while not fits():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def state_of(made: Supervisor, name: str) -> Health:
    """How a camera does."""
    return made.health()[name]


def test_enabled_cameras_run_and_tell_how_they_do(tmp_path: Path) -> None:
    """A live one goes on, a recording comes to its end, one that is off does nothing; cores are shared."""
    off = replace(NORTH, name="off", enabled=False)
    with supervised(tmp_path, NORTH, CLIP, off) as made:
        until(lambda: state_of(made, "north").state is State.RUNNING and state_of(made, "yard").state is State.ENDED)
        health = state_of(made, "north")
        assert (health.size, health.passages, health.read_share) == ((640, 480), 2, 0.5)
        assert (health.fps, health.delay_s) == (4.0, 0.2)
        assert state_of(made, "yard").fps is None
        assert state_of(made, "off").state is State.OFF
    assert sorted((tmp_path / "started").read_text().splitlines()) == ["record 2", "record 2"]
    assert (tmp_path / "ended").read_text() == "record\n"


def test_a_camera_whose_picture_stands_still_is_not_called_well(tmp_path: Path) -> None:
    """Frames come, and it is watched; only what is in them cannot be trusted."""
    with supervised(tmp_path, STILL) as made:
        until(lambda: state_of(made, "still").state is State.FROZEN)
        assert state_of(made, "still").fps == 4.0


def test_one_that_fails_is_started_again_with_growing_pauses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says why, and when it is started again."""
    monkeypatch.setattr(runner_module, "FIRST_PAUSE_S", 0.05)
    with supervised(tmp_path, BAD) as made:
        until(lambda: state_of(made, "bad").starts >= 3)
        until(lambda: state_of(made, "bad").state is State.WAITING)
        health = state_of(made, "bad")
        assert health.error == "it cannot be opened; check it"
        assert health.retry_s is not None


def test_one_that_is_killed_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And said to have been."""
    monkeypatch.setattr(runner_module, "FIRST_PAUSE_S", 0.3)
    with supervised(tmp_path, NORTH) as made:
        until(lambda: state_of(made, "north").state is State.RUNNING)
        first = made.processes()["north"]
        os.kill(first, signal.SIGKILL)
        until(lambda: state_of(made, "north").state is State.WAITING)
        assert "SIGKILL" in (state_of(made, "north").error or "")
        until(lambda: state_of(made, "north").state is State.RUNNING)
        assert made.processes()["north"] != first
        assert state_of(made, "north").error is None


def test_one_that_hangs_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its decoder waits for."""
    monkeypatch.setattr(runner_module, "HUNG_S", 0.2)
    with supervised(tmp_path, NORTH) as made:
        until(lambda: state_of(made, "north").starts >= 2)


def test_a_change_restarts_that_camera_only(tmp_path: Path) -> None:
    """A new one is started, a removed one ended."""
    east = replace(NORTH, name="east")
    with supervised(tmp_path, NORTH, east) as made:
        until(lambda: len(made.processes()) == 2 and state_of(made, "north").state is State.RUNNING)
        before = made.processes()
        made.apply([NORTH, replace(east, country="GB"), replace(NORTH, name="west")])
        until(lambda: made.processes().keys() == {"north", "east", "west"})
        after = made.processes()
        assert after["north"] == before["north"]
        assert after["east"] != before["east"]
        made.apply([NORTH])
        until(lambda: made.processes().keys() == {"north"})
        assert made.health().keys() == {"north"}


def test_no_camera_is_watched_twice(tmp_path: Path) -> None:
    """A second program waits for the first; without watching none is started, but all can be looked through."""
    with supervised(tmp_path, NORTH) as first:
        until(lambda: state_of(first, "north").state is State.RUNNING)
        with supervised(tmp_path, NORTH) as second:
            time.sleep(0.5)
            assert state_of(second, "north").state is State.ELSEWHERE
            first.stop()
            until(lambda: state_of(second, "north").state is State.RUNNING)
    with supervised(tmp_path, NORTH, watching=False) as third:
        assert state_of(third, "north").state is State.OFF
        assert third.look(NORTH).size == (640, 480)


def test_a_recording_at_its_end_is_started_anew_when_asked(tmp_path: Path) -> None:
    """Once, for each time that it is asked."""
    with supervised(tmp_path, CLIP) as made:
        until(lambda: state_of(made, "yard").state is State.ENDED)
        made.restart("yard")
        until(lambda: (tmp_path / "started").read_text().count("record") == 2)
        until(lambda: state_of(made, "yard").state is State.ENDED)


def test_a_look_shows_the_camera_or_says_why_not(tmp_path: Path) -> None:
    """The last view of a camera is kept until it is forgotten."""
    made = Supervisor(tmp_path, actor, watching=False)
    assert made.look(NORTH).jpeg == b"\xff\xd8"
    assert made.last_view("north") is not None
    made.forget("north")
    assert made.last_view("north") is None
    with pytest.raises(SourceError, match="check it"):
        made.look(BAD)


def test_a_study_listens_to_a_camera_that_is_watched_or_opens_it(tmp_path: Path) -> None:
    """No vehicle is counted twice, nothing is recorded for it, and what fails is said."""
    with supervised(tmp_path, NORTH, watching=False) as made:
        study = made.study(NORTH)
        until(lambda: len(study.state().seen) == 1)
        assert made.study(NORTH) is study
        assert made.study_of("north") is study
        assert study.state().size == (640, 480)
        study.end()
        failed = made.study(BAD)
        until(lambda: not failed.running)
        assert failed.state().failed == "it cannot be opened; check it"
    with supervised(tmp_path, NORTH) as made:
        until(lambda: state_of(made, "north").state is State.RUNNING)
        listening = made.study(NORTH)
        assert listening.state().size == (640, 480)
        os.kill(made.processes()["north"], signal.SIGKILL)  # it comes back, and with it a vehicle
        until(lambda: len(listening.state().seen) == 1)
    assert "study" in (tmp_path / "started").read_text()


def test_what_a_decoder_prints_is_heard_by_nobody(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """It may hold the password."""
    with supervised(tmp_path, replace(NORTH, source="rtsp://chatters.example/")) as made:
        until(lambda: state_of(made, "north").state is State.RUNNING)
    said = capfd.readouterr()
    assert "secret" not in said.out + said.err


def test_a_process_that_cannot_be_started_is_said_to_be_so(tmp_path: Path) -> None:
    """Rather than taking the program along."""
    made = Supervisor(tmp_path, lambda task, data_dir, threads: [str(tmp_path / "nowhere")])
    made.start([NORTH])
    until(lambda: state_of(made, "north").state is State.WAITING)
    assert "cannot be started" in (state_of(made, "north").error or "")
    with pytest.raises(SourceError, match="cannot be tried"):
        made.look(NORTH)
    made.stop()
