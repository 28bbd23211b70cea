# SPDX-License-Identifier: Apache-2.0
"""Search patterns: `LD?2*`, and partial plates as a person says them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from wayside.plates.errors import PatternError
from wayside.plates.text import canonical_key, normalise

MOST_CHARACTERS: Final = 24
LEAST_FIXED: Final = 2
"""A pattern must fix this many characters, or it would find nearly everything."""

_WORDS: Final = {
    "no": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
    "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
_NUMBER: Final = rf"(?P<number>\d{{1,2}}|{'|'.join(_WORDS)})"
_SPELLED: Final = r"(?:with |in |by )?(?:an? |the )?(?:letters? |digits? |numbers? )?(?P<text>[\w -]+)"
_PHRASES: Final = (
    ("starts", re.compile(rf"(?:starts?|begins?|beginning|starting) {_SPELLED}")),
    ("ends", re.compile(rf"(?:ends?|ending|finishes|last) {_SPELLED}")),
    ("contains", re.compile(rf"(?:contains?|has|having|somewhere|middle|then) {_SPELLED}")),
    ("unknown", re.compile(rf"{_NUMBER} (?:unknown|missing|not seen|unreadable)(?: \w+)?")),
    ("length", re.compile(rf"{_NUMBER} (?:characters?|long|in all)(?: \w+)*")),
)


@dataclass(frozen=True, slots=True)
class PlatePattern:
    """A checked pattern; ask it with `matches`."""

    written: str
    """As `LD??X*`: `?` is one character, `*` any number of them; parts wanted anywhere follow a `&`."""
    plain: re.Pattern[str] = field(repr=False)
    folded: re.Pattern[str] = field(repr=False)

    def matches(self, text: str, *, fold: bool = False) -> bool:
        """Whether a plate fits; with `fold`, confusable characters count as the same."""
        if fold:
            return self.folded.fullmatch(canonical_key(text)) is not None
        return self.plain.fullmatch(normalise(text)) is not None


@dataclass(slots=True)
class _Partial:
    """What a person remembers of a plate."""

    starts: str = ""
    ends: str = ""
    contains: list[str] = field(default_factory=list)
    unknown: int | None = None
    length: int | None = None


def pattern(written: str) -> PlatePattern:
    """A pattern with `?` for one character and `*` for any number; spaces and dashes are ignored.

    Raises:
        PatternError: it is too long, holds other signs, or would match nearly every plate.
    """
    tidy = re.sub(r"[\s.\-]", "", written).upper()
    shown = written[: MOST_CHARACTERS + 1]
    if len(tidy) > MOST_CHARACTERS:
        raise PatternError(f"the pattern is longer than {MOST_CHARACTERS} characters; no plate is")
    stray = re.sub(r"[A-Z0-9?*]", "", tidy)
    if stray:
        raise PatternError(f"{shown!r} holds {stray[0]!r}; use letters, digits, ? for one character and * for any")
    return _checked(re.sub(r"\*+", "*", tidy), ())


def partial(said: str) -> PlatePattern:
    """A partial plate in words: "starts LD, ends with an X, two unknown".

    Understood, parted by commas: starts …, ends …, contains …, N unknown, N characters.

    Raises:
        PatternError: a part is not understood, contradicts another, or too little is fixed.
    """
    if len(said) > 200:
        raise PatternError("say it in at most 200 characters")
    heard = _Partial()
    for phrase in re.split(r"[,;]| and ", said.lower()):
        if phrase.strip():
            _hear(heard, phrase.strip())
    return _checked(_written(heard), tuple(heard.contains))


def _hear(heard: _Partial, phrase: str) -> None:
    for name, form in _PHRASES:
        found = form.fullmatch(phrase)
        if found is None:
            continue
        if name in ("unknown", "length"):
            number = found["number"]
            setattr(heard, name, _WORDS[number] if number in _WORDS else int(number))
        elif name == "contains":
            heard.contains.append(normalise(found["text"]))
        else:
            setattr(heard, name, normalise(found["text"]))
        return
    raise PatternError(f"{phrase[:40]!r} is not understood; say starts …, ends …, contains …, N unknown, N characters")


def _written(heard: _Partial) -> str:
    fixed = len(heard.starts) + len(heard.ends)
    unknown = heard.unknown
    if heard.length is not None:
        unknown = heard.length - fixed
        if unknown < 0 or (heard.unknown is not None and unknown < heard.unknown):
            raise PatternError(f"{heard.length} characters do not fit with what else was said")
    elif unknown is not None and heard.contains:
        unknown += sum(len(part) for part in heard.contains)
    if unknown is not None and unknown > MOST_CHARACTERS:
        raise PatternError(f"{unknown} unknown characters are more than a plate has")
    return heard.starts + ("*" if unknown is None else "?" * unknown) + heard.ends


def _checked(written: str, anywhere: Sequence[str]) -> PlatePattern:
    fixed = sum(c not in "?*" for c in written) + sum(len(part) for part in anywhere)
    if fixed < LEAST_FIXED:
        raise PatternError(
            f"{'&'.join([written, *anywhere])!r} would match nearly every plate; give at least {LEAST_FIXED} characters"
        )
    texts = (written, anywhere), (_folded(written), [_folded(part) for part in anywhere])
    plain, folded = (re.compile(_expression(*text)) for text in texts)
    return PlatePattern("&".join([written, *anywhere]), plain, folded)


def _folded(written: str) -> str:
    return "".join(c if c in "?*" else canonical_key(c) for c in written)


def _expression(written: str, anywhere: Sequence[str]) -> str:
    body = "".join({"?": "[A-Z0-9]", "*": "[A-Z0-9]*"}.get(c, c) for c in written)
    return "".join(f"(?=.*{part})" for part in anywhere) + body
