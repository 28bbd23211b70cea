# SPDX-License-Identifier: Apache-2.0
"""Reads the notation in which a plate's syntax is written down and spreads it into forms of fixed length.

`@` is a letter, `#` a digit, `[A-HJ]` one of some characters, `<name>` an entry of a named list, `(sender:…)`
a part with a name; space, `-` and `.` are printed on the plate but carry nothing. `{2}`, `{1,3}` and `?` after
an element repeat it. Anything else stands for itself.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from wayside.plates.errors import PatternError
from wayside.plates.text import ALPHABET

LETTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
DIGITS: Final = frozenset("0123456789")

_TOKEN: Final = re.compile(
    r"(?P<open>\((?P<name>[a-z]+):)|(?P<close>\))|<(?P<list>[a-z_]+)>"
    r"|\[(?P<set>[^\]]+)\]|(?P<sep>[ .\-])|(?P<one>[@#A-Z0-9])"
)
_REPEAT: Final = re.compile(r"\{(\d+)(?:,(\d+))?\}|(\?)")


@dataclass(frozen=True, slots=True)
class ListPart:
    """The characters `start` to `end` of a form must spell an entry of `codes`, all of that length."""

    start: int
    end: int
    codes: frozenset[str]
    others: float
    """Share of plates whose part is *not* in the list: 0 where the list is complete."""


@dataclass(frozen=True, slots=True)
class Form:
    """One fixed-length shape of a plate: which characters may stand at each position."""

    places: tuple[frozenset[str], ...]
    lists: tuple[ListPart, ...]
    parts: Mapping[str, tuple[int, int]]
    """Named parts: from, to (exclusive)."""
    gaps: tuple[tuple[int, str], ...]
    """Separators printed before the position."""

    @property
    def size(self) -> float:
        """How many different texts fit."""
        inside = {i for part in self.lists for i in range(part.start, part.end)}
        free = [len(place) for i, place in enumerate(self.places) if i not in inside]
        size = 1.0
        for count in free + [len(part.codes) for part in self.lists]:
            size *= count
        return size

    def fits(self, text: str) -> bool:
        """Whether a normalised text has this form."""
        if len(text) != len(self.places) or not all(c in place for c, place in zip(text, self.places, strict=True)):
            return False
        return all(part.others or text[part.start : part.end] in part.codes for part in self.lists)

    def part(self, text: str, name: str) -> str | None:
        """The named part of a text of this form; None where the form has no such part."""
        place = self.parts.get(name)
        return text[place[0] : place[1]] if place else None

    def printed(self, text: str) -> str:
        """`text` with the separators of the plate."""
        before = dict(self.gaps)
        return "".join(before.get(i, "") + character for i, character in enumerate(text))


@dataclass(frozen=True, slots=True)
class _Element:
    """One token with its repetition; exactly one of the kinds is set."""

    place: frozenset[str] | None = None
    codes: tuple[str, ...] = ()
    others: float = 0.0
    separator: str = ""
    opens: str = ""
    closes: bool = False
    least: int = 1
    most: int = 1


@dataclass(slots=True)
class _Draft:
    """A form while its elements are laid one after the other."""

    places: list[frozenset[str]] = field(default_factory=list)
    lists: list[ListPart] = field(default_factory=list)
    parts: dict[str, tuple[int, int]] = field(default_factory=dict)
    gaps: list[tuple[int, str]] = field(default_factory=list)
    open: tuple[str, int] | None = None


def character_set(body: str) -> frozenset[str]:
    """The characters of `A-HJ2-4`: single ones and ranges, as between square brackets."""
    found: set[str] = set()
    for low, high in re.findall(r"([A-Z0-9])(?:-([A-Z0-9]))?", body):
        last = ALPHABET.index(high or low)
        found.update(ALPHABET[ALPHABET.index(low) : last + 1])
    if not found:
        raise PatternError(f"the character set [{body}] holds no capital letter and no digit")
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class CodeList:
    """A named list of a syntax table; `others` is the share of plates with a code outside of it."""

    codes: tuple[str, ...]
    others: float = 0.0


def forms(notation: str, letters: frozenset[str], lists: Mapping[str, CodeList]) -> tuple[Form, ...]:
    """Every fixed-length form of `notation`.

    Args:
        notation: as described in the module's docstring.
        letters: what `@` means in this series.
        lists: the named lists that `<name>` may refer to.

    Raises:
        PatternError: says which part of the notation is not understood.
    """
    elements = list(_elements(notation, letters, lists))
    choices = [_choices(element) for element in elements]
    return tuple(_laid(variant) for variant in itertools.product(*choices))


def _elements(notation: str, letters: frozenset[str], lists: Mapping[str, CodeList]) -> Iterator[_Element]:
    at = 0
    while at < len(notation):
        token = _TOKEN.match(notation, at)
        if token is None:
            raise PatternError(f"{notation!r} is not understood from {notation[at:]!r} on")
        repeat = _REPEAT.match(notation, token.end())
        yield _element(token, _bounds(repeat), letters, lists)
        at = repeat.end() if repeat else token.end()


def _bounds(repeat: re.Match[str] | None) -> tuple[int, int]:
    if repeat is None:
        return 1, 1
    if repeat[3]:
        return 0, 1
    return int(repeat[1]), int(repeat[2] or repeat[1])


def _element(
    token: re.Match[str], bounds: tuple[int, int], letters: frozenset[str], lists: Mapping[str, CodeList]
) -> _Element:
    least, most = bounds
    if token["open"]:
        return _Element(opens=token["name"])
    if token["close"]:
        return _Element(closes=True)
    if token["sep"]:
        return _Element(separator=token["sep"])
    if token["list"]:
        if token["list"] not in lists:
            raise PatternError(f"no list is called {token['list']!r}")
        named = lists[token["list"]]
        return _Element(codes=named.codes, others=named.others, least=least, most=most)
    place = character_set(token["set"]) if token["set"] else _class(token["one"], letters)
    return _Element(place=place, least=least, most=most)


def _class(symbol: str, letters: frozenset[str]) -> frozenset[str]:
    return {"@": letters, "#": DIGITS}.get(symbol, frozenset(symbol))


def _choices(element: _Element) -> Sequence[_Element | None]:
    """The fixed-length variants of one element: a list splits by the length of its codes."""
    if element.codes:
        lengths = sorted({len(code) for code in element.codes})
        fixed = [_Element(codes=tuple(c for c in element.codes if len(c) == n), others=element.others) for n in lengths]
        return [*fixed, None] if element.least == 0 else fixed
    if element.place is None:
        return [element]
    return [_Element(place=element.place, least=n) for n in range(element.least, element.most + 1)]


def _laid(elements: Sequence[_Element | None]) -> Form:
    draft = _Draft()
    for element in elements:
        if element is not None:
            _lay(draft, element)
    return Form(tuple(draft.places), tuple(draft.lists), draft.parts, tuple(draft.gaps))


def _lay(draft: _Draft, element: _Element) -> None:
    at = len(draft.places)
    if element.opens:
        draft.open = (element.opens, at)
    elif element.closes and draft.open:
        draft.parts[draft.open[0]] = (draft.open[1], at)
    elif element.separator:
        draft.gaps.append((at, element.separator))
    elif element.codes:
        length = len(element.codes[0])
        columns = [frozenset(code[i] for code in element.codes) for i in range(length)]
        draft.places.extend(LETTERS if element.others and column <= LETTERS else column for column in columns)
        draft.lists.append(ListPart(at, at + length, frozenset(element.codes), element.others))
    elif element.place is not None:
        draft.places.extend([element.place] * element.least)
