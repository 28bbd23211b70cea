# SPDX-License-Identifier: Apache-2.0
"""The plate reader: what goes in, how steps become characters, and what the shipped model reads."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from training.plateart import draw_plate, plain, styles
from wayside.domain import Characters
from wayside.vision.cards import SHIPPED
from wayside.vision.reader import ALPHABET, HEIGHT, WIDTH, PlateReader, chances, collapse, prepare, sharpness

STEPS = 44
ALIKE = str.maketrans("OI", "01")


@pytest.fixture(scope="module")
def reader() -> PlateReader:
    """The shipped reader."""
    return PlateReader(SHIPPED / "plate_reader.onnx")


def spelled(*lanes: str, sure: float = 0.99) -> NDArray[np.float32]:
    """Steps float32 (2, 44, 37) that spell each lane's text, `_` for nothing, each step `sure` of its character."""
    steps = np.full((2, STEPS, 37), (1 - sure) / 36, np.float32)
    for lane, text in enumerate(lanes):
        for step, char in enumerate(text.ljust(STEPS, "_")):
            steps[lane, step, 0 if char == "_" else ALPHABET.index(char) + 1] = sure
    return steps


def text_of(characters: Characters) -> str:
    """The most probable text."""
    return "".join(position[0][0] for position in characters)


def plate(name: str, text: str, margin: float = 0.08) -> NDArray[np.uint8]:
    """A clean drawn plate with a margin, as the straightened crop of one."""
    drawn = draw_plate(text, styles()[name], np.random.default_rng(1)).image
    pad = round(drawn.shape[0] * margin)
    return np.asarray(cv2.copyMakeBorder(drawn, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=(70, 60, 60)), np.uint8)


def test_repeats_merge_and_a_gap_separates() -> None:
    """Equal neighbours are one character; a blank between them makes two."""
    assert text_of(collapse(spelled("AA_BB__B"))) == "ABB"


def test_upper_line_comes_first() -> None:
    """The second lane follows the first."""
    assert text_of(collapse(spelled("__A_B", "1_2"))) == "AB12"


def test_nothing_legible_is_no_characters() -> None:
    """Blank lanes give an empty reading."""
    assert collapse(spelled("", "")) == ()


def test_a_character_passed_over_lowers_the_next_one() -> None:
    """Doubt in a gap is doubt in the reading."""
    clear = spelled("A__B")
    doubtful = clear.copy()
    doubtful[0, 1, 0], doubtful[0, 1, ALPHABET.index("7") + 1] = 0.6, 0.39
    assert collapse(doubtful)[1][0][1] < 0.7 * collapse(clear)[1][0][1]


@given(st.integers(0, 2**32 - 1), st.floats(0.5, 4))
def test_positions_are_ordered_chances(seed: int, temperature: float) -> None:
    """Whatever the network says, candidates are sorted, distinct and add up to at most one."""
    logits = np.random.default_rng(seed).normal(0, 4, (2, STEPS, 37)).astype(np.float32)
    for position in collapse(chances(logits, temperature)):
        values = [value for _, value in position]
        assert values == sorted(values, reverse=True)
        assert sum(values) <= 1 + 1e-5
        assert len({char for char, _ in position}) == len(position)


@given(st.floats(1.1, 5))
def test_heat_spreads_chances(temperature: float) -> None:
    """A higher temperature makes the surest character less sure and keeps it first."""
    logits = np.random.default_rng(3).normal(0, 4, (2, STEPS, 37)).astype(np.float32)
    cold, warm = chances(logits, 1.0), chances(logits, temperature)
    assert (warm.max(axis=-1) <= cold.max(axis=-1) + 1e-6).all()
    assert (warm.argmax(axis=-1) == cold.argmax(axis=-1)).all()
    assert np.allclose(warm.sum(axis=-1), 1, atol=1e-5)


@pytest.mark.parametrize("shape", [(1, 1, 3), (48, 176, 3), (400, 90, 3)])
def test_every_size_fits(shape: tuple[int, int, int]) -> None:
    """Crops of one pixel and of hundreds become the network's input."""
    assert prepare([np.zeros(shape, np.uint8)]).shape == (1, HEIGHT, WIDTH, 3)


@pytest.mark.parametrize("shape", [(0, 20, 3), (20, 20)])
def test_an_impossible_crop_is_refused(shape: tuple[int, ...]) -> None:
    """An empty or grey picture is named, not passed on."""
    with pytest.raises(ValueError, match="plate crop"):
        prepare([np.zeros(shape, np.uint8)])


def test_no_crops_no_reads(reader: PlateReader) -> None:
    """Nothing in, nothing out."""
    assert reader.read([]) == []


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("gb", "LK53 ABH"),
        ("gb_rear", "KX17 TWN"),
        ("gb_diplomatic", "101 D 229"),
        ("de", "M:AB 1234"),
        ("fr", "GK-482-WX"),
        ("nl", "78-LKH-2"),
        ("it", "CZ 898NK"),
        ("es_diplomatic", "CD 12 345"),
        ("gb_two_rear", "LK53|ABY"),
        ("de_two", "KN:|EF 482"),
    ],
)
def test_reads_clean_plates(reader: PlateReader, style: str, text: str) -> None:
    """Clean drawn plates of one and two lines come out right, and country letters and seals stay out.

    Compared with O=0 and I=1: where a country draws them alike, syntax decides and not the reader.
    """
    (characters,) = reader.read([plate(style, text)])
    assert text_of(characters).translate(ALIKE) == plain(text).translate(ALIKE)


def test_neighbours_in_a_batch_do_not_matter(reader: PlateReader) -> None:
    """A crop reads the same alone and among others."""
    first, second = plate("gb", "LK53 ABH"), plate("de_two", "KN:|EF 482")
    alone = reader.read([first])[0]
    together = reader.read([second, first])[1]
    assert text_of(alone) == text_of(together)
    assert math.prod(p[0][1] for p in alone) == pytest.approx(math.prod(p[0][1] for p in together), abs=1e-3)


def test_a_ruined_plate_is_not_surely_read(reader: PlateReader) -> None:
    """Blur beyond reading does not come out as certainty."""
    ruined = cv2.GaussianBlur(plate("gb", "LK53 ABH"), (0, 0), 22)
    (characters,) = reader.read([np.asarray(ruined, np.uint8)])
    assert math.prod((p[0][1] for p in characters), start=1.0 if characters else 0.0) < 0.5


def test_blur_lowers_sharpness() -> None:
    """Sharpness orders the same plate by blur and stays between 0 and 1."""
    crisp = plate("gb", "LK53 ABH")
    values = [sharpness(np.asarray(cv2.GaussianBlur(crisp, (0, 0), sigma), np.uint8)) for sigma in (0.5, 3, 9)]
    assert 1 >= values[0] > values[1] > values[2] >= 0


def test_a_small_plate_is_not_sharp() -> None:
    """A plate that must be enlarged ranks below the same plate seen close."""
    crisp = plate("gb", "LK53 ABH")
    small = np.asarray(cv2.resize(crisp, (40, 11), interpolation=cv2.INTER_AREA), np.uint8)
    assert sharpness(small) < sharpness(crisp)


def test_grey_light_does_not_change_sharpness_much() -> None:
    """Half the contrast is the same sharpness, about."""
    crisp = plate("gb", "LK53 ABH")
    assert sharpness(crisp // 2 + 60) == pytest.approx(sharpness(crisp), rel=0.25)
