# SPDX-License-Identifier: Apache-2.0
"""Both decoders keep the same promises: OpenCV, and PyAV from the `rtsp` extra."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from clips import SIZE, number_of, with_jpeg_size, write_video
from rtsp_server import RATE, RtspCamera

from wayside.pipeline.sources.decoder import Decoder
from wayside.pipeline.sources.opencv import open_with_opencv
from wayside.pipeline.sources.pyav import open_with_pyav

Open: TypeAlias = Callable[[str | Path, str], Decoder | None]


@pytest.fixture(params=[open_with_opencv, open_with_pyav], ids=["opencv", "pyav"])
def opened(request: pytest.FixtureRequest) -> Open:
    """One of the two ways to open."""
    way: Open = request.param
    return way


def must_open(way: Open, target: str | Path, scheme: str = "file") -> Decoder:
    """The opened decoder."""
    decoder = way(target, scheme)
    assert decoder is not None
    return decoder


@pytest.mark.parametrize(("suffix", "code"), [(".avi", "MJPG"), (".mp4", "mp4v"), (".mkv", "MJPG")])
def test_every_picture_comes_once_with_its_time(tmp_path: Path, opened: Open, suffix: str, code: str) -> None:
    """In order, then None for ever."""
    decoder = must_open(opened, write_video(tmp_path / f"clip{suffix}", 12, rate=8, code=code))
    assert (decoder.size, decoder.rate, decoder.total) == (SIZE, 8, 12)
    pictures = [decoder.read() for _ in range(14)]
    decoder.close()
    assert pictures[12:] == [None, None]
    seen = [picture for picture in pictures if picture is not None]
    assert [number_of(picture.image) for picture in seen] == list(range(12))
    assert [picture.stated_s for picture in seen] == pytest.approx([number / 8 for number in range(12)], abs=2e-3)
    assert decoder.skipped == 0


def test_broken_packets_are_passed_over(tmp_path: Path, opened: Open) -> None:
    """The pictures behind them still come, and what was lost is counted."""
    path = write_video(tmp_path / "clip.avi", 60)
    data = bytearray(path.read_bytes())
    start = data.index(b"\xff\xd8", len(data) // 2)
    for at in range(start, start + 1500):
        data[at] = 0
    path.write_bytes(data)
    decoder = must_open(opened, path)
    numbers = []
    while (picture := decoder.read()) is not None:
        numbers.append(number_of(picture.image))
    decoder.close()
    assert 40 <= len(numbers) < 60
    assert numbers[-1] == 59 % 16
    assert decoder.skipped > 0


@pytest.mark.parametrize("content", [b"", b"hello", bytes(5000)])
def test_what_is_no_video_is_not_opened(tmp_path: Path, opened: Open, content: bytes) -> None:
    """None, and no exception."""
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    assert opened(path, "file") is None


def test_a_playlist_cannot_lead_to_other_files(tmp_path: Path, opened: Open) -> None:
    """A file that names others is no recording, whatever FFmpeg could do with it."""
    write_video(tmp_path / "secret.avi", 5)
    playlist = tmp_path / "list.m3u8"
    playlist.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nsecret.avi\n#EXT-X-ENDLIST\n")
    concat = tmp_path / "list.ffconcat"
    concat.write_text("ffconcat version 1.0\nfile secret.avi\n")
    assert opened(playlist, "file") is None
    assert opened(concat, "file") is None


def test_a_path_is_never_taken_for_a_protocol(tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor for an option."""
    monkeypatch.chdir(tmp_path)
    write_video(Path("real.avi"), 3)
    Path("real.avi").rename("-i")
    assert opened(Path("file:real.avi"), "file") is None
    assert opened(Path("concat:-i"), "file") is None
    must_open(opened, Path("-i")).close()


def test_a_giant_is_not_decoded(tmp_path: Path, opened: Open) -> None:
    """A small file may claim 120 million pixels."""
    path = write_video(tmp_path / "clip.avi", 1)
    data = path.read_bytes()
    at = data.index(b"\xff\xd8")
    path.write_bytes(data[:at] + with_jpeg_size(data[at:], 12_000, 10_000))
    decoder = opened(path, "file")
    assert decoder is None or decoder.read() is None


def test_rtsp_is_decoded(opened: Open) -> None:
    """From a camera that wants a user and sends JPEG over TCP."""
    with RtspCamera() as camera:
        decoder = must_open(opened, camera.url, "rtsp")
        pictures = [decoder.read() for _ in range(6)]
        assert decoder.total is None
        assert decoder.rate == pytest.approx(RATE, rel=0.3)
        decoder.close()
    numbers = [number_of(picture.image) for picture in pictures if picture is not None]
    assert len(numbers) == 6
    assert numbers == list(range(numbers[0], numbers[0] + 6))


def test_a_refusing_camera_is_not_opened(opened: Open) -> None:
    """Neither one that wants another password nor one that is not there."""
    with RtspCamera(password_taken=False) as camera:
        assert opened(camera.url, "rtsp") is None
    assert opened(camera.url, "rtsp") is None


def test_a_dropped_connection_ends_the_pictures(opened: Open) -> None:
    """With None, soon, and no exception."""
    with RtspCamera(pictures=12) as camera:
        decoder = must_open(opened, camera.url, "rtsp")
        count = 0
        while decoder.read() is not None:
            count += 1
        decoder.close()
    assert 1 <= count <= 12
