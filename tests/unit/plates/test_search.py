# SPDX-License-Identifier: Apache-2.0
"""What stands before a plate and was read as part of it: the surer it was read, the less it is held for a stray."""

from __future__ import annotations

from math import log

import pytest

from wayside.plates.lattice import lattice_of_text
from wayside.plates.matcher import matcher
from wayside.plates.search import Guess, search


def begun_with(sure: float) -> dict[str, Guess]:
    """What a text may stand for whose first character was read so surely, by text."""
    rest = lattice_of_text("KTW804")
    return {guess.text: guess for guess in search(((("B", log(sure)),), *rest), matcher())}


def test_a_doubtful_first_character_may_be_the_ring_of_stars() -> None:
    """Which is read as a B now and then."""
    assert {"BKTW804", "KTW804"} <= set(begun_with(0.4))


@pytest.mark.parametrize(("doubtful", "sure"), [(0.5, 0.8), (0.8, 0.9), (0.9, 0.999)])
def test_the_surer_it_was_read_the_less_it_is_a_stray(doubtful: float, sure: float) -> None:
    """Strays are read with doubt, characters of the plate mostly without."""
    less, more = begun_with(sure), begun_with(doubtful)
    assert less["KTW804"].log_weight < more["KTW804"].log_weight
    assert less["BKTW804"].log_weight > more["BKTW804"].log_weight


def test_of_plain_text_nobody_said_how_surely_it_was_read() -> None:
    """So its first character is a stray as often as any."""
    lattice = lattice_of_text("BKTW804")
    known, unknown = (
        {guess.text: guess.log_weight for guess in search(lattice, matcher(), claimed=claimed)}
        for claimed in (True, False)
    )
    assert known["KTW804"] < unknown["KTW804"]
    assert known["BKTW804"] == unknown["BKTW804"]
