# SPDX-License-Identifier: Apache-2.0
"""What may be named as a source, and what messages may repeat of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.domain import SourceError
from wayside.pipeline.sources import LocalPath, parse_address
from wayside.pipeline.sources.address import Stream, Webcam

CANARY = "hunter2canary"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("clip.mp4", LocalPath(Path("clip.mp4"))),
        ("folder/of/frames", LocalPath(Path("folder/of/frames"))),
        ("-i", LocalPath(Path("-i"))),
        ("0", Webcam(0)),
        ("/dev/video2", Webcam(2)),
        ("concat:a|b", LocalPath(Path("concat:a|b"))),
    ],
)
def test_local_sources_are_told_apart(text: str, meant: object) -> None:
    """Whatever is no address and no number is a path, never an FFmpeg protocol."""
    assert parse_address(text) == meant


def test_a_file_called_like_a_webcam_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there wins."""
    monkeypatch.chdir(tmp_path)
    Path("7").write_bytes(b"video")
    assert parse_address("7") == LocalPath(Path("7"))


@pytest.mark.parametrize("text", ["file:///etc/passwd", "gopher://host/", "udp://239.0.0.1:1234", "subfile,,://x"])
def test_other_schemes_are_refused(text: str) -> None:
    """A structural allow-list: only four kinds of address exist."""
    with pytest.raises(SourceError, match="are not taken; give a file, a folder"):
        parse_address(text)


@pytest.mark.parametrize(
    "text", ["rtsp://", "rtsp://[::1", "rtsp://host:port/", "rtsp://ho st/", "rtsp://host/|x;y", "http://host/a\nb"]
)
def test_malformed_addresses_are_refused(text: str) -> None:
    """Also those that could smuggle options to FFmpeg."""
    with pytest.raises(SourceError, match=r"malformed|names no host"):
        parse_address(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"rtsp://admin:{CANARY}@cam.lan:554/live?channel=1", "rtsp://cam.lan:554/live?channel=1"),
        (f"rtsp://cam.lan/user=admin&password={CANARY}&channel=1", "rtsp://cam.lan/user=…&password=…&channel=1"),
        (f"http://cam.lan/stream?token={CANARY}", "http://cam.lan/stream?token=…"),
        (f"rtsps://{CANARY}@[fe80::1]:322/", "rtsps://[fe80::1]:322/"),
        (f"http://cam.lan/a?usr=x&pwd={CANARY}#frag", "http://cam.lan/a?usr=…&pwd=…"),
    ],
)
def test_no_secret_is_shown(text: str, shown: str) -> None:
    """Cameras carry passwords in many places."""
    address = parse_address(text)
    assert isinstance(address, Stream)
    assert address.shown == shown
    assert address.url == text
    assert CANARY not in repr(address)


@given(st.text(st.characters(codec="ascii", exclude_characters="@/?#[]|; \\"), min_size=1, max_size=12))
def test_no_password_of_any_kind_is_shown(user: str) -> None:
    """Whatever stands before the @, no message repeats it."""
    try:
        address = parse_address(f"rtsp://{user}:{CANARY}@cam.lan/live")
    except SourceError as error:
        assert CANARY not in str(error)
    else:
        assert isinstance(address, Stream)
        assert CANARY not in address.shown
        assert address.shown.endswith("cam.lan/live")
