# SPDX-License-Identifier: Apache-2.0
"""Watermarks: read in the file, read on the picture and on every part of it, and not in the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from wayside.access.watermark import Watermark, mark_of, stamp
from wayside.domain import AccessError

MARK = Watermark("mary.hopkins", datetime(2026, 11, 22, 13, 5, tzinfo=timezone(timedelta(hours=1))), "3f2a9c01d4e5b6a7")


def jpeg(width: int, height: int, shade: int = 128, **more: object) -> bytes:
    """A plain picture."""
    out = BytesIO()
    Image.new("RGB", (width, height), (shade, shade, shade)).save(out, "JPEG", quality=95, **more)
    return out.getvalue()


def pixels(data: bytes) -> np.ndarray:
    """The grey values of a picture: uint8 (height, width)."""
    return np.asarray(Image.open(BytesIO(data)).convert("L"))


def test_the_mark_in_the_file_says_who_when_and_what() -> None:
    """In UTC; it leads to the journal."""
    found = mark_of(stamp(jpeg(640, 360), MARK))
    assert found == Watermark("mary.hopkins", datetime(2026, 11, 22, 12, 5, tzinfo=UTC), "3f2a9c01d4e5b6a7")


def test_the_line_is_short_and_plain() -> None:
    """The font of every machine has its letters."""
    assert MARK.line == "mary.hopkins  2026-11-22 12:05:00Z  3f2a9c01d4e5"
    assert Watermark("märy", MARK.at, "entry 12").line.startswith("m?ry")


@pytest.mark.parametrize("size", [(1920, 1080), (640, 360), (200, 80), (60, 40)])
def test_the_band_stands_below_and_covers_nothing(size: tuple[int, int]) -> None:
    """However small the picture; white on black, as wide as the picture."""
    marked = pixels(stamp(jpeg(*size), MARK))
    assert marked.shape[1] == size[0]
    band = marked[size[1] :]
    assert band.shape[0] >= 18
    assert band.min() < 40
    assert band.max() > 200


@pytest.mark.parametrize("shade", [0, 60, 128, 200, 255])
def test_every_part_of_the_picture_carries_the_mark(shade: int) -> None:
    """On dark ground and on light: each piece of a fifth of it differs from the picture without."""
    marked = pixels(stamp(jpeg(1000, 600, shade), MARK))[:600].astype(int)
    for top in range(0, 600, 120):
        for left in range(0, 1000, 200):
            piece = marked[top : top + 120, left : left + 200]
            assert np.abs(piece - shade).max() >= 8, (top, left)


def test_the_mark_is_not_in_the_way() -> None:
    """Few pixels change, and none by much."""
    marked = pixels(stamp(jpeg(1000, 600), MARK))[:600].astype(int)
    assert np.abs(marked - 128).max() <= 45
    assert (np.abs(marked - 128) > 8).mean() < 0.2


def test_the_mark_outlives_being_compressed_again() -> None:
    """As a messenger would do it."""
    marked = Image.open(BytesIO(stamp(jpeg(1000, 600), MARK)))
    again = BytesIO()
    marked.save(again, "JPEG", quality=60)
    piece = pixels(again.getvalue())[200:400, 300:600].astype(int)
    assert np.abs(piece - 128).max() >= 8


def test_two_people_get_two_pictures() -> None:
    """And the same person at another moment another one."""
    copies = {stamp(jpeg(320, 200), Watermark(name, MARK.at, "x")) for name in ("mary", "john")}
    assert len({pixels(copy).tobytes() for copy in copies}) == 2


def test_what_the_camera_wrote_into_the_file_is_left_out() -> None:
    """Place and serial number are not for everybody."""
    exif = Image.Exif()
    exif[0x010F] = "canary-maker"
    source = jpeg(320, 200, exif=exif, comment=b"canary-comment")
    assert b"canary" in source
    assert b"canary" not in stamp(source, MARK)


def test_a_picture_without_our_mark_has_none() -> None:
    """Nor has one with somebody else's comment."""
    assert mark_of(jpeg(60, 40)) is None
    for comment in (b"taken by mary", b'{"wayside": 3}', b'{"wayside": {"person": "mary"}}', b"[]", b"\xff\xfe"):
        assert mark_of(jpeg(60, 40, comment=comment)) is None


@given(st.binary(max_size=200))
def test_what_is_no_picture_is_neither_marked_nor_read(data: bytes) -> None:
    """It is refused, never passed on unmarked."""
    with pytest.raises(AccessError):
        stamp(data, MARK)
    with pytest.raises(AccessError):
        mark_of(data)


def test_a_broken_picture_is_refused() -> None:
    """Cut off in the middle."""
    whole = jpeg(640, 360)
    with pytest.raises(AccessError, match="not shown unmarked"):
        stamp(whole[: len(whole) // 2], MARK)


def test_a_flood_of_pixels_is_refused_before_it_is_unpacked() -> None:
    """A small file can claim any size."""
    claim = bytearray(jpeg(640, 360))
    at = claim.index(b"\xff\xc0")
    claim[at + 5 : at + 9] = (60_000).to_bytes(2, "big") * 2
    with pytest.raises(AccessError):
        stamp(bytes(claim), MARK)
