# SPDX-License-Identifier: Apache-2.0
"""Video files as sources, and what is said of those that are none."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from clips import SIZE, encoded, number_of, picture, write_video

from wayside.domain import SourceError, UsageError
from wayside.pipeline.sources import FrameSource, Image, open_source
from wayside.pipeline.sources.decoder import Picture
from wayside.pipeline.sources.frame import MAX_PIXELS
from wayside.pipeline.sources.video import Video


@dataclass
class MemoryDecoder:
    """A decoder that plays pictures from memory."""

    pictures: list[Picture]
    size: tuple[int, int] = SIZE
    rate: float = 10.0
    total: int | None = None
    skipped: int = 0
    closed: bool = field(default=False, init=False)

    def read(self) -> Picture | None:
        return self.pictures.pop(0) if self.pictures else None

    def close(self) -> None:
        self.closed = True


def video(decoder: MemoryDecoder) -> Video:
    """A source over a decoder in memory."""
    return Video("clip", decoder, fingerprint="0" * 64, began_at=datetime(2026, 1, 1, tzinfo=UTC))


def timed(*images: Image) -> list[Picture]:
    """Pictures a tenth of a second apart."""
    return [Picture(number / 10, image) for number, image in enumerate(images)]


def refused(path: Path) -> str:
    """What is said of a source that cannot be opened."""
    with pytest.raises(SourceError) as told:
        open_source(str(path))
    return str(told.value)


def test_a_file_gives_every_frame_once(tmp_path: Path) -> None:
    """With numbers, times and pictures in order."""
    source = open_source(str(write_video(tmp_path / "clip.avi", 12, rate=8)))
    frames = list(source.frames())
    assert (source.size, source.frame_total, source.live, source.dropped) == (SIZE, 12, False, 0)
    assert [frame.number for frame in frames] == list(range(12))
    assert [frame.time_s for frame in frames] == pytest.approx([number / 8 for number in range(12)])
    assert [number_of(frame.image) for frame in frames] == list(range(12))


def test_the_time_of_a_file_is_that_of_its_last_writing(tmp_path: Path) -> None:
    """No better clue exists that every file has."""
    path = write_video(tmp_path / "clip.avi", 2)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert open_source(str(path)).began_at == datetime.fromtimestamp(1_700_000_000, UTC)


def test_the_fingerprint_is_that_of_the_content(tmp_path: Path) -> None:
    """The same under another name; another one for other content."""
    path = write_video(tmp_path / "clip.avi", 3)
    copy = Path(shutil.copy(path, tmp_path / "copy.avi"))
    other = write_video(tmp_path / "other.avi", 4)
    one, same, another = (open_source(str(name)).fingerprint for name in (path, copy, other))
    assert one == same != another


def test_closing_ends_the_frames(tmp_path: Path) -> None:
    """Soon, and without a complaint that the video was cut short."""
    source = open_source(str(write_video(tmp_path / "clip.avi", 40)))
    seen = 0
    for frame in source.frames():
        seen += 1
        if frame.number == 3:
            source.close()
    assert seen == 4


def test_missing_empty_and_foreign_files_are_told_apart(tmp_path: Path) -> None:
    """Each with the mend that helps."""
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "text.mp4").write_text("hello" * 100)
    (tmp_path / "photo.mp4").write_bytes(encoded(".jpg"))
    assert refused(tmp_path / "no.mp4").endswith("no.mp4: no such file or folder; check the name")
    assert refused(tmp_path / "empty.mp4").endswith("empty.mp4: is empty; copy or download it again")
    assert "is not a video; give an MP4" in refused(tmp_path / "text.mp4")
    assert "is a JPEG picture, not a video; use `wayside read`" in refused(tmp_path / "photo.mp4")
    assert "is neither a file nor a folder" in refused(Path(os.devnull))


def test_a_name_too_long_for_the_system_is_told(tmp_path: Path) -> None:
    """The system's own word is passed on."""
    assert "check the name" in refused(tmp_path / ("x" * 300))


def test_an_mp4_cut_short_is_told_at_once(tmp_path: Path) -> None:
    """Its index stands at the end, so nothing of it can be shown."""
    path = write_video(tmp_path / "clip.mp4", 60, code="mp4v")
    path.write_bytes(path.read_bytes()[:-400])
    assert "is cut short: its index is missing or incomplete" in refused(path)


def test_a_damaged_video_is_told(tmp_path: Path) -> None:
    """A container whose content no decoder knows."""
    path = write_video(tmp_path / "clip.avi", 5)
    path.write_bytes(path.read_bytes().replace(b"MJPG", b"ZZZZ"))
    assert "codec" in refused(path) or "cannot be decoded" in refused(path)


def test_a_video_cut_short_gives_what_it_has_and_then_complains(tmp_path: Path) -> None:
    """The frames that are there are worth having."""
    path = write_video(tmp_path / "clip.mkv", 60)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    seen = 0
    with pytest.raises(SourceError, match=r"clip\.mkv: ends after [23]\.\d s of the 6\.0 s that it promises"):
        for _ in open_source(str(path)).frames():
            seen += 1
    assert 20 <= seen <= 32


def test_repeated_frames_are_dropped_and_counted() -> None:
    """So that no speed is ever infinite."""
    images = [Picture(time_s, picture(1)) for time_s in (0.0, 0.1, 0.1, 0.2)]
    source = video(MemoryDecoder(images, skipped=2))
    assert [frame.time_s for frame in source.frames()] == [0.0, 0.1, 0.2]
    assert source.dropped == 1 + 2


def test_another_resolution_in_mid_stream_is_passed_on() -> None:
    """The frames just have another size."""
    source = video(MemoryDecoder(timed(picture(1), picture(2, (32, 16)))))
    assert [frame.image.shape for frame in source.frames()] == [(48, 64, 3), (16, 32, 3)]


def test_a_giant_is_refused_before_it_is_decoded() -> None:
    """By the size that the container states."""
    decoder = MemoryDecoder(timed(picture(1)), size=(12_000, 10_000))
    with pytest.raises(SourceError, match="12000 x 10000 pixels, more than 80 million"):
        video(decoder)
    assert len(decoder.pictures) == 1
    assert decoder.closed


def test_a_giant_in_mid_stream_ends_the_frames() -> None:
    """What came before is given."""
    giant = np.broadcast_to(np.zeros((1, 1, 3), np.uint8), (1, MAX_PIXELS + 1, 3))
    decoder = MemoryDecoder(timed(picture(1), giant))
    frames = video(decoder).frames()
    assert next(frames).number == 0
    with pytest.raises(SourceError, match="too large to decode; convert it"):
        next(frames)
    assert decoder.closed


@pytest.mark.parametrize("size", [(0, 0), SIZE])
def test_a_video_without_a_picture_is_refused(size: tuple[int, int]) -> None:
    """Whether or not its container states a size."""
    with pytest.raises(SourceError, match=r"clip: has frames .* cannot be decoded; convert it to MP4"):
        video(MemoryDecoder([], size=size))


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf")])
def test_an_impossible_rate_is_refused(tmp_path: Path, rate: float) -> None:
    """Before anything is opened."""
    with pytest.raises(UsageError, match="pictures per second cannot be"):
        open_source(str(tmp_path), rate=rate)


def test_a_memory_decoder_makes_a_source() -> None:
    """The shape that the pipeline relies on is kept."""
    source: FrameSource = video(MemoryDecoder(timed(picture(1))))
    assert source.name == "clip"
