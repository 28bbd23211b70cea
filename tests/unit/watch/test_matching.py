# SPDX-License-Identifier: Apache-2.0
"""A passage fits the entries that ask for any text that its plate may be, with the probability that it is that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from factories import bare_passage, full_passage
from hypothesis import given
from hypothesis import strategies as st
from watching import entry_with, plated

from wayside.domain import Passage
from wayside.plates import canonical_key
from wayside.record import Kept, milliseconds
from wayside.watch.matching import GRACE, Matcher, applies, matched
from wayside.watch.terms import Term, TermKind, code_term, near_term, plate_term, wildcard_term

DIPLOMAT = full_passage()[0]
"""Reads 101D234, and perhaps 1O1D234; code 101 of Great Britain."""


def chances(passage: Passage, *terms: Term) -> list[float | None]:
    """What the matches of one entry say."""
    return [one.probability for one in Matcher([entry_with(*terms)]).matches(passage)]


@pytest.mark.parametrize(
    ("term", "fits"),
    [
        (plate_term("AB12 CDE"), True),
        (plate_term("A812CDE"), True),
        (plate_term("AB12CDF"), False),
        (near_term("AB12CDF"), True),
        (near_term("AB12CD"), True),
        (near_term("AB12CDEX"), True),
        (near_term("AB12CXX"), False),
        (wildcard_term("AB?2*"), True),
        (wildcard_term("AB?2"), False),
    ],
)
def test_texts_are_compared_as_their_kind_says(term: Term, fits: bool) -> None:
    """Exactly but for look-alikes, within one error, or as a pattern."""
    assert bool(chances(plated(1, "AB12CDE"), term)) is fits


def test_every_text_that_the_plate_may_be_counts() -> None:
    """The probability is that of all texts together that fit, and the most probable of them is named."""
    passage = plated(1, "AB12CDE", 0.6, [("AB12CDF", 0.25), ("XX99XXX", 0.1)])
    (found,) = Matcher([entry_with(wildcard_term("AB12*"))]).matches(passage)
    assert (found.text, found.probability) == ("AB12CDE", pytest.approx(0.85))
    assert chances(passage, plate_term("XX99XXX")) == [0.1]


def test_a_probability_that_nobody_stated_is_not_made_up() -> None:
    """Passages of other makers' cameras may have none."""
    assert chances(plated(1, "AB12CDE", None), plate_term("AB12CDE")) == [None]


def test_a_code_means_the_mission_of_one_country_where_one_is_named() -> None:
    """And a fleet of a code and plates is one match, whichever fits."""
    assert chances(DIPLOMAT, code_term("101", "GB")) == chances(DIPLOMAT, code_term("101")) == [0.9]
    assert chances(DIPLOMAT, code_term("101", "DE")) == chances(DIPLOMAT, code_term("102")) == []
    assert chances(DIPLOMAT, code_term("101"), plate_term("101D234")) == [pytest.approx(0.99)]
    assert chances(plated(1, "AB12CDE"), code_term("101"), plate_term("AB12CDE")) == [0.97]


def test_a_class_needs_no_text() -> None:
    """What is unread has neither class nor text, and fits nothing."""
    (found,) = Matcher([entry_with(Term(TermKind.CLASS, "diplomatic"))]).matches(DIPLOMAT)
    assert (found.text, found.probability) == (None, 0.9)
    assert chances(bare_passage(), Term(TermKind.CLASS, "diplomatic"), plate_term("101D234")) == []


plates = st.text("ABO018", min_size=4, max_size=6)


@given(st.lists(plates, max_size=6), st.lists(plates, max_size=6), plates)
def test_many_entries_at_once_find_what_each_alone_would(exact: list[str], near: list[str], text: str) -> None:
    """By the plainest way of comparing there is."""
    terms = [plate_term(one) for one in exact] + [near_term(one) for one in near]
    matcher = Matcher([entry_with(term, entry_id=str(at)) for at, term in enumerate(terms)])
    found = {int(one.entry.id) for one in matcher.matches(plated(1, text))}
    assert found == {at for at, term in enumerate(terms) if fits(term, canonical_key(text))}


def fits(term: Term, key: str) -> bool:
    """Whether a term fits a text, letter by letter."""
    if term.kind is TermKind.PLATE:
        return term.key == key
    shorter, longer = sorted((term.key, key), key=len)
    if len(shorter) == len(longer):
        return sum(one != other for one, other in zip(shorter, longer, strict=True)) <= 1
    return any(shorter == longer[:at] + longer[at + 1 :] for at in range(len(longer)))


def kept(seq: int = 5, **more: object) -> Kept:
    """A passage as it was recorded."""
    one = replace(plated(1, "AB12CDE"), **more)  # type: ignore[arg-type]
    return Kept(seq, "north", one, milliseconds(one.ended_at))


def test_an_entry_counts_for_what_is_recorded_while_it_is_in_force() -> None:
    """Its place in the journal decides, not the clock of a camera."""
    entry = replace(entry_with(plate_term("AB12CDE")), from_seq=5, ended_seq=9)
    assert [seq for seq in range(12) if applies(entry, kept(seq))] == [6, 7, 8, 9]
    assert not applies(replace(entry, site="south"), kept(6))
    assert not applies(replace(entry, from_seq=None), kept(6))


def test_an_entry_that_ran_out_counts_no_more() -> None:
    """Nor does it look back: what was captured long before is found by searching."""
    entry = entry_with(plate_term("AB12CDE"))
    began = entry.draft.expires_at
    assert not applies(entry, Kept(6, "north", kept().passage, milliseconds(began)))
    long_before = kept(6).passage.began_at - GRACE - timedelta(minutes=1)
    assert not applies(entry, kept(6, began_at=long_before))
    assert applies(entry, kept(6, began_at=long_before + timedelta(hours=1)))


def test_what_is_hardly_probable_is_no_hit() -> None:
    """The site says from when on; what nobody can tell is looked at."""
    matcher = Matcher([entry_with(plate_term("AB12CDE"))])
    doubtful = Kept(6, "north", plated(1, "XX99XXX", 0.9, [("AB12CDE", 0.04)]), None)
    assert matched(matcher, doubtful, 0.05) == []
    (found,) = matched(matcher, doubtful, 0.04)
    assert (found.source_id, found.entry, found.text, found.probability) == (doubtful.passage.id, "e1", "AB12CDE", 0.04)
    assert len(matched(matcher, Kept(6, "north", plated(1, "AB12CDE", None), None), 0.99)) == 1
