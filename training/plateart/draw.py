# SPDX-License-Identifier: Apache-2.0
"""Draws one plate: ground, band, text, seals, small lettering, relief and wear."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from training.plateart import marks
from training.plateart.lettering import Lettering, Slot, StrokeFace, face
from training.plateart.styles import Colour, PlateStyle, colour
from training.plateart.syntax import lay_out, plain
from training.plateart.wear import scene, weather

_BAND_MM = 44.0
_RIGHT_MM = 40.0
_EDGE_MM = 8.0
_SEAL_MM = 34.0
_STACKED = re.compile(r"=..|.")


@dataclass(frozen=True)
class PlateArt:
    """A drawn plate."""

    image: NDArray[np.uint8]
    """uint8 (H, W, 3), blue green red; the edge of the picture is the edge of the plate."""
    text: str
    """A–Z and 0–9 only, top line first."""
    boxes: NDArray[np.float32]
    """float32 (N, 4), one row a character of `text`: left, top, right, bottom in pixels."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """One mark or character of a line with its breadth in millimetres and the gap before it."""

    token: str
    breadth: float
    before: float


def draw_plate(
    text: str, style: PlateStyle, rng: np.random.Generator, *, wear: float = 0.0, px_per_mm: float = 1.0
) -> PlateArt:
    """Draw `text` in `style`.

    `text` may carry layout marks (see `syntax`); a bare text takes the first layout of the style that fits it.
    `wear` 0–1 adds dirt, scratches, relief and uneven paint. Raises KeyError for a character without a glyph.
    """
    rows = lay_out(text, style.layouts, style.lists).split("|")
    image = _ground(style, px_per_mm, rng)
    free = _bands(image, style, px_per_mm, rng)
    top, bottom = _small_lettering(image, style, px_per_mm, rng)
    if style.tags:
        _tags(image, style, px_per_mm, rng)
    ink = np.zeros(image.shape[:2], np.uint8)
    boxes: list[tuple[float, float, float, float]] = []
    area = (bottom - top) / len(rows)
    for index, row in enumerate(rows):
        left, right = free[index]
        place = left, right, top + area * (index + 0.5), area
        boxes += _draw_row(image, ink, row, style, place, px_per_mm, rng)
    image = _press(image, ink, colour(style.ink), wear)
    _bolts(image, style, px_per_mm, rng, wear)
    return PlateArt(weather(image, wear, rng), plain(text), np.array(boxes, np.float32).reshape(-1, 4))


def _ground(style: PlateStyle, scale: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    width, height = (round(length * scale) for length in style.size)
    image = np.empty((height, width, 3), np.uint8)
    image[:] = colour(style.ground)
    if style.scene:
        image = scene(image, rng)
    if style.rim:
        inset = round(3 * scale)
        corners = (inset, inset), (width - 1 - inset, height - 1 - inset)
        cv2.rectangle(image, *corners, colour(style.rim), max(round(3 * scale), 1), cv2.LINE_AA)
    return image


def _bands(
    image: NDArray[np.uint8], style: PlateStyle, scale: float, rng: np.random.Generator
) -> list[tuple[float, float]]:
    """Draw the side bands; returns for each line the left and right end of what is free for it, in millimetres."""
    width, height = style.size
    right = width - _EDGE_MM
    lefts = [_EDGE_MM] * style.lines
    if style.band:
        band = min(_BAND_MM, width * 0.13)
        top, rows = _band_rows(style.lines, rng)
        share = rows / style.lines
        place = top * height / style.lines, height * share
        marks.fill(image, 0, place[0] * scale, band * scale, place[1] * scale, colour(style.band))
        _band_signs(image, style, band, place, scale, rng)
        for row in range(top, top + rows):
            lefts[row] = band + _EDGE_MM * 0.6
    if style.right:
        side = min(_RIGHT_MM, width * 0.11)
        right = width - side - _EDGE_MM * 0.6
        _right_band(image, style.right, (width - side, side, height), scale, rng)
    return [(left, right) for left in lefts]


def _band_rows(lines: int, rng: np.random.Generator) -> tuple[int, int]:
    """First line and number of lines that the band stands beside; on two-line plates mostly the upper one."""
    if lines == 1:
        return 0, 1
    dice = rng.random()
    return (0, lines) if dice < 0.3 else (0, 1) if dice < 0.85 else (1, 1)


def _band_signs(
    image: NDArray[np.uint8],
    style: PlateStyle,
    band: float,
    place: tuple[float, float],
    scale: float,
    rng: np.random.Generator,
) -> None:
    top, height = (length * scale for length in place)
    breadth = band * scale
    pale = colour("black" if style.band in ("white", "yellow") else "white")
    if style.band_sign == "stars":
        marks.stars(image, (breadth / 2, top + height * 0.3), breadth * 0.3, colour("yellow"))
    elif style.band_sign:
        marks.flag(image, (breadth * 0.15, top + height * 0.12, breadth * 0.7, height * 0.26), rng)
    if style.band_letters:
        size = min(breadth * 0.55, height * 0.28) * (0.8 if len(style.band_letters) > 1 else 1.0)
        write(image, style.band_letters, (breadth / 2, top + height * 0.77), size, pale, breadth * 0.86)


def _right_band(
    image: NDArray[np.uint8], kind: str, place: tuple[float, float, float], scale: float, rng: np.random.Generator
) -> None:
    left, side, height = (length * scale for length in place)
    middle = left + side / 2
    if kind == "shield":
        marks.seal(image, "shield", (left, height * 0.15, side * 0.85, height * 0.75), rng)
        return
    paint = {"date": "yellow", "months": "white"}.get(kind, "blue")
    marks.fill(image, left, 0, side, height, colour(paint))
    ink = colour("white" if paint == "blue" else "black")
    upper, lower = f"{rng.integers(100):02d}", f"{rng.integers(1, 13):02d}"
    if kind in ("date", "months"):
        write(image, upper, (middle, height * 0.3), height * 0.24, ink, side * 0.8)
        write(image, lower, (middle, height * 0.7), height * 0.24, ink, side * 0.8)
        return
    marks.flag(image, (left + side * 0.2, height * 0.15, side * 0.6, height * 0.35), rng)
    if kind == "department" or rng.random() < 0.4:
        write(image, upper, (middle, height * 0.76), height * 0.24, ink, side * 0.8)


def _small_lettering(
    image: NDArray[np.uint8], style: PlateStyle, scale: float, rng: np.random.Generator
) -> tuple[float, float]:
    """Draw header and footer; returns top and bottom of what is free for text, in millimetres."""
    width, height = style.size
    top, bottom = 0.0, height
    header = str(rng.choice(list(style.header))) if style.header else ""
    footer = str(rng.choice(list(style.footer))) if style.footer else ""
    ink = colour(style.ink)
    if header.startswith("!"):
        top = height * 0.25
        marks.fill(image, 0, 0, width * scale, top * scale, colour("blue"))
        middle = width * scale / 2, top * scale / 2
        write(image, header[1:], middle, top * scale * 0.5, colour("white"), width * scale)
    elif header:
        size = (height - style.char[0]) * 0.3
        top = size * 1.2
        paint, hand = (_any_ink(style, rng), _any_hand(rng)) if style.tags else (ink, None)
        room = width * scale * 0.8
        write(image, header, (width * scale / 2, size * scale * 0.8), size * scale * 0.7, paint, room, hand)
    if footer:
        size = max((height - style.char[0]) * 0.22, 5.0)
        bottom = height - size * (0.9 if style.header or style.lines > 1 else 0.5)
        middle = width * scale / 2, (height - size * 0.75) * scale
        write(image, footer, middle, size * scale * 0.62, ink, width * scale * 0.6)
    return top, bottom


def _any_ink(style: PlateStyle, rng: np.random.Generator) -> Colour:
    return colour(style.ink if rng.random() < 0.4 else str(rng.choice(["red", "navy", "blue", "green", "orange"])))


def _any_hand(rng: np.random.Generator) -> StrokeFace:
    """Upright, or slanting as if written by hand."""
    return replace(face("round"), slant=float(rng.uniform(0.15, 0.35)) if rng.random() < 0.4 else 0.0)


def _tags(image: NDArray[np.uint8], style: PlateStyle, scale: float, rng: np.random.Generator) -> None:
    """Stickers in some of the corners, each well clear of the text."""
    width, height = (length * scale for length in style.size)
    for x, y in ((0.03, 0.05), (0.83, 0.05), (0.03, 0.82), (0.83, 0.82)):
        if rng.random() < 0.3:
            box = x * width, y * height, width * float(rng.uniform(0.1, 0.15)), height * float(rng.uniform(0.1, 0.14))
            marks.tag(image, box, rng)


def write(
    image: NDArray[np.uint8],
    text: str,
    centre: tuple[float, float],
    height: float,
    ink: Colour,
    room: float,
    hand: Lettering | None = None,
) -> None:
    """Small lettering centred at a point, at most `room` pixels wide; spaces and marks are left as gaps."""
    pitch = min(height * 0.72, room / max(len(text), 1))
    mask = np.zeros(image.shape[:2], np.uint8)
    letters = hand or face("din")
    for index, char in enumerate(text):
        if char.isalnum() or char in "-.":
            breadth = letters.breadth(char) * pitch * 0.72
            middle = centre[0] + (index + 0.5 - len(text) / 2) * pitch
            letters.stamp(mask, char, Slot(middle - breadth / 2, centre[1] - height / 2, breadth, height))
    image[:] = _blend(image, mask, ink)


def _pieces(row: str, style: PlateStyle) -> list[_Piece]:
    letters = style.letters_of
    breadths = {" ": 0.0, ":": _SEAL_MM * style.char[0] / 75}
    tokens = _STACKED.findall(row.strip() if style.seal else row.strip().replace(":", ""))
    pieces: list[_Piece] = []
    for before, token in pairwise(["", *tokens]):
        breadth = breadths.get(token, -1.0)
        if breadth < 0:
            narrow = 0.3 if token in "-." else 0.55 * letters.breadth("0")
            breadth = (letters.breadth(token) if len(token) == 1 and token not in "-." else narrow) * style.char[1]
        gap = 0.0 if not before else style.space - style.gap if token == " " else style.gap
        pieces.append(_Piece(token, breadth, gap))
    return pieces


def _draw_row(
    image: NDArray[np.uint8],
    ink: NDArray[np.uint8],
    row: str,
    style: PlateStyle,
    place: tuple[float, float, float, float],
    scale: float,
    rng: np.random.Generator,
) -> list[tuple[float, float, float, float]]:
    left, right, middle, room = place
    pieces = _pieces(row, style)
    total = sum(piece.breadth + piece.before for piece in pieces)
    squeeze = min(1.0, (right - left) / max(total, 1e-6))
    height = min(style.char[0], room * 0.9)
    x = (left + right) / 2 - total * squeeze / 2
    boxes = []
    for piece in pieces:
        x += piece.before * squeeze
        slot = Slot(x * scale, (middle - height / 2) * scale, piece.breadth * squeeze * scale, height * scale)
        x += piece.breadth * squeeze
        if piece.token == ":":
            marks.seal(image, style.seal, (slot.left, slot.top, slot.width, slot.height), rng)
        elif piece.token in "-.":
            _dash(ink, piece.token, slot)
        elif piece.token != " ":
            for char, part in _parts(piece.token, slot):
                style.letters_of.stamp(ink, char, part)
                boxes.append((part.left, part.top, part.left + part.width, part.top + part.height))
    return boxes


def _parts(token: str, slot: Slot) -> list[tuple[str, Slot]]:
    """One character in its slot, or a stacked pair in the halves of it."""
    if len(token) == 1:
        return [(token, slot)]
    half = slot.height * 0.46
    low = slot.top + slot.height - half
    return [(token[1], replace(slot, height=half)), (token[2], replace(slot, top=low, height=half))]


def _dash(ink: NDArray[np.uint8], token: str, slot: Slot) -> None:
    thick = slot.height * 0.13
    breadth = thick if token == "." else slot.width
    left, top = slot.left + (slot.width - breadth) / 2, slot.top + (slot.height - thick) / 2
    cv2.rectangle(ink, (round(left), round(top)), (round(left + breadth), round(top + thick)), 255, -1)


def _press(image: NDArray[np.uint8], ink: NDArray[np.uint8], paint: Colour, wear: float) -> NDArray[np.uint8]:
    """Paint the text; with wear, its pressed edges catch the light."""
    if wear > 0:
        slope = cv2.Sobel(cv2.GaussianBlur(ink, (0, 0), 1.2), cv2.CV_32F, 1, 1, ksize=3)
        lit = image.astype(np.float32) + slope[..., None] * (0.25 * wear)
        image = np.clip(lit, 0, 255).astype(np.uint8)
    return _blend(image, ink, paint)


def _blend(image: NDArray[np.uint8], mask: NDArray[np.uint8], paint: Colour) -> NDArray[np.uint8]:
    share = mask[..., None].astype(np.float32) / 255
    return np.asarray(image * (1 - share) + np.array(paint, np.float32) * share).astype(np.uint8)


def _bolts(image: NDArray[np.uint8], style: PlateStyle, scale: float, rng: np.random.Generator, wear: float) -> None:
    if rng.random() >= 0.4 * wear:
        return
    width, height = (length * scale for length in style.size)
    inset, level = rng.uniform(0.06, 0.28), rng.uniform(0.12, 0.88)
    for x in (inset, 1 - inset):
        marks.bolt(image, (x * width, level * height), 5 * scale, rng)
