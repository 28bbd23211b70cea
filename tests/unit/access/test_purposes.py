# SPDX-License-Identifier: Apache-2.0
"""Purposes: what names a case is taken, what only fills the field is sent back with a mend."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.access.emptiness import emptiness, empty_words, weakness
from wayside.access.errors import PurposeError
from wayside.access.purposes import DEFAULT_REASONS, Purposes
from wayside.domain import Purpose

EMPTY = [
    "", " ", "-", ".", "...", "x", "xx", "XXXX", "12", "n/a", "N.A.", "none", "test", "TEST", "Test 1", "test12",
    "investigation", "Investigation.", "for investigation", "police case", "case 1", "abababab", "123123123", "aaa",
    "qwerty", "asdfgh", "abcd", "Dcba", "Ermittlung", "enquête", "проверка", "check-up", "official business",
    "see file",
]  # fmt: skip
TELLING = [
    "CR-2026/0123", "case 2026-0123", "2026/17", "ST 4711/26", "Incident 99812", "missing Jones", "A-1093", "12345",
    "4711",    "test 2026-11", "Unfall Hauptstrasse",
]  # fmt: skip


@pytest.mark.parametrize("text", EMPTY)
def test_words_that_only_fill_the_field_are_recognised(text: str) -> None:
    """In the languages of the list, in any case, with a digit or two beside them."""
    assert emptiness(text) is not None


@pytest.mark.parametrize("text", TELLING)
def test_what_names_a_case_is_not_called_empty(text: str) -> None:
    """Numbers, names and empty words with a number of their own."""
    assert emptiness(text) is None


def test_counting_is_weak_but_not_refused() -> None:
    """12345 may be a case; the auditor should look."""
    assert weakness("12345")
    assert weakness("4321")
    assert weakness("test") == emptiness("test")
    assert weakness("4711") is None


def test_the_list_is_in_one_case_and_each_word_is_whole() -> None:
    """Otherwise a word in it would never be met."""
    for word in empty_words().words:
        assert word == word.casefold()
        assert " " not in word


@given(st.text(max_size=80))
def test_any_text_gets_an_answer(text: str) -> None:
    """And what is empty stays empty with space around it."""
    assert emptiness(text) == emptiness(f" {text} ")


@pytest.mark.parametrize("text", [text for text in EMPTY if text.strip()])
def test_empty_references_are_refused_with_an_example(text: str) -> None:
    """Even where the site's own pattern would take anything."""
    for purposes in (Purposes(), Purposes(pattern=".*")):
        with pytest.raises(PurposeError, match="such as CR-2026/0123"):
            purposes.checked("offence", text, "mary")


def test_a_reason_and_a_reference_make_a_purpose() -> None:
    """Space around the reference is let go."""
    assert Purposes().checked("offence", " CR-2026/0123 ", "mary") == Purpose("offence", "CR-2026/0123", "mary")


def test_a_reason_that_is_not_on_the_list_is_refused_and_the_list_given() -> None:
    """The list is short enough to be said."""
    with pytest.raises(PurposeError, match="collision, entry"):
        Purposes().checked("curiosity", "CR-2026/0123", "mary")


@pytest.mark.parametrize(
    "reference", ["CR 2026", "cr-2026/1", "CR-2026/0123;", "CR-2026/0123\nX", "C" * 33 + "1", "9" * 65]
)
def test_a_reference_of_another_form_is_refused(reference: str) -> None:
    """The whole of it must fit."""
    with pytest.raises(PurposeError):
        Purposes().checked("offence", reference, "mary")


def test_a_site_has_its_own_form() -> None:
    """Its example stands in the refusal."""
    purposes = Purposes({"fraud": "Fraud"}, r"\d{2}-\d{4}", "26-1234")
    assert purposes.checked("fraud", "26-0815", "mary").reference == "26-0815"
    with pytest.raises(PurposeError, match="such as 26-1234"):
        purposes.checked("fraud", "CR-2026/0123", "mary")


def test_the_default_example_fits_the_default_form() -> None:
    """What we tell people to write is taken."""
    assert re.fullmatch(Purposes().pattern, Purposes().example)
    assert Purposes().reasons == DEFAULT_REASONS


@given(st.text(max_size=70))
def test_no_refusal_repeats_the_reference(text: str) -> None:
    """A plate or a name typed into the wrong field does not end up in a message."""
    canary = f"{text}-ZQ77XYZ"
    try:
        Purposes().checked("offence", canary, "mary")
    except PurposeError as error:
        assert "ZQ77XYZ" not in str(error)
