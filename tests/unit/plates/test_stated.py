# SPDX-License-Identifier: Apache-2.0
"""Only what is agreed on is stated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.domain import PlateClass
from wayside.plates import decode, draw, normalise, stated


def test_a_syntax_of_one_country_states_it() -> None:
    """A current British plate is British and civil."""
    registration = stated("LD15KXM")
    assert (registration.country, registration.plate_class) == ("GB", PlateClass.CIVIL)


def test_a_diplomatic_plate_states_its_sender_code() -> None:
    """Class and code of a British diplomatic plate."""
    registration = stated("248D123", country="GB")
    assert (registration.country, registration.plate_class) == ("GB", PlateClass.DIPLOMATIC)
    assert registration.sender_code == "248"


def test_a_syntax_of_many_countries_states_none() -> None:
    """Three letters and three digits are worn in half of Europe."""
    assert len({r.country for r in decode("KLM123")}) > 3
    assert stated("KLM123").country is None
    assert stated("KLM123").plate_class is PlateClass.CIVIL


def test_a_camera_at_home_expects_its_own() -> None:
    """The same text before a Finnish gate is Finnish."""
    assert stated("KLM123", country="FI").country == "FI"


@pytest.mark.parametrize("text", ["", "😀", "A" * 10_000, "<b>1</b>"])
def test_nonsense_is_unknown_not_an_error(text: str) -> None:
    """Whatever the text, there is an answer."""
    assert stated(text).plate_class in PlateClass


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=4, max_size=8))
def test_a_sender_code_never_stands_with_another_class(text: str) -> None:
    """A plate stated as civil carries no mission's code."""
    registration = stated(text, country="GB")
    if registration.plate_class in (PlateClass.CIVIL, PlateClass.UNKNOWN):
        assert registration.sender_code is None
        assert registration.sender_name is None


@pytest.mark.parametrize("text", ["AB1", "AB2", "A1234", "AB1234", "1ABC234", "A", "101D234", "LD52XYZ"])
def test_what_is_stated_of_any_plate_can_be_drawn(text: str) -> None:
    """Where several countries use the syntax the drawing states none either: no colours, no band, no name."""
    meant = stated(text)
    drawing = draw(text, meant)
    assert normalise(text) in normalise(drawing)
    assert meant.country is not None or drawing == draw(text)
