# SPDX-License-Identifier: Apache-2.0
"""Single reads are settled by syntax without spoiling the clean ones."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.plates import strict
from wayside.plates.lattice import TWIN_SHARE, lattice_of_characters, lattice_of_text, spread
from wayside.plates.matcher import LONGEST, matcher
from wayside.plates.search import misread_missions, search
from wayside.plates.tables import series_by_rule
from wayside.plates.text import ALPHABET, normalise


@pytest.mark.parametrize(
    ("seen", "country", "plate"),
    [
        ("LDI2ABC", None, "LD12ABC"),
        ("YXO5KLM", None, "YX05KLM"),
        ("GJ6IKLM", "GB", "GJ61KLM"),
        ("AB205KD59", None, "AB205KD"),
        ("B8ABK207", None, "8ABK207"),
        ("IRL00KK317", None, "00KK317"),
        ("ZMO239AL", "SK", "ZM239AL"),
        ("ABC123", None, "ABC123"),
    ],
)
def test_syntax_settles_what_the_reader_cannot(seen: str, country: str | None, plate: str) -> None:
    """O or 0, the country's sign, the department and the seal are told by position and country."""
    assert strict(seen, country=country)[0].text == plate


@pytest.mark.parametrize(
    "rule", ["gb/current", "fr/siv", "it/current", "es/current", "de/civil", "nl/sidecode-7", "be/current"]
)
def test_clean_reads_of_common_plates_stay(rule: str) -> None:
    """What is right already is left alone."""
    for example in series_by_rule()[rule].examples:
        assert strict(example)[0].text == normalise(example)


@settings(deadline=None, max_examples=80)
@given(st.text(ALPHABET, max_size=LONGEST + 4))
def test_alternatives_are_ranked_shares(text: str) -> None:
    """For any text: probabilities fall and add up to one, or nothing is offered."""
    chances = [alternative.probability for alternative in strict(text)]
    assert chances == sorted(chances, reverse=True)
    assert not chances or math.isclose(sum(chances), 1.0)
    assert bool(chances) or not 0 < len(text) <= LONGEST


def test_reader_that_claims_too_much_is_put_right() -> None:
    """Probabilities that add up to more than one, zeros and foreign characters do no harm."""
    chances = spread((("A", 0.9), ("B", 0.6), ("é", 0.5), ("C", 0.0)))
    assert sum(chances.values()) <= 1 + 1e-9
    assert next(iter(chances)) == "A" and "é" not in chances


def test_position_without_any_plate_character_is_left_out() -> None:
    """A dash that the reader saw is no position of the plate."""
    lattice = lattice_of_characters(((("A", 0.9),), (("-", 0.9),), (("1", 0.9),)))
    assert [slot[0][0] for slot in lattice] == ["A", "1"]


def test_twin_keeps_its_share_against_any_claim() -> None:
    """However sure the reader is of O, 0 keeps its least part."""
    chances = spread((("O", 1.0),))
    assert chances["0"] >= TWIN_SHARE * (chances["0"] + chances["O"]) - 1e-12


def test_search_offers_the_read_itself() -> None:
    """The text as read is always among the guesses, of whatever syntax it is."""
    for text in ("QQQQ", "LD12ABC", "1I0O"):
        assert text in {guess.text for guess in search(lattice_of_text(text), matcher())}


def test_search_refuses_what_no_plate_can_be() -> None:
    """Nothing, and far too much, give no guess."""
    assert search((), matcher()) == []
    assert search(lattice_of_text("A" * 30), matcher()) == []


def test_home_is_weighed_up() -> None:
    """The prior weight of a British plate is higher where the camera stands in Britain."""
    everywhere, home = (sum(w for _, w in m.weighed(m.mask("LD12ABC"), "LD12ABC")) for m in (matcher(), matcher("GB")))
    assert home > 5 * everywhere


def test_unknown_home_changes_nothing() -> None:
    """A country without a table is as good as none."""
    assert [a.text for a in strict("LDI2ABC", country="XX")] == [a.text for a in strict("LDI2ABC")]


def test_list_of_codes_is_looked_up() -> None:
    """French departments end at 95 and begin again at 971."""
    home = matcher("FR")
    for text, fits in (("1234AB75", True), ("1234AB20", False), ("1234AB974", True), ("1234AB97", False)):
        rules = {fit.series.rule for fit, _ in home.weighed(home.mask(text), text)}
        assert ("fr/fni" in rules) is fits, text


def test_misread_missions_are_one_character_away() -> None:
    """Every guess differs from the text in exactly one character and is a mission's."""
    guesses = misread_missions("123K456", matcher("GB"))
    assert {"123D456", "123X456"} <= {guess.text for guess in guesses}
    assert all(sum(a != b for a, b in zip(g.text, "123K456", strict=True)) == 1 for g in guesses)
