# SPDX-License-Identifier: Apache-2.0
"""Centre lines to outlines, and the letters they make."""

from __future__ import annotations

import numpy as np
import pytest

from training.plateart.lettering import Slot, face, face_names, forms_of
from training.plateart.strokes import fill_stroke, parse_path, round_corners

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def ink(name: str, char: str) -> np.ndarray:
    """One letter 60 pixels high in the middle of a sheet of 100."""
    mask = np.zeros((100, 100), np.uint8)
    own = face(name)
    own.stamp(mask, char, Slot(30, 20, own.breadth(char) * 36, 60))
    return mask


def test_a_path_knows_its_corners() -> None:
    """Stars mark round corners and z closes."""
    path = parse_path("0,0 1,0* 1,1 z")
    assert path.closed
    assert path.rounded.tolist() == [False, True, False]


def test_a_broken_path_is_named() -> None:
    """A point that is no pair is shown with its path."""
    with pytest.raises(ValueError, match="0 1"):
        parse_path("0 1")


def test_a_rounded_corner_is_cut_by_an_arc() -> None:
    """The arc keeps its distance from the corner: (1 - √½) of the radius along the diagonal."""
    line = round_corners(parse_path("0,0 10,0* 10,10"), 4.0)
    nearest = np.hypot(*(line - (10, 0)).T).min()
    assert nearest == pytest.approx(4 * (np.sqrt(2) - 1), rel=0.02)


def test_a_stroke_is_as_wide_as_asked() -> None:
    """Half the ink of a straight stroke lies on either side."""
    mask = np.zeros((60, 60), np.uint8)
    fill_stroke(mask, np.array([(10.0, 30.0), (50.0, 30.0)]), 8.0, False, False)
    assert (mask[:, 30] > 127).sum() == pytest.approx(8, abs=1)


@pytest.mark.parametrize("name", face_names())
def test_letters_fill_their_height_and_stay_inside(name: str) -> None:
    """Every letter of every face reaches top and bottom of its slot (mitred points all but) and does not leave it."""
    for char in LETTERS:
        rows = np.flatnonzero(ink(name, char).max(axis=1) > 127)
        assert 19 <= rows[0] <= 24, char
        assert 75 <= rows[-1] <= 82, char


@pytest.mark.parametrize("name", face_names())
def test_letters_differ(name: str) -> None:
    """No two letters look alike, but for 0 and O, 1 and I, which some countries do not tell apart."""
    sheets = {char: ink(name, char).astype(float) for char in LETTERS}
    for index, first in enumerate(LETTERS):
        for second in LETTERS[index + 1 :]:
            if {first, second} not in ({"0", "O"}, {"1", "I"}):
                assert np.abs(sheets[first] - sheets[second]).sum() / 255 > 40, (first, second)


def test_forms_belong_to_their_letter() -> None:
    """A letter with several forms lists them, the plain one first."""
    assert forms_of("4") == ("4", "4/closed")


def test_an_unknown_face_is_named() -> None:
    """Asking for a face that is not there says which there are."""
    with pytest.raises(KeyError, match="uk"):
        face("gothic")
