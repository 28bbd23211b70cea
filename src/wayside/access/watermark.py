# SPDX-License-Identifier: Apache-2.0
"""Marks the copies of pictures that people get to see or take out, so that one that leaks names its source.

Three marks, because each is lost in another way: a band below the picture (cut off by cropping), faint lines all over
it (lost by strong blurring), and a comment in the file (lost by a screenshot). The stored picture stays as it is; its
SHA-256 is the evidence.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import TypeAlias

from PIL import Image, ImageDraw, ImageFont

from wayside.domain import AccessError

MOST_PIXELS = 100_000_000
QUALITY = 92
FAINT = 40
"""Opacity of the lines, of 255: read on a plain surface, not in the way of what the picture shows."""
ANGLE_DEG = 24
LEAST_TEXT_PX, TEXT_SHARE = 9, 48
"""Height of the text: a 48th of the picture's longer side, 9 pixels at least."""
SHORT_ID = 12
Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, slots=True)
class Watermark:
    """Who got this copy, when, and under what it stands in the journal."""

    person: str
    at: datetime
    id: str
    """Of the export, or `entry 1234`: the journal's entry of the reveal."""

    @property
    def line(self) -> str:
        """What is read on the picture, in plain ASCII."""
        text = f"{self.person}  {self.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z  {self.id[:SHORT_ID]}"
        return text.encode("ascii", "replace").decode()

    def comment(self) -> bytes:
        """What stands in the file."""
        stated = {"person": self.person, "at": self.at.astimezone(UTC).isoformat(), "id": self.id}
        return json.dumps({"wayside": stated}, ensure_ascii=True).encode()


def opened(jpeg: bytes) -> Image.Image:
    """The picture of a JPEG file; raises AccessError where it is none or is too large to be one of ours."""
    try:
        picture = Image.open(BytesIO(jpeg), formats=["JPEG"])
        if picture.width * picture.height > MOST_PIXELS:
            raise AccessError(f"the picture has more than {MOST_PIXELS // 10**6} megapixels; make it smaller first")
        return picture.convert("RGB")
    except (OSError, Image.DecompressionBombError):
        raise AccessError("the picture cannot be read, so it is not shown unmarked either; check the file") from None


def stamp(jpeg: bytes, mark: Watermark) -> bytes:
    """A copy of a JPEG picture with the mark below it, all over it and in the file; everything else in it is left out.

    Raises AccessError.
    """
    picture = opened(jpeg)
    font = ImageFont.load_default(max(LEAST_TEXT_PX, max(picture.size) // TEXT_SHARE))
    marked = with_band(with_lines(picture, mark.line, font), mark.line, font)
    out = BytesIO()
    marked.save(out, "JPEG", quality=QUALITY, comment=mark.comment())
    return out.getvalue()


def text_size(text: str, font: Font) -> tuple[int, int]:
    """Width and height of a text in pixels, rounded up."""
    left, top, right, bottom = font.getbbox(text)
    return int(right - left) + 1, int(bottom - top) + 1


def with_lines(picture: Image.Image, text: str, font: Font) -> Image.Image:
    """The picture with the text over and over across it, slanted; light with a dark shadow, so any ground shows it."""
    width, height = text_size(text, font)
    side = int((picture.width**2 + picture.height**2) ** 0.5) + 1
    layer = Image.new("RGBA", (side, side))
    draw = ImageDraw.Draw(layer)
    for row, y in enumerate(range(0, side, height * 4)):
        for x in range(-(row % 2) * width // 2, side, width + height * 2):
            draw.text((x + 1, y + 1), text, fill=(0, 0, 0, FAINT), font=font)
            draw.text((x, y), text, fill=(255, 255, 255, FAINT), font=font)
    slanted = layer.rotate(ANGLE_DEG, Image.Resampling.BILINEAR)
    corner = (side - picture.width) // 2, (side - picture.height) // 2
    over = slanted.crop((*corner, corner[0] + picture.width, corner[1] + picture.height))
    return Image.alpha_composite(picture.convert("RGBA"), over).convert("RGB")


def with_band(picture: Image.Image, text: str, font: Font) -> Image.Image:
    """The picture with the text in a band below it, as wide as the picture and as high as the text needs."""
    lines = wrapped(text, font, picture.width)
    _, height = text_size(text, font)
    band = height * 2
    whole = Image.new("RGB", (picture.width, picture.height + band * len(lines)), "black")
    whole.paste(picture, (0, 0))
    draw = ImageDraw.Draw(whole)
    for number, line in enumerate(lines):
        draw.text((height // 2, picture.height + band * number + height // 4), line, fill="white", font=font)
    return whole


def wrapped(text: str, font: Font, width: int) -> list[str]:
    """The text in lines that are no wider than the picture, broken between its words."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_size(longer, font)[0] > width - text_size(text, font)[1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def mark_of(jpeg: bytes) -> Watermark | None:
    """The mark in a JPEG file, None where there is none of ours; raises AccessError where it is no picture."""
    try:
        with Image.open(BytesIO(jpeg), formats=["JPEG"]) as picture:
            comment = picture.info.get("comment", b"")
        stated = json.loads(comment)["wayside"]
        return Watermark(stated["person"], datetime.fromisoformat(stated["at"]), stated["id"])
    except OSError:
        raise AccessError("that is no JPEG picture; give the file as it was found") from None
    except (ValueError, KeyError, TypeError):
        return None
