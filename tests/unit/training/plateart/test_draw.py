# SPDX-License-Identifier: Apache-2.0
"""Drawn plates: every style draws, says its text truly and marks where each character stands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from training.plateart import colour, draw_plate, plain, styles
from training.plateart.wear import weather


@pytest.mark.parametrize("name", sorted(styles()))
def test_every_style_draws_its_texts(name: str) -> None:
    """The picture has the style's size, one box a character inside it, and the text without marks."""
    style, rng = styles()[name], np.random.default_rng(7)
    text = style.text(rng)
    art = draw_plate(text, style, rng, wear=0.5, px_per_mm=0.5)
    assert art.image.shape[:2] == (round(style.size[1] * 0.5), round(style.size[0] * 0.5))
    assert art.text == plain(text)
    assert art.text.isalnum() and art.text == art.text.upper()
    assert len(art.boxes) == len(art.text)
    assert art.boxes.min() >= 0
    assert (art.boxes[:, 2:] <= (art.image.shape[1] + 1, art.image.shape[0] + 1)).all()


def test_boxes_hold_the_ink() -> None:
    """On a clean white plate the dark pixels lie in the boxes, but for the feet of slanted strokes."""
    art = draw_plate("LK53 ABH", styles()["gb"], np.random.default_rng(2))
    dark = art.image.max(axis=2) < 90
    inside = np.zeros_like(dark)
    for left, top, right, bottom in art.boxes.round().astype(int):
        inside[top - 1 : bottom + 2, left - 6 : right + 7] = True
    upper = slice(0, round(art.boxes[:, 3].max()) + 1)
    assert dark[upper].sum() > 5000
    assert not (dark & ~inside)[upper].any()


def test_a_bare_text_gets_the_gaps_of_its_country() -> None:
    """LK53ABH is drawn as LK53 ABH."""
    bare, spaced = (draw_plate(text, styles()["gb"], np.random.default_rng(2)) for text in ("LK53ABH", "LK53 ABH"))
    assert np.array_equal(bare.image, spaced.image)


def test_same_seed_same_picture() -> None:
    """Drawing is a function of text, style and seed."""
    style = styles()["de"]
    first, second = (draw_plate("B:AB 12", style, np.random.default_rng(5), wear=1.0).image for _ in range(2))
    assert np.array_equal(first, second)


def test_a_rear_plate_is_yellow() -> None:
    """The ground has the palette's colour."""
    art = draw_plate("LK53 ABH", styles()["gb_rear"], np.random.default_rng(2))
    assert tuple(art.image[4, 4].tolist()) == colour("yellow")


def test_the_band_of_a_two_line_plate_leaves_room() -> None:
    """Both lines of a two-line plate are drawn one under the other."""
    art = draw_plate("KN:|EF 482", styles()["de_two"], np.random.default_rng(2))
    upper, lower = art.boxes[:2], art.boxes[2:]
    assert upper[:, 3].max() < lower[:, 1].min()


def test_ten_countries_have_diplomatic_plates() -> None:
    """The reader meets diplomatic plates of at least ten countries."""
    assert len({style.country for style in styles().values() if style.kind == "diplomatic"}) >= 10


def test_no_wear_no_change() -> None:
    """A new plate is left as it is."""
    image = np.full((20, 60, 3), 200, np.uint8)
    assert np.array_equal(weather(image, 0.0, np.random.default_rng(0)), image)


def test_stickers_keep_to_the_corners() -> None:
    """The same plate with and without them: its middle is the same."""
    plain_style = replace(styles()["us"], scene=False, header=(), footer=())
    drawn = [
        draw_plate("KTW 804", replace(plain_style, tags=tags), np.random.default_rng(3)).image for tags in (False, True)
    ]
    assert not np.array_equal(*drawn)
    height = drawn[0].shape[0]
    assert np.array_equal(*(image[height // 5 : -height // 5] for image in drawn))
