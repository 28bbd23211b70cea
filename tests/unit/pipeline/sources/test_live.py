# SPDX-License-Identifier: Apache-2.0
"""Streams: the newest frame waits, the others are counted as dropped, and a lost camera is tried again."""

from __future__ import annotations

import http.server
import itertools
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from clips import SIZE, encoded, picture, write_video
from rtsp_server import RtspCamera

from wayside.domain import SourceError
from wayside.pipeline.sources import Frame, open_source, opening
from wayside.pipeline.sources.decoder import Picture
from wayside.pipeline.sources.live import Live, Mailbox


class PacedDecoder:
    """A camera in memory that gives a few pictures at a pace, then drops."""

    size = SIZE
    rate = 100.0
    total = None
    skipped = 0

    def __init__(self, count: int, pause_s: float = 0.002) -> None:
        self._left, self._pause_s = count, pause_s

    def read(self) -> Picture | None:
        time.sleep(self._pause_s)
        self._left -= 1
        return Picture(None, picture(1)) if self._left >= 0 else None

    def close(self) -> None:
        self._left = 0


def frame(number: int) -> Frame:
    """Any frame with this number."""
    return Frame(number, number / 10, picture(1))


def never() -> bool:
    """Nobody wants an end."""
    return False


def test_the_newest_frame_waits_and_the_others_are_counted() -> None:
    """Latency is bounded by dropping, never by queueing."""
    mailbox = Mailbox()
    for number in range(5):
        mailbox.put(frame(number))
    newest = mailbox.take(never)
    assert newest is not None
    assert newest.number == 4
    assert mailbox.dropped == 4


def test_the_last_frame_is_given_before_the_end() -> None:
    """Then None."""
    mailbox = Mailbox()
    mailbox.put(frame(1))
    mailbox.end()
    assert mailbox.take(never) is not None
    assert mailbox.take(never) is None


def test_a_slow_reader_loses_frames_and_keeps_up() -> None:
    """Frame numbers tell how many were passed over."""
    source = Live("cam", lambda: PacedDecoder(60), patience_s=0.0)
    numbers = []
    with pytest.raises(SourceError):
        for one in source.frames():
            numbers.append(one.number)
            time.sleep(0.02)
    assert numbers == sorted(set(numbers))
    assert len(numbers) < 60
    assert source.dropped == numbers[-1] + 1 - len(numbers)


def test_a_lost_camera_comes_back(caplog: pytest.LogCaptureFixture) -> None:
    """Times go on growing over the gap, and both the loss and the return are told."""
    connections: Iterator[PacedDecoder | None] = iter([PacedDecoder(5), None, PacedDecoder(5), None])
    source = Live("cam", lambda: next(connections, None), patience_s=4.0)
    with caplog.at_level(logging.WARNING):
        times = [one.time_s for one in zip_frames(source, 2.5)]
    assert max(later - earlier for earlier, later in itertools.pairwise(times)) > 0.4
    assert times == sorted(times)
    assert "cam: the stream stopped; trying again" in caplog.text
    assert "cam: the stream is back" in caplog.text


def zip_frames(source: Live, seconds: float) -> Iterator[Frame]:
    """The frames of so many seconds; then the source is closed."""
    threading.Timer(seconds, source.close).start()
    yield from source.frames()


def test_patience_has_an_end() -> None:
    """Then the frames end with one sentence that names the camera and the mend."""
    connections = iter([PacedDecoder(2)])
    source = Live("cam", lambda: next(connections, None), patience_s=0.6)
    with pytest.raises(SourceError, match="cam: the stream stopped and did not come back within 1 s; check the camera"):
        list(source.frames())


def test_closing_does_not_wait_for_the_camera() -> None:
    """Also while it is being tried again."""
    connections = iter([PacedDecoder(1)])
    source = Live("cam", lambda: next(connections, None), patience_s=60)
    began = time.monotonic()
    assert len(list(zip_frames(source, 0.3))) == 1
    assert time.monotonic() - began < 2


def test_an_rtsp_camera_is_watched() -> None:
    """Over a real connection, with the user's password in the address and in no message."""
    with RtspCamera() as camera:
        source = open_source(camera.url)
        assert (source.live, source.frame_total, source.size) == (True, None, SIZE)
        assert source.name == f"rtsp://127.0.0.1:{camera.port}/live"
        frames = source.frames()
        times = [next(frames).time_s for _ in range(5)]
        source.close()
    assert times == sorted(times)


@pytest.mark.parametrize("extra", [True, False])
def test_a_refused_connection_is_told_without_the_password(monkeypatch: pytest.MonkeyPatch, extra: bool) -> None:
    """With and without the `rtsp` extra."""
    monkeypatch.setattr(opening, "has_pyav", lambda: extra)
    with RtspCamera() as camera:
        url = camera.url
    with pytest.raises(SourceError, match="the connection was refused; check that the camera is on") as told:
        open_source(url)
    assert "secret" not in str(told.value)


def test_a_wrong_password_is_told() -> None:
    """The camera answers, but not with video."""
    with (
        RtspCamera(password_taken=False) as camera,
        pytest.raises(SourceError, match="gives no video in time; check the path, the user and the password"),
    ):
        open_source(camera.url)


def test_a_dropped_rtsp_camera_is_told() -> None:
    """Once it is gone for longer than patience lasts."""
    with RtspCamera(pictures=15) as camera:
        source = open_source(camera.url, patience_s=0.5)
        frames = source.frames()
        next(frames)
        camera.password_taken = False
        with pytest.raises(SourceError, match="the stream stopped and did not come back"):
            list(frames)


def test_a_webcam_that_is_not_there_is_told() -> None:
    """By its device name."""
    with pytest.raises(SourceError, match="there is no /dev/video97; plug it in"):
        open_source("97")


class Motion(http.server.BaseHTTPRequestHandler):
    """An HTTP camera: JPEG pictures one after another (multipart/x-mixed-replace)."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=next")
        self.end_headers()
        for number in range(30):
            data = encoded(".jpg", number % 16)
            try:
                self.wfile.write(b"--next\r\nContent-Type: image/jpeg\r\n")
                self.wfile.write(f"Content-Length: {len(data)}\r\n\r\n".encode() + data + b"\r\n")
            except OSError:
                return
            time.sleep(0.02)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


class Files(http.server.SimpleHTTPRequestHandler):
    """Serves a folder."""

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@contextmanager
def serving(handler: type[http.server.BaseHTTPRequestHandler] | partial[Files]) -> Iterator[str]:
    """A web server on the loopback address; its URL."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("extra", [True, False])
def test_an_http_camera_is_watched(monkeypatch: pytest.MonkeyPatch, extra: bool) -> None:
    """As simple webcams send it, with and without the `rtsp` extra."""
    monkeypatch.setattr(opening, "has_pyav", lambda: extra)
    with serving(Motion) as url:
        source = open_source(f"{url}/stream", patience_s=0.2)
        assert source.live
        numbers = [one.number for one, _ in zip(source.frames(), range(4), strict=False)]
        source.close()
    assert numbers == sorted(set(numbers))


def test_a_recording_behind_an_address_gives_every_frame(tmp_path: Path) -> None:
    """A file on a server is no camera: nothing of it is dropped and it is not played twice."""
    write_video(tmp_path / "clip.mp4", 40, code="mp4v")
    with serving(partial(Files, directory=str(tmp_path))) as url:
        source = open_source(f"{url}/clip.mp4")
        assert not source.live
        assert len(list(source.frames())) == 40
