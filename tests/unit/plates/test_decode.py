# SPDX-License-Identifier: Apache-2.0
"""Decoding says what a plate may be, keeps doubt as doubt, and takes anything for text."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.domain import PlateClass, Registration
from wayside.plates import agreed_class, decode, read_codes
from wayside.plates.notation import Form
from wayside.plates.tables import series_by_rule
from wayside.plates.text import ALPHABET


def test_british_diplomat_is_told_with_the_sender() -> None:
    """Class, sender code and rule come from the syntax; the name from the table."""
    found = decode("101 D 101", country="GB")[0]
    assert found.plate_class is PlateClass.DIPLOMATIC
    assert (found.rule, found.sender_code, found.sender_name) == ("gb/diplomatic", "101", "Afghanistan")
    assert found.probability > 0.99


def test_unmapped_code_has_no_name() -> None:
    """A code without a sourced line stays a code."""
    found = decode("248 D 107", country="GB")[0]
    assert (found.sender_code, found.sender_name) == ("248", None)


def test_digit_misread_for_d_proposes_the_diplomat() -> None:
    """`1230456` from a British camera is proposed as `123 D 456`, less surely, and says what it supposes."""
    proposed = decode("1230456", country="GB")[0]
    straight = decode("123D456", country="GB")[0]
    assert (proposed.rule, proposed.supposed_text) == ("gb/diplomatic", "123D456")
    assert proposed.probability < straight.probability
    assert straight.supposed_text is None


def test_ambiguous_stays_ambiguous() -> None:
    """A text that a dozen countries may have issued is given to none of them."""
    found = decode("ABC 123")
    assert len({registration.country for registration in found}) >= 5
    assert found[0].probability < 0.5


def test_home_country_comes_first() -> None:
    """Where the camera stands decides between equal forms."""
    assert decode("ABC 123", country="LT")[0].country == "LT"
    assert decode("ABC 123", country="SE")[0].country == "SE"


def test_two_senders_of_one_text_are_both_named() -> None:
    """`0 17 112` and `0 171 12` are one text on a German plate without its gaps."""
    codes = {r.sender_code: r.sender_name for r in decode("017112", country="DE")}
    assert codes["17"] == "United States"
    assert "171" in codes


@pytest.mark.parametrize(
    ("text", "country", "rule", "sender"),
    [
        ("900 X 400", "GB", "gb/diplomatic-staff", "Commonwealth Secretariat"),
        ("0 65-123", "DE", "de/diplomatic", "Italy"),
        ("5 CD 123", "FR", "fr/diplomatic", "Germany"),
        ("001 D 123 77", "RU", "ru/diplomatic", "United Kingdom"),
        ("使 224 001", "CN", "cn/diplomatic", "United States"),
        ("52 CD 123", "IN", "in/diplomatic", "Netherlands"),
        ("DC 6901", "AU", "au/diplomatic", "United Kingdom"),
        ("80-011-NG-01", "VN", "vn/diplomatic", "United Kingdom"),
        ("외교 117-012", "KR", "kr/diplomatic", None),
        ("WD-4123", "AT", "at/diplomatic", None),
        ("CC 117 001", "ES", "es/consular", None),
        ("06 CC 1234", "TR", "tr/consular", None),
        ("52 UN 123", "IN", "in/united-nations", None),
    ],
)
def test_missions_of_many_countries(text: str, country: str, rule: str, sender: str | None) -> None:
    """Missions are told from civil plates, with the sender where a table names it."""
    found = decode(text, country=country)[0]
    assert (found.rule, found.sender_name) == (rule, sender)


def test_marks_decide_between_equal_digits() -> None:
    """Six digits with 使 are a Chinese mission's, without it they are anything but."""
    assert decode("使 224 001")[0].rule == "cn/diplomatic"
    assert decode("领 224 001")[0].rule == "cn/consular"
    assert decode("224001")[0].country != "CN"


def test_ground_colour_is_a_hint() -> None:
    """White on red moves a British five-digit plate to the trade series; a wrong colour moves it away."""
    on_white, on_red = (
        {r.rule: r.probability for r in decode("12345", country="GB", ground=ground)} for ground in ("blue", "white")
    )
    assert on_red["gb/trade"] > on_white.get("gb/trade", 0.0)


def test_characters_with_probabilities_are_decoded() -> None:
    """A reader's doubt between O and 0 is settled by position."""
    characters = tuple((c, 0.95) for c in "LD1")
    read = (*((c,) for c in characters), (("Z", 0.6), ("2", 0.4)), *(((c, 0.95),) for c in "ABC"))
    assert decode(read, country="GB")[0].supposed_text == "LD12ABC"


def test_own_codes_replace_the_shipped_ones() -> None:
    """A site's table is used where it is given."""
    codes = read_codes("table,code,name,source,date,grade\ngb,248,Ruritania,our list,2026-01-02,good\n", "ours.csv")
    assert decode("248 D 107", country="GB", codes=codes)[0].sender_name == "Ruritania"
    assert decode("101 D 101", country="GB", codes=codes)[0].sender_name is None


@pytest.mark.parametrize("text", ["", "   ", "🚗", "\x00\x1b", "x" * 10_000, "1" * 15, "'; DROP TABLE x; --"])
def test_what_is_no_plate_is_unknown(text: str) -> None:
    """Nothing, too much and noise are of unknown class, never an exception."""
    assert decode(text)[0].plate_class is PlateClass.UNKNOWN


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=14), st.sampled_from([None, "GB", "DE", "XX"]))
def test_probabilities_are_honest_shares(text: str, country: str | None) -> None:
    """For any text: at least one registration, ranked, with probabilities that add up to at most 1."""
    found = decode(text, country=country)
    chances = [registration.probability for registration in found]
    assert chances == sorted(chances, reverse=True)
    assert 0 < sum(chances) <= 1 + 1e-9


@settings(deadline=None, max_examples=100)
@given(st.text(ALPHABET, min_size=1, max_size=9))
def test_decoding_does_not_depend_on_the_way_of_writing(text: str) -> None:
    """Separators and case change nothing."""
    assert decode(text) == decode("-".join(text.lower()))


def drawn(form: Form, chance: random.Random) -> str:
    """One text of a form."""
    text = [chance.choice(sorted(place)) for place in form.places]
    for part in form.lists:
        text[part.start : part.end] = chance.choice(sorted(part.codes))
    return "".join(text)


def misread(rules: list[str], number: int) -> Iterator[tuple[str, tuple[Registration, ...]]]:
    """British plates with one character exchanged for any other, and what is said of them."""
    chance = random.Random(1926)
    for _ in range(number):
        text = drawn(chance.choice(series_by_rule()[chance.choice(rules)].forms), chance)
        place = chance.randrange(len(text))
        wrong = chance.choice(ALPHABET.replace(text[place], ""))
        seen = text[:place] + wrong + text[place + 1 :]
        yield seen, decode(seen, country="GB")


@pytest.mark.slow
def test_misread_diplomat_is_never_reported_civil() -> None:
    """1,500 British diplomatic plates with one character misread: diplomatic or ambiguous, never civil."""
    for seen, found in misread(["gb/diplomatic", "gb/diplomatic-staff"], 1500):
        assert agreed_class(found, country="GB") is not PlateClass.CIVIL, (seen, found)


@pytest.mark.slow
def test_misread_civil_plate_is_never_reported_diplomatic() -> None:
    """1,500 British civil plates with one character misread: never a British diplomat's."""
    rules = ["gb/current", "gb/prefix", "gb/suffix", "gb/dateless", "gb/northern-ireland"]
    for seen, found in misread(rules, 1500):
        if agreed_class(found, country="GB") is PlateClass.DIPLOMATIC:
            assert found[0].country != "GB", (seen, found)


def test_class_is_agreed_only_by_a_clear_majority() -> None:
    """Summed over candidates, below the minimum it is ambiguous."""
    civil = Registration("GB", PlateClass.CIVIL, None, None, "gb/current", 0.5)
    older = Registration("GB", PlateClass.CIVIL, None, None, "gb/dateless", 0.45)
    other = Registration("FR", PlateClass.DIPLOMATIC, None, None, "fr/diplomatic", 0.05)
    assert agreed_class((civil, older, other)) is PlateClass.CIVIL
    assert agreed_class((civil, other)) is PlateClass.UNKNOWN
    assert agreed_class(()) is PlateClass.UNKNOWN


def test_foreign_class_is_not_agreed_on_against_the_home_country() -> None:
    """An Irish civil plate in London is contested by a British diplomat one character away."""
    irish = Registration("IE", PlateClass.CIVIL, None, None, "ie/current", 0.93)
    british = Registration("GB", PlateClass.DIPLOMATIC, "161", None, "gb/diplomatic", 0.07)
    assert agreed_class((irish, british)) is PlateClass.CIVIL
    assert agreed_class((irish, british), country="GB") is PlateClass.UNKNOWN
