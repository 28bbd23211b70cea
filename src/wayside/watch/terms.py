# SPDX-License-Identifier: Apache-2.0
"""What an entry of a watch list asks for: plates, patterns, plates within one error, classes, codes.

Texts are compared in the form in which plates that a reader easily takes for each other are the same (O and 0 are):
a wrong lead costs a look at a picture, a missed one cannot be mended.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from wayside.domain import PlateClass, UsageError
from wayside.plates import PatternError, canonical_key, normalise, pattern

LEAST_NEAR = 4
"""Characters of a plate within one error: nearly every shorter plate is near to any other."""
LONGEST_PLATE = 12
MOST_STARS = 3
MOST_PLATES = 500
"""Plates of one fleet."""
CODE = re.compile(r"[0-9A-Z]{1,4}")
COUNTRY = re.compile(r"[A-Z]{2}")


class TermKind(StrEnum):
    """How a term is compared with a passage."""

    PLATE = "plate"
    WILDCARD = "wildcard"
    NEAR = "near"
    CLASS = "class"
    CODE = "code"


class EntryKind(StrEnum):
    """What an entry is made of."""

    PLATE = "plate"
    """One plate."""
    WILDCARD = "wildcard"
    """A plate of which characters are not known: `LD?? X*`."""
    NEAR = "near"
    """A plate of which one character may be wrong, missing or too many."""
    CLASS = "class"
    """Every plate of a class."""
    FLEET = "fleet"
    """The vehicles of one sender: its code on diplomatic plates, and those that carry ordinary ones."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that an entry asks for."""

    kind: TermKind
    text: str
    """Plates in capitals and digits only; patterns with `?` and `*`; a class; a code."""
    country: str | None = None
    """ISO code of the country that issued the plate; None: any. Of classes and codes only."""

    @property
    def key(self) -> str:
        """The text as it is compared."""
        if self.kind in {TermKind.CLASS, TermKind.CODE}:
            return self.text
        return "".join(one if one in "?*" else canonical_key(one) for one in self.text)


def plate_term(written: str) -> Term:
    """One plate, however it is spaced; raises UsageError."""
    text = normalise(written)
    if not 1 < len(text) <= LONGEST_PLATE:
        raise UsageError(f"a plate has 2 to {LONGEST_PLATE} letters and digits; write it as LD23 ABC")
    return Term(TermKind.PLATE, text)


def near_term(written: str) -> Term:
    """A plate within one error; raises UsageError."""
    text = plate_term(written.removeprefix("~")).text
    if len(text) < LEAST_NEAR:
        raise UsageError(
            f"too many plates are within one error of so short a one; give {LEAST_NEAR} characters at least"
        )
    return Term(TermKind.NEAR, text)


def wildcard_term(written: str) -> Term:
    """A pattern of a plate; raises UsageError."""
    try:
        text = pattern(written).written
    except PatternError as error:
        raise UsageError(str(error)) from None
    if text.count("*") > MOST_STARS:
        raise UsageError(f"the pattern has more than {MOST_STARS} parts of unknown length; leave some * out")
    if not set(text) & {"?", "*"}:
        raise UsageError("the pattern has neither ? nor *; enter it as a plate")
    return Term(TermKind.WILDCARD, text)


def class_term(name: str, country: str = "") -> Term:
    """A class of plates; raises UsageError."""
    if name not in set(PlateClass) - {PlateClass.CIVIL}:
        others = ", ".join(one for one in PlateClass if one is not PlateClass.CIVIL)
        raise UsageError(f"that is no class that can be watched for; use one of {others}")
    return Term(TermKind.CLASS, name, country_of(country))


def code_term(written: str, country: str = "") -> Term:
    """The code of a sender; raises UsageError."""
    text = normalise(written)
    if not CODE.fullmatch(text):
        raise UsageError("the code of a sender has 1 to 4 letters and digits, such as 248")
    return Term(TermKind.CODE, text, country_of(country))


def country_of(written: str) -> str | None:
    """A country by its two letters, None for any; raises UsageError."""
    text = written.strip().upper()
    if text and not COUNTRY.fullmatch(text):
        raise UsageError("a country is written with two letters, such as GB")
    return text or None


def fleet_terms(code: str, country: str, plates: Iterable[str]) -> tuple[Term, ...]:
    """A code, plates, or both; raises UsageError."""
    coded = [code_term(code, country)] if code.strip() else []
    plated = list(dict.fromkeys(plate_term(one) for one in plates if one.strip()))
    if len(plated) > MOST_PLATES:
        raise UsageError(f"a fleet has {MOST_PLATES} plates at most; import the others as entries of their own")
    if not coded and not plated:
        raise UsageError("a fleet needs the code of its sender, or the plates of its vehicles")
    return (*coded, *plated)


def terms_of(kind: EntryKind, written: str, country: str = "", plates: Iterable[str] = ()) -> tuple[Term, ...]:
    """What an entry asks for, as people write it; raises UsageError.

    `written`: the plate, pattern, class or code; `plates`: those of a fleet.
    """
    if kind is EntryKind.FLEET:
        return fleet_terms(written, country, plates)
    if kind is EntryKind.CLASS:
        return (class_term(written, country),)
    made = {EntryKind.PLATE: plate_term, EntryKind.WILDCARD: wildcard_term, EntryKind.NEAR: near_term}
    return (made[kind](written),)
