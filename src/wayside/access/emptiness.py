# SPDX-License-Identifier: Apache-2.0
"""Tells words that name a case from words that only fill a field: "test", "-", "investigation", "xxxx"."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

LEAST_CHARACTERS = 3
LEAST_DIGITS = 3
"""So many digits beside empty words make them a reference: "case 2026-0123" names one, "case 1" does not."""
LONGEST_UNIT = 3
LEAST_RUN = 4


class EmptyWords(NamedTuple):
    """The shipped lists."""

    words: frozenset[str]
    rows: tuple[str, ...]


@cache
def empty_words() -> EmptyWords:
    """The words and keyboard rows of `data/empty_words.toml`."""
    stated = tomllib.loads((files("wayside.access") / "data" / "empty_words.toml").read_text("utf-8"))
    return EmptyWords(frozenset(stated["words"]), tuple(stated["rows"]))


def letters_and_digits(text: str) -> str:
    """What is left of a text without its strokes and spaces, in one case."""
    return "".join(character for character in text.casefold() if character.isalnum())


def repeats(plain: str) -> bool:
    """Whether a text is one to three characters again and again, at least three times."""
    return any(
        len(plain) >= 3 * size and plain == (plain[:size] * len(plain))[: len(plain)]
        for size in range(1, LONGEST_UNIT + 1)
    )


def climbs(plain: str) -> bool:
    """Whether each character follows the one before it, up or down: abcd, 4321."""
    steps = {ord(after) - ord(before) for before, after in pairwise(plain)}
    return steps in ({1}, {-1})


def along_keys(plain: str) -> bool:
    """Whether a text is a run along one row of a keyboard, in either direction."""
    rows = empty_words().rows
    return len(plain) >= LEAST_RUN and any(plain in row or plain[::-1] in row for row in rows)


def only_empty_words(text: str) -> bool:
    """Whether every word says nothing and too few digits stand beside them."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    digits = sum(character.isdigit() for character in text)
    return bool(words) and digits < LEAST_DIGITS and all(word in empty_words().words for word in words)


def objections(text: str) -> Iterator[str]:
    """What makes a text no name of a case, each as the end of a sentence."""
    plain = letters_and_digits(text)
    if len(plain) < LEAST_CHARACTERS:
        yield f"has fewer than {LEAST_CHARACTERS} letters or digits"
    elif repeats(plain):
        yield "repeats itself"
    elif along_keys(plain) or (climbs(plain) and not plain.isdigit()):
        yield "is a run of neighbouring characters"
    if only_empty_words(text):
        yield "says nothing that tells one case from another"


def emptiness(text: str) -> str | None:
    """Why a text cannot be the name of a case, or None where it may be one."""
    return next(objections(text), None)


def weakness(text: str) -> str | None:
    """The same, and what may be a case but is worth a look: 1234, 4321. For the auditor, never for refusing."""
    plain = letters_and_digits(text)
    return emptiness(text) or ("counts up or down" if climbs(plain) else None)
