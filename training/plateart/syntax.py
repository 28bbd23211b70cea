# SPDX-License-Identifier: Apache-2.0
"""Layouts of plates: random valid texts from a layout, and the layout that a given text takes.

A layout is written with `@` a letter, `#` a digit, `%` a digit 1–9, `{name}` one of a list, capitals and digits as
themselves, and marks: space (a gap), `-` a dash, `.` a dot, `:` the place of a seal, `=` the next two characters one
above the other, `|` the next line.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence

import numpy as np

MARKS = " -.:|="
_TOKEN = re.compile(r"\{(\w+)\}|.")


def random_text(layout: str, letters: str, lists: Mapping[str, Sequence[str]], rng: np.random.Generator) -> str:
    """A random text in `layout`, marks kept; KeyError where it names a list that `lists` lacks."""
    return "".join(_draw(match, letters, lists, rng) for match in _TOKEN.finditer(layout))


def _draw(match: re.Match[str], letters: str, lists: Mapping[str, Sequence[str]], rng: np.random.Generator) -> str:
    name, token = match.group(1), match.group(0)
    if name:
        return str(rng.choice(list(lists[name])))
    if token == "@":
        return letters[int(rng.integers(len(letters)))]
    if token == "#":
        return str(rng.integers(10))
    return str(rng.integers(1, 10)) if token == "%" else token


def plain(text: str) -> str:
    """The text without marks."""
    return "".join(char for char in text if char not in MARKS)


def lay_out(text: str, layouts: Sequence[str], lists: Mapping[str, Sequence[str]]) -> str:
    """Give a bare text the marks of the first layout that fits it; a text with marks, or none fitting, stays."""
    if any(char in MARKS for char in text):
        return text
    for layout in layouts:
        match = _pattern(layout, tuple((name, tuple(values)) for name, values in lists.items())).fullmatch(text)
        if match:
            parts = iter(match.groups())
            return "".join(token if token in MARKS else next(parts) for token in _tokens(layout))
    return text


def _tokens(layout: str) -> list[str]:
    return [match.group(0) for match in _TOKEN.finditer(layout)]


@functools.lru_cache(maxsize=1024)
def _pattern(layout: str, lists: tuple[tuple[str, tuple[str, ...]], ...]) -> re.Pattern[str]:
    return re.compile("".join(_group(token, dict(lists)) for token in _tokens(layout) if token not in MARKS))


def _group(token: str, lists: Mapping[str, Sequence[str]]) -> str:
    if len(token) > 1:
        longest_first = sorted(lists[token[1:-1]], key=len, reverse=True)
        return "(" + "|".join(map(re.escape, longest_first)) + ")"
    return {"@": "([A-Z])", "#": "([0-9])", "%": "([1-9])"}.get(token, f"({re.escape(token)})")
