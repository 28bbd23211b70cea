# SPDX-License-Identifier: Apache-2.0
"""The process of a camera: what it says of itself, when it ends, and failures in sentences without passwords."""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import numpy as np
import pytest
from factories import full_passage

from wayside import bootstrap
from wayside.cli.worker import Pulse, Voice, Wish, run
from wayside.config import CameraPlan
from wayside.domain import Passage
from wayside.pipeline import Doubt
from wayside.record import Store, entries
from wayside.setup import Beat, Ended, Failed, Task, Word, plan_text
from wayside.setup.words import listen


class Heard(Voice):
    """A voice that is written down."""

    def __init__(self) -> None:
        super().__init__(BytesIO())
        self.words: list[Word] = []

    def __call__(self, word: Word) -> None:
        self.words.append(word)


def source(**more: Any) -> Any:
    """A source of frames, as far as a pulse looks at it."""
    known = {"live": True, "dropped": 0, "frame_total": None, "began_at": datetime.now(UTC), **more}
    return SimpleNamespace(**known)


STREET = np.random.default_rng(7).integers(0, 256, (96, 128, 3), dtype=np.uint8)


def test_words_of_several_threads_come_whole() -> None:
    """Half a line within another would be lost."""
    out = BytesIO()
    voice = Voice(out)

    def speak() -> None:
        for _ in range(50):
            voice(Failed("x" * 500))

    threads = [threading.Thread(target=speak) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert list(listen(BytesIO(out.getvalue()))) == [Failed("x" * 500)] * 200


def test_a_wish_closes_the_source_so_that_nobody_waits_for_a_frame() -> None:
    """Whoever started the process may have died: then its end of the pipe is closed as well."""
    reading, writing = os.pipe()
    closed = threading.Event()
    with os.fdopen(reading, "rb") as pipe:
        wish = Wish(pipe)
        wish.listen(SimpleNamespace(close=closed.set))
        assert not wish()
        assert not closed.wait(0.05)
        os.close(writing)
        assert closed.wait(10)
        assert wish()


def test_a_pulse_counts_frames_and_passages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames a second over the last beats only; what was read is what has no reason for not being read."""
    now_s = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now_s[0])
    pulse = Pulse(Heard(), source(live=False, dropped=3, frame_total=80), last_s=now_s[0])
    assert pulse.beat() == Beat(0, 0.0, 3, 0.0, None, 80, 0, 0, {})
    for _ in range(10):
        now_s[0] += 1
        for _ in range(4):
            pulse.on_frame(SimpleNamespace(time_s=0.0))  # type: ignore[arg-type]
        last = pulse.beat()
    assert (last.frames, last.fps, last.silent_s, last.delay_s) == (40, 4.0, 0.0, None)
    now_s[0] += 7
    assert pulse.beat().silent_s == 7.0
    passage: Passage = full_passage(1)[0]
    pulse.on_passage(passage)
    beat = pulse.beat()
    assert beat.passages == 1
    assert beat.read + sum(beat.unread.values()) == 1


def test_a_live_picture_that_stands_still_is_told_once_and_its_end_too(tmp_path: Path) -> None:
    """The beat says so as long as it lasts, and the journal has its beginning and its end; a recording may stand."""
    with bootstrap.Keeper(tmp_path, None) as keeper:
        pulse, recording = Pulse(Heard(), source()), Pulse(Heard(), source(live=False))
        pulse.on_doubt = lambda doubt: keeper.note_doubt("north", doubt)
        for second in range(100):
            for one in (pulse, recording):
                one.on_frame(SimpleNamespace(time_s=float(second), image=STREET))  # type: ignore[arg-type]
        assert (pulse.beat().doubt, recording.beat().doubt) == (Doubt.FROZEN, None)
        pulse.on_frame(SimpleNamespace(time_s=100.0, image=STREET // 2))  # type: ignore[arg-type]
        assert pulse.beat().doubt is None
    with Store(tmp_path, writing=False) as store, store.reading() as connection:
        told = [(one.payload or {})["doubt"] for one in entries(connection, ["gap"])]
    assert told == [None, "frozen"]


@pytest.mark.parametrize(("time_s", "late"), [(20.0, True), (30.0, False), (90.0, False)])
def test_a_live_camera_tells_how_far_behind_it_is(time_s: float, late: bool) -> None:
    """Never less than nothing, whatever the camera's clock says."""
    pulse = Pulse(Heard(), source(began_at=datetime.now(UTC) - timedelta(seconds=30)))
    pulse.on_frame(SimpleNamespace(time_s=time_s, image=STREET))  # type: ignore[arg-type]
    delay_s = pulse.beat().delay_s
    assert delay_s is not None and delay_s >= 0
    assert (delay_s > 5) is late


@pytest.mark.parametrize(
    "told",
    [
        msgspec.json.encode(plan_text(CameraPlan("rtsp://admin:swordfish@[::1/live", "north"))) + b"\n",
        msgspec.json.encode(plan_text(CameraPlan("/nowhere/swordless.mp4", "north"))) + b"\n",
        msgspec.json.encode("[[camera]]\nsource = 'rtsp://admin:swordfish@h/'\ngates = 3\n") + b"\n",
        b"no JSON: swordfish\n",
        b"",
    ],
)
def test_what_cannot_be_watched_is_a_sentence_without_a_password(
    told: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said as the last word, after what was counted; the exit code is not that of a success."""
    monkeypatch.setattr(os, "nice", lambda by: 0)
    monkeypatch.setattr(bootstrap, "share_cores", lambda threads: None)
    monkeypatch.setattr(Pulse, "go_on", lambda self: None)
    heard = Heard()
    assert run([Task.RECORD, str(tmp_path), "1"], BytesIO(told), heard) != 0
    beat, failed = heard.words
    assert isinstance(beat, Beat)
    assert isinstance(failed, Failed)
    assert failed.sentence
    assert "swordfish" not in failed.sentence


def test_a_look_tells_one_picture_and_records_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And closes the camera before it is covered, which takes a while."""
    closed: list[str] = []
    eye = source(size=(64, 48), frames=lambda: iter(["first", "second"]), close=lambda: closed.append("closed"))
    monkeypatch.setattr(os, "nice", lambda by: 0)
    monkeypatch.setattr(bootstrap, "share_cores", lambda threads: None)
    monkeypatch.setattr(bootstrap, "open_camera", lambda plan: SimpleNamespace(source=eye))
    monkeypatch.setattr(bootstrap, "scenery_of", lambda frame: f"{frame} {closed[0]}".encode())
    monkeypatch.setattr(Pulse, "go_on", lambda self: None)
    heard = Heard()
    told = msgspec.json.encode(plan_text(CameraPlan("a.mp4", "north"))) + b"\n"
    assert run([Task.LOOK, str(tmp_path), "1"], BytesIO(told), heard) == 0
    assert [type(word).__name__ for word in heard.words] == ["Opened", "Scenery", "Beat", "Ended"]
    assert msgspec.structs.asdict(heard.words[1])["jpeg"] == b"first closed"
    assert heard.words[-1] == Ended()
    assert list(tmp_path.iterdir()) == []
