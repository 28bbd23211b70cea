# SPDX-License-Identifier: Apache-2.0
"""What is asked of a plate: one text, a pattern, or a text in which one character may be wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from wayside.domain import UsageError
from wayside.record.plate_texts import PIECE
from wayside.record.search.errors import UnboundedSearchError

LONGEST = 24
"""Characters of a query; no plate has more."""
MOST_STARS = 3
"""Of a pattern; more only make comparing slow."""
LEAST_FIXED = 2
"""Characters that a pattern must fix, or it would fit nearly every plate."""
LEAST_NEAR = 4
"""Characters of a text within one error, or it would be near to nearly every short plate."""
ONE, ANY = "?", "*"


class PlateMatch(StrEnum):
    """How a plate is compared."""

    EXACT = "exact"
    PATTERN = "pattern"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class PlateQuery:
    """A text in the form in which the record writes plates, and how plates are compared with it."""

    text: str
    match: PlateMatch = PlateMatch.EXACT

    def __post_init__(self) -> None:
        """Raises UsageError, UnboundedSearchError."""
        if not self.text or len(self.text) > LONGEST or not self.text.isprintable():
            raise UsageError(f"the plate to search for is not of 1 to {LONGEST} printable characters; shorten it")
        if self.match is PlateMatch.PATTERN:
            check_pattern(self.text)
        elif self.match is PlateMatch.NEAR and len(self.text) < LEAST_NEAR:
            raise UnboundedSearchError(
                f"too many plates are within one error of so short a text; give at least {LEAST_NEAR} characters"
            )


@dataclass(frozen=True, slots=True)
class Anchor:
    """The part of a pattern that plates are looked up by."""

    prefix: str = ""
    suffix: str = ""
    piece: str = ""
    """PIECE characters that stand anywhere within."""


def check_pattern(written: str) -> None:
    """Raises UnboundedSearchError for a pattern that too little limits, UsageError for one that is too involved."""
    if re.sub(r"\*+", ANY, written).count(ANY) > MOST_STARS:
        raise UsageError(f"the pattern has more than {MOST_STARS} parts of unknown length; leave some * out")
    if len(re.sub(r"[?*]", "", written)) < LEAST_FIXED:
        raise UnboundedSearchError(f"too many plates fit the pattern; fix at least {LEAST_FIXED} characters of it")
    if anchor_of(written) == Anchor():
        raise UnboundedSearchError(
            f"the pattern has neither a first nor a last character, nor {PIECE} in a row, by which plates "
            "could be looked up; fix one of these"
        )


def anchor_of(written: str) -> Anchor:
    """The longest of what a pattern begins with, ends with and holds."""
    runs = re.split(r"[?*]+", written)
    prefix, suffix = (runs[0], runs[-1]) if len(runs) > 1 else (written, "")
    inner = max(runs, key=len)
    if len(inner) >= PIECE and len(inner) > max(len(prefix), len(suffix)):
        return Anchor(piece=inner[:PIECE])
    return Anchor(prefix=prefix) if len(prefix) >= len(suffix) else Anchor(suffix=suffix)


def glob_of(written: str) -> str:
    """A pattern as SQLite's GLOB writes it."""
    return re.sub(r"\*+", ANY, written).replace("[", "[[]")


def like_of(written: str) -> str:
    r"""A pattern as LIKE writes it, with `\` before what LIKE would take for a sign of its own."""
    plain = re.sub(r"([\\%_])", r"\\\1", re.sub(r"\*+", ANY, written))
    return plain.replace(ONE, "_").replace(ANY, "%")


def halves(text: str) -> tuple[str, str]:
    """Both halves of a text: whoever is within one error of it begins with the first or ends with the second."""
    return text[: len(text) // 2], text[len(text) // 2 :]


def is_near(text: str, other: str) -> bool:
    """Whether one exchanged, added or lost character, or none, lies between two texts."""
    if len(text) > len(other):
        text, other = other, text
    if len(other) - len(text) > 1:
        return False
    same = next((at for at, (a, b) in enumerate(zip(text, other, strict=False)) if a != b), len(text))
    return text[same + (len(text) == len(other)) :] == other[same + 1 :]
