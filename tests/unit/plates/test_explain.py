# SPDX-License-Identifier: Apache-2.0
"""Explanations name era, age, rank, sender and source; drawings show the plate and never more than text."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.domain import PlateClass, Registration
from wayside.plates import Explanation, decode, draw, explain
from wayside.plates.tables import series_by_rule


def explained(text: str, country: str) -> Explanation:
    """The explanation of the likeliest meaning."""
    found = explain(decode(text, country=country)[0], text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "printed", "age"),
    [
        ("LD12ABC", "LD12 ABC", "from March 2012"),
        ("GJ61KLM", "GJ61 KLM", "from September 2011"),
        ("T150APX", "T150 APX", "from March 1999"),
        ("VHW11W", "VHW 11W", "from August 1980"),
        ("101D101", "101 D 101", None),
    ],
)
def test_british_age_and_spacing(text: str, printed: str, age: str | None) -> None:
    """The age is read off the age identifier or the year letter."""
    found = explained(text, "GB")
    assert (found.printed, found.age) == (printed, age)


def test_sender_and_rank_are_said() -> None:
    """Mapped codes with their name, others as not mapped."""
    assert explained("101 D 101", "GB").sender == "101: Afghanistan"
    assert explained("248 D 107", "GB").sender == "code 248 (not mapped)"
    assert explained("001 CD 1 77", "RU").rank == "head of mission"
    assert explained("LD12 ABC", "GB").sender is None


def test_gap_follows_the_sender_that_is_meant() -> None:
    """One text, two senders, two ways of printing."""
    printed = {explain(r, "017112").printed for r in decode("017112", country="DE") if r.country == "DE"}  # type: ignore[union-attr]
    assert {"0 17-112", "0 171-12"} <= printed


def test_source_is_named() -> None:
    """Every explanation carries source, date and grade."""
    source = explained("0 65-123", "DE").source
    assert "check24" in source.title and source.grade == "good" and source.date


def test_unknown_syntax_has_no_explanation() -> None:
    """What fits nothing is explained by nothing."""
    assert explain(decode("")[0], "") is None


@pytest.mark.parametrize("rule", sorted(series_by_rule()))
def test_every_series_can_be_drawn(rule: str) -> None:
    """Each first example becomes well-formed SVG in the colours of its series, band included."""
    series = series_by_rule()[rule]
    meant = Registration(series.country, series.plate_class, None, None, rule, 1.0)
    picture = draw(series.examples[0], meant)
    root = ElementTree.fromstring(picture)
    assert root.attrib["role"] == "img"
    assert series.colours.ground in picture and series.colours.text in picture
    assert (series.colours.band is None) == ("<path" not in picture)


def test_drawing_shows_separators_and_sign() -> None:
    """The printed text and the country's sign stand in the picture."""
    picture = draw("AB205KD", decode("AB205KD", country="FR")[0])
    assert ">AB-205-KD<" in picture and ">F<" in picture


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_drawing_takes_any_text(text: str) -> None:
    """Markup, control characters and very long text still give well-formed SVG without foreign elements."""
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(draw(text)).iter()}
    assert tags <= {"svg", "rect", "path", "text"}


def test_drawing_without_meaning_is_plain() -> None:
    """Black on white where nothing is known."""
    picture = draw("XYZ", Registration(None, PlateClass.UNKNOWN, None, None, "none", 1.0))
    assert 'fill="white"' in picture and 'aria-label="Plate XYZ"' in picture
