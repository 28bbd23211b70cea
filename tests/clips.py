# SPDX-License-Identifier: Apache-2.0
"""Small videos and pictures for tests, made on the spot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from wayside.pipeline.sources import Image

SIZE = (64, 48)


def picture(number: int, size: tuple[int, int] = SIZE) -> Image:
    """A grey picture whose brightness tells its number (0 to 15), with a lighter left half."""
    image = np.full((size[1], size[0], 3), 10 + 14 * number, np.uint8)
    image[:, : size[0] // 2] += 10
    return image


def number_of(image: Image) -> int:
    """The number of a picture made by `picture`, after compression."""
    return round((float(image[:, image.shape[1] // 2 + 4 :].mean()) - 10) / 14)


def pictures(count: int) -> Iterator[Image]:
    """Numbered pictures; the numbers begin again after 16."""
    return (picture(number % 16) for number in range(count))


def write_video(path: Path, count: int, *, rate: float = 10.0, code: str = "MJPG") -> Path:
    """A clip of numbered pictures; the ending of the name decides the container."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*code), rate, SIZE)
    for image in pictures(count):
        writer.write(image)
    writer.release()
    return path


def write_pictures(folder: Path, names: list[str]) -> Path:
    """A folder of numbered pictures under these names."""
    folder.mkdir(exist_ok=True)
    for number, name in enumerate(names):
        cv2.imwrite(str(folder / name), picture(number % 16))
    return folder


def encoded(suffix: str, number: int = 1, size: tuple[int, int] = SIZE) -> bytes:
    """The bytes of a picture in the format of this ending."""
    done, data = cv2.imencode(suffix, picture(number, size))
    assert done
    return bytes(data)


def with_jpeg_size(data: bytes, width: int, height: int) -> bytes:
    """A JPEG picture whose header claims another size."""
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + data[at + 4 :]
