# SPDX-License-Identifier: Apache-2.0
"""The table of bits says of every text exactly what the forms themselves say, and the weights are shares of one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.domain import PlateClass
from wayside.plates.matcher import (
    HOME_SHARE,
    LONGEST,
    MISSION_CLASSES,
    NO_FORM,
    PART_OF_SIGN,
    SIGN,
    STARS,
    STARS_LOOK_LIKE,
    Fit,
    Matcher,
    matcher,
)
from wayside.plates.notation import ListPart
from wayside.plates.tables import authorities
from wayside.plates.text import ALPHABET

PLAIN = matcher()
REAL = ("LD52XYZ", "101D234", "B1234AB", "1230456", "3K7", "AB123CD", "0157CD12", "MABC123", "X1ABC")
MISSIONS = [(bit, fit) for bit, fit in enumerate(PLAIN.fits, 1) if fit.series.plate_class in MISSION_CLASSES]


def near_real() -> st.SearchStrategy[str]:
    """Texts as plates have them, with a character or two that is not theirs."""

    def changed(text: str, edits: list[tuple[int, str]]) -> str:
        characters = list(text)
        for at, other in edits:
            characters[at % len(characters)] = other
        return "".join(characters)

    edits = st.lists(st.tuples(st.integers(0, 11), st.sampled_from(ALPHABET)), max_size=2)
    return st.builds(changed, st.sampled_from(REAL), edits) | st.text(ALPHABET, min_size=1, max_size=LONGEST)


def stands(fit: Fit, text: str, at: int) -> bool:
    """Whether a character can stand where it stands."""
    return text[at] in fit.form.places[at]


def bits_of(fits: list[int]) -> int:
    """The mask of some bits."""
    return sum(1 << bit for bit in fits)


def spelled(fit: Fit) -> str:
    """A text of this form."""
    characters = [min(place) for place in fit.form.places]
    for part in fit.form.lists:
        characters[part.start : part.end] = min(part.codes)
    return "".join(characters)


def shares(of: Matcher) -> dict[str, float]:
    """How much of all plates each country has, each form's weight times its room."""
    found: dict[str, float] = {}
    for fit in of.fits:
        found[fit.series.country] = found.get(fit.series.country, 0.0) + fit.weight * fit.form.size
    return found


@settings(max_examples=60, deadline=None)
@given(near_real())
def test_the_mask_has_the_forms_whose_places_the_text_fills(text: str) -> None:
    """Place by place, and none that is longer or shorter."""
    fitting = [
        bit
        for bit, fit in enumerate(PLAIN.fits, 1)
        if len(fit.form.places) == len(text) and all(stands(fit, text, at) for at in range(len(text)))
    ]
    assert PLAIN.mask(text) == bits_of(fitting)


@settings(max_examples=60, deadline=None)
@given(near_real())
def test_a_mission_is_misread_where_one_character_alone_speaks_against_it(text: str) -> None:
    """At that position and at no other."""
    found = PLAIN.mission_misread(text)
    assert len(found) == len(text)
    for at, mask in enumerate(found):
        wrong = [
            bit
            for bit, fit in MISSIONS
            if len(fit.form.places) == len(text)
            and [place for place in range(len(text)) if not stands(fit, text, place)] == [at]
        ]
        assert mask == bits_of(wrong)


@pytest.mark.parametrize("text", ["", "A" * (LONGEST + 1), "1" * 500])
def test_what_is_no_plate_by_its_length_fits_nothing(text: str) -> None:
    """Also where it is much too long."""
    assert PLAIN.mask(text) == 0
    assert PLAIN.mission_misread(text) == []


def test_nothing_is_a_member_of_no_form() -> None:
    """The bit that survives every character stands for no series."""
    assert PLAIN.members(NO_FORM) == ()
    assert PLAIN.members(0) == ()
    some = PLAIN.mask("LD52XYZ")
    assert PLAIN.members(some | NO_FORM) == PLAIN.members(some)


def test_members_come_in_the_order_of_their_bits() -> None:
    """Each once."""
    mask = bits_of([3, 1, 7])
    assert PLAIN.members(mask) == (PLAIN.fits[0], PLAIN.fits[2], PLAIN.fits[6])


def test_what_is_remembered_is_forgotten_before_it_fills_the_memory() -> None:
    """And is found again all the same."""
    own = Matcher(authorities(), None)
    before = own.members(bits_of([1, 2]))
    for number in range(20_002):
        own.members(number << 1)
    assert len(own._members) <= 20_001
    assert own.members(bits_of([1, 2])) == before


@pytest.mark.parametrize("home", [None, "GB", "DE", "FR"])
def test_all_plates_together_are_one(home: str | None) -> None:
    """Weights are the probability of a single text, so all texts of all forms sum to one."""
    assert sum(shares(matcher(home)).values()) == pytest.approx(1.0)


@pytest.mark.parametrize("home", ["GB", "DE", "FR"])
def test_at_home_nearly_all_plates_are_its_own(home: str) -> None:
    """And the rest are spread as everywhere."""
    here, everywhere = shares(matcher(home)), shares(PLAIN)
    assert here[home] == pytest.approx(HOME_SHARE + (1 - HOME_SHARE) * everywhere[home])
    others = [country for country in everywhere if country != home]
    for one, other in pairwise(others):
        assert here[one] / here[other] == pytest.approx(everywhere[one] / everywhere[other])


def test_a_country_without_a_table_is_no_home() -> None:
    """Nothing is known of it, so nothing is raised."""
    assert [fit.weight for fit in matcher("XX").fits] == [fit.weight for fit in PLAIN.fits]


def test_missions_seldom_leave_the_country_that_issued_their_plates() -> None:
    """Else a short civil mark passes for a foreign mission's."""

    def missions(of: Matcher) -> float:
        return (
            sum(
                fit.weight * fit.form.size
                for fit in of.fits
                if fit.series.country == "FR" and fit.series.plate_class in MISSION_CLASSES
            )
            / shares(of)["FR"]
        )

    assert missions(matcher("GB")) < missions(PLAIN) / 20
    assert missions(matcher("FR")) == pytest.approx(missions(PLAIN))


def test_every_form_fits_a_text_of_its_own() -> None:
    """One that could not would never be found; this looks at each form of each country."""
    for bit, fit in enumerate(PLAIN.fits, 1):
        text = spelled(fit)
        if len(text) <= LONGEST:
            assert PLAIN.mask(text) >> bit & 1, fit.series.rule
            assert fit.weight_of(text) > 0, fit.series.rule


def listed() -> list[tuple[Fit, ListPart]]:
    """Every form with a part that has to stand in a list."""
    return [(fit, part) for fit in PLAIN.fits for part in fit.form.lists]


def outside(fit: Fit, part: ListPart) -> str | None:
    """A text that fits but for its listed part; None where the list holds every text that could stand there."""
    text, first = spelled(fit), fit.form.places[part.start]
    for other in sorted(first):
        code = other * (part.end - part.start)
        if code not in part.codes:
            return text[: part.start] + code + text[part.end :]
    return None


def test_a_complete_list_forbids_what_it_does_not_hold() -> None:
    """And one that is not complete leaves it a little."""
    seen = set()
    for fit, part in listed():
        text = outside(fit, part)
        if text is not None:
            seen.add(bool(part.others))
            assert (fit.weight_of(text) > 0) == bool(part.others), fit.series.rule
            assert fit.weight_of(text) < fit.weight_of(spelled(fit)) or part.others, fit.series.rule
    assert seen == {True, False}


def test_what_is_weighed_has_a_weight() -> None:
    """Forms whose lists forbid the text are left out, though their places fit."""
    fit, text = next(
        (fit, text)
        for fit, part in listed()
        if not part.others and (text := outside(fit, part)) and len(text) <= LONGEST
    )
    mask = PLAIN.mask(text)
    weighed = dict(PLAIN.weighed(mask, text))
    assert fit not in weighed
    assert all(weight > 0 for weight in weighed.values())
    assert set(weighed) == {one for one in PLAIN.members(mask) if one.form.fits(text)}


def test_the_sign_of_a_country_is_read_from_its_band() -> None:
    """Whole more often than in part; and the ring of stars as what it looks like."""
    german = bits_of([bit for bit, fit in enumerate(PLAIN.fits, 1) if fit.series.country == "DE"])
    assert (SIGN, german) in PLAIN.bands["D"]
    assert any(chance == PART_OF_SIGN for chances in PLAIN.bands.values() for chance, _ in chances)
    for shape in STARS_LOOK_LIKE:
        (starred,) = [mask for chance, mask in PLAIN.bands[shape] if chance == STARS]
        assert starred & german == german


def test_a_seal_may_stand_where_a_form_prints_a_gap() -> None:
    """Before just those positions, and never behind the last character."""
    for place, mask in enumerate(PLAIN.seals):
        printed = [fit for fit in PLAIN.fits if place in {at for at, _ in fit.form.gaps}]
        assert list(PLAIN.members(mask)) == printed
        assert all(place < len(fit.form.places) for fit in printed)
    assert sum(map(bool, PLAIN.seals)) > 1


def test_tails_belong_to_the_series_that_state_them() -> None:
    """Each such form has exactly one."""
    for accepted, most, mask in PLAIN.tails:
        assert all(fit.series.tail == (accepted, most) for fit in PLAIN.members(mask))
    with_tail = [fit for fit in PLAIN.fits if fit.series.tail]
    assert sum(len(PLAIN.members(mask)) for _, _, mask in PLAIN.tails) == len(with_tail) > 0


def test_a_matcher_is_built_once_for_each_home() -> None:
    """It takes long."""
    assert matcher("GB") is matcher("GB")
    assert matcher("GB") is not matcher("DE")
    assert {fit.series.plate_class for _, fit in MISSIONS} == set(MISSION_CLASSES)
    assert PlateClass.CIVIL not in MISSION_CLASSES
