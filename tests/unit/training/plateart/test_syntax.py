# SPDX-License-Identifier: Apache-2.0
"""Layouts and the texts they make."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.plateart.syntax import lay_out, plain, random_text

LISTS = {"district": ("B", "BN", "M")}


@given(st.integers(0, 2**32 - 1))
def test_a_text_follows_its_layout(seed: int) -> None:
    """Letters, digits, leading digits and list entries stand where the layout says."""
    text = random_text("{district}:@@ %##H", "XYZ", LISTS, np.random.default_rng(seed))
    assert re.fullmatch(r"(B|BN|M):[XYZ]{2} [1-9][0-9]{2}H", text)


@given(st.integers(0, 2**32 - 1))
def test_a_bare_text_finds_its_layout_again(seed: int) -> None:
    """Taking the marks off and laying out again gives the same text."""
    layouts = ["{district}:@@ %##", "{district}:@ %###"]
    text = random_text(layouts[seed % 2], "XYZ", LISTS, np.random.default_rng(seed))
    assert lay_out(plain(text), layouts, LISTS) == text


def test_marks_of_the_caller_win() -> None:
    """A text that carries marks keeps them."""
    assert lay_out("AB-12", ["@@ ##"], {}) == "AB-12"


def test_a_text_that_fits_nothing_stays() -> None:
    """An unknown form is drawn without gaps rather than refused."""
    assert lay_out("12345", ["@@ ##"], {}) == "12345"


def test_an_unknown_list_is_named() -> None:
    """A layout that names a missing list says which."""
    with pytest.raises(KeyError, match="nowhere"):
        random_text("{nowhere}", "A", {}, np.random.default_rng(0))
