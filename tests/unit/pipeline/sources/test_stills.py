# SPDX-License-Identifier: Apache-2.0
"""Single pictures: their size is known before they are decoded, and every refusal says why."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from clips import SIZE, encoded, number_of, with_jpeg_size, write_pictures
from hypothesis import given
from hypothesis import strategies as st

from wayside.domain import SourceError
from wayside.pipeline.sources import list_pictures, load_picture
from wayside.pipeline.sources.stills import natural, objection, picture_size

FORMATS = [".jpg", ".png", ".bmp", ".webp"]


def saved(tmp_path: Path, data: bytes) -> Path:
    """A file with this content and a name that says nothing."""
    path = tmp_path / "picture.jpg"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_is_loaded(tmp_path: Path, suffix: str) -> None:
    """By its content, whatever its name."""
    image = load_picture(saved(tmp_path, encoded(suffix, 3)))
    assert image.shape == (SIZE[1], SIZE[0], 3)
    assert image.dtype == np.uint8
    assert number_of(image) == 3


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_size_stands_in_the_header(suffix: str) -> None:
    """Width and height, not the other way round."""
    assert picture_size(encoded(suffix)) == SIZE


@pytest.mark.parametrize("quality", [50, 101])
def test_both_kinds_of_webp_tell_their_size(quality: int) -> None:
    """Lossy and, by OpenCV's custom, lossless above 100."""
    done, data = cv2.imencode(".webp", np.zeros((30, 50, 3), np.uint8), [cv2.IMWRITE_WEBP_QUALITY, quality])
    assert done
    assert picture_size(bytes(data)) == (50, 30)


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("kept", [0.5, 0.9])
def test_a_picture_cut_short_is_refused(tmp_path: Path, suffix: str, kept: float) -> None:
    """A decoder would fill the rest with grey and say nothing."""
    data = encoded(suffix, 1, (1280, 960))
    with pytest.raises(SourceError, match="cut short; copy or download it again"):
        load_picture(saved(tmp_path, data[: int(len(data) * kept)]))


def test_a_thumbnail_does_not_hide_that_the_picture_is_cut_short() -> None:
    """The end marker of a thumbnail inside the EXIF data is not the picture's."""
    thumbnail, data = encoded(".jpg", 1, (16, 16)), encoded(".jpg", 2)
    exif = b"\xff\xe1" + (len(thumbnail) + 2).to_bytes(2, "big") + thumbnail
    whole = data[:2] + exif + data[2:]
    assert objection(whole) is None
    assert "cut short" in (objection(whole[:-40]) or "")


@pytest.mark.parametrize(("width", "height"), [(12_000, 10_000), (65_535, 65_535)])
def test_a_giant_is_refused_before_it_is_decoded(tmp_path: Path, width: int, height: int) -> None:
    """A few hundred bytes may claim to be gigabytes."""
    data = with_jpeg_size(encoded(".jpg"), width, height)
    with pytest.raises(SourceError, match=f"{width} x {height} pixels, more than 80 million"):
        load_picture(saved(tmp_path, data))


def test_a_picture_without_a_size_is_refused(tmp_path: Path) -> None:
    """0 x 0 pixels."""
    with pytest.raises(SourceError, match="0 x 0 pixels; export it again"):
        load_picture(saved(tmp_path, with_jpeg_size(encoded(".jpg"), 0, 0)))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"hello", "is not a picture"),
        (b"GIF89a" + bytes(50), "is not a picture that can be read; give JPEG"),
        (b"\xff\xd8", "is not a picture"),
    ],
)
def test_what_is_no_picture_is_named(tmp_path: Path, data: bytes, reason: str) -> None:
    """With the reason and the file."""
    with pytest.raises(SourceError, match=f"picture.jpg: {reason}"):
        load_picture(saved(tmp_path, data))


def test_missing_files_and_folders_are_named(tmp_path: Path) -> None:
    """Each with its mend."""
    with pytest.raises(SourceError, match=r"nothing\.jpg: no such file; check the name"):
        load_picture(tmp_path / "nothing.jpg")
    with pytest.raises(SourceError, match="is a folder, not a picture"):
        load_picture(tmp_path)


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBPVP8 ", b"BM"]),
)
def test_no_header_makes_the_parser_stumble(rest: bytes, magic: bytes) -> None:
    """Any bytes give an objection or a size, never another error."""
    data = magic + rest
    size = picture_size(data)
    assert size is None or all(side >= 0 for side in size)
    assert objection(data) is None or isinstance(objection(data), str)


def test_pictures_come_in_the_order_people_expect(tmp_path: Path) -> None:
    """frame10 behind frame9; other files are not looked at."""
    folder = write_pictures(tmp_path / "frames", ["frame10.jpg", "frame9.png", "frame1.JPG"])
    (folder / "notes.txt").write_text("not a picture")
    assert [path.name for path in list_pictures(folder)] == ["frame1.JPG", "frame9.png", "frame10.jpg"]


def test_a_folder_without_pictures_is_named(tmp_path: Path) -> None:
    """And one that is not there."""
    with pytest.raises(SourceError, match="holds no JPEG"):
        list_pictures(tmp_path)
    with pytest.raises(SourceError, match="cannot be read"):
        list_pictures(tmp_path / "nowhere")


@given(st.lists(st.text(max_size=8), max_size=6))
def test_any_names_can_be_sorted(names: list[str]) -> None:
    """The key never compares numbers with text."""
    assert sorted(sorted(names, key=natural), key=natural) == sorted(names, key=natural)
