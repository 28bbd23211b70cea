# SPDX-License-Identifier: Apache-2.0
"""The process of one camera of `wayside serve`: what `wayside watch` does, told to the program that started it.

It is started as `python -m wayside.cli.worker TASK DATA THREADS` with the camera on standard input; see
`wayside.setup.words`.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import msgspec

from wayside import bootstrap
from wayside.cli.failures import exit_code, sentence
from wayside.cli.screen import silence_native_noise
from wayside.domain import Passage
from wayside.pipeline import Doubt, Doubter
from wayside.setup import Beat, Ended, Failed, Opened, Scenery, Task, Trail, Word, read_plan, said, trail_of

NICE = 5
"""Pages are answered before frames are watched; all cameras are equal."""
BEAT_S = 1.0
RATE_OVER = 5
"""Beats over which frames a second are counted."""


class Voice:
    """Says words on standard output, whole ones also from several threads."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe, self._turn = pipe, threading.Lock()

    def __call__(self, word: Word) -> None:
        """Says it; whoever listens no more has ended this process, so there is nobody to complain to."""
        with self._turn:
            try:
                self._pipe.write(said(word))
                self._pipe.flush()
            except OSError:
                os._exit(0)


class Wish:
    """The wish for an end: the other end of standard input was closed, by whoever started this process or its death."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe, self._asked = pipe, threading.Event()
        self._source: bootstrap.FrameSource | None = None

    def __call__(self) -> bool:
        return self._asked.is_set()

    def listen(self, source: bootstrap.FrameSource) -> None:
        """Closes this source when the wish comes, so that nobody waits for its next frame."""
        self._source = source
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        while self._pipe.read(4096):
            pass
        self._asked.set()
        if self._source is not None:
            self._source.close()


@dataclass(slots=True)
class Pulse:
    """What is counted of a camera, and told every second whether frames come or not."""

    voice: Voice
    source: bootstrap.FrameSource | None = None
    frames: int = 0
    last_s: float = field(default_factory=time.monotonic)
    delay_s: float | None = None
    passages: int = 0
    unread: Counter[str] = field(default_factory=Counter)
    doubter: Doubter = field(default_factory=Doubter)
    on_doubt: Callable[[Doubt | None], None] = lambda doubt: None
    """Told when the picture can be trusted no longer, and when it can again."""
    counts: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=RATE_OVER + 1))

    def on_frame(self, frame: bootstrap.Frame) -> None:
        """Counts a frame that was worked on."""
        self.frames += 1
        self.last_s = time.monotonic()
        if self.source is not None and self.source.live:
            age_s = (datetime.now(UTC) - self.source.began_at).total_seconds() - frame.time_s
            self.delay_s = max(0.0, age_s)
            self.judge(frame)

    def judge(self, frame: bootstrap.Frame) -> None:
        """Asks whether the picture of a live camera can be trusted, and tells a change."""
        before = self.doubter.doubt
        self.doubter.look(frame.image, frame.time_s)
        if self.doubter.doubt is not before:
            self.on_doubt(self.doubter.doubt)

    def on_passage(self, passage: Passage) -> None:
        """Counts a passage that the record has."""
        self.passages += 1
        if passage.plate.reason_unread is not None:
            self.unread[passage.plate.reason_unread.value] += 1

    def beat(self) -> Beat:
        """How things stand."""
        now_s = time.monotonic()
        self.counts.append((now_s, self.frames))
        then_s, then = self.counts[0]
        unread = dict(self.unread)
        return Beat(
            frames=self.frames,
            fps=round((self.frames - then) / (now_s - then_s), 1) if now_s > then_s else 0.0,
            dropped=0 if self.source is None else self.source.dropped,
            silent_s=round(now_s - self.last_s, 1),
            delay_s=None if self.delay_s is None else round(self.delay_s, 2),
            total=None if self.source is None else self.source.frame_total,
            passages=self.passages,
            read=self.passages - sum(unread.values()),
            unread=unread,
            doubt=self.doubter.doubt,
        )

    def go_on(self) -> None:
        """Tells it every second, as long as the process lives."""
        while True:
            self.voice(self.beat())
            time.sleep(BEAT_S)


def look(camera: bootstrap.Camera, voice: Voice) -> None:
    """Tells the first picture, covered."""
    frame = next(camera.source.frames(), None)
    camera.source.close()
    if frame is not None:
        voice(Scenery(bootstrap.scenery_of(frame)))


def watch(camera: bootstrap.Camera, task: Task, data_dir: Path, threads: int, pulse: Pulse, wish: Wish) -> None:
    """Watches a camera to its end, or until an end is wished for; what is to be recorded is recorded."""
    wish.listen(camera.source)

    def on_finished(finished: bootstrap.Finished) -> None:
        pulse.voice(trail_told(finished))

    models = bootstrap.load_models(threads)
    if task is Task.STUDY:
        for finished in bootstrap.watch(camera.source, camera.settings, models, wish, pulse.on_frame):
            on_finished(finished)
        return
    with bootstrap.Keeper(data_dir, None) as keeper:
        pulse.on_doubt = lambda doubt: keeper.note_doubt(camera.settings.name, doubt)
        for passage, _ in camera.passages(models, keeper, wish, pulse.on_frame, on_finished):
            pulse.on_passage(passage)


def trail_told(finished: bootstrap.Finished) -> Trail:
    """What is told of a vehicle: where it was, and where its plate was read; not which."""
    return trail_of(finished.track, [read.box for read in finished.reads])


def run(arguments: Sequence[str], said_to: IO[bytes], voice: Voice) -> int:
    """Does one task; the exit code."""
    task, data_dir, threads = Task(arguments[0]), Path(arguments[1]), int(arguments[2])
    pulse = Pulse(voice)
    threading.Thread(target=pulse.go_on, daemon=True).start()
    try:
        plan = read_plan(msgspec.json.decode(said_to.readline(), type=str))
        os.nice(0 if task is Task.LOOK else NICE)
        bootstrap.share_cores(threads)
        camera = bootstrap.open_camera(plan)
        pulse.source = camera.source
        width, height = camera.source.size
        voice(Opened(width, height, camera.source.live))
        if task is Task.LOOK:
            look(camera, voice)
        else:
            watch(camera, task, data_dir, threads, pulse, Wish(said_to))
    except Exception as error:
        voice(pulse.beat())
        voice(Failed(sentence(error)))
        return exit_code(error)
    voice(pulse.beat())
    voice(Ended())
    return 0


def main() -> None:
    """The process; leaves at once at its end, whatever a decoder's thread still does."""
    voice = Voice(os.fdopen(os.dup(sys.stdout.fileno()), "wb"))
    silence_native_noise()
    code = run(sys.argv[1:], sys.stdin.buffer, voice)
    os._exit(code)


if __name__ == "__main__":
    main()
