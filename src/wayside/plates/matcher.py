# SPDX-License-Identifier: Apache-2.0
"""Finds the forms that a text fits: every form of every country is one bit, every character narrows the bits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, combinations
from operator import and_
from typing import Final

from wayside.domain import PlateClass
from wayside.plates.notation import Form
from wayside.plates.tables import Authority, Series, authorities
from wayside.plates.text import ALPHABET

HOME_SHARE: Final = 0.97
"""Of the plates on a country's roads that are its own; the rest are spread as everywhere."""

FILLING: Final = 0.6
"""Exponent by which the plates of a form grow with its room: short forms are better filled than long ones."""

MISSION_CLASSES: Final = frozenset({PlateClass.DIPLOMATIC, PlateClass.CONSULAR, PlateClass.INTERNATIONAL_ORG})
MISSIONS_OFTENER: Final = 10.0
"""Sites that keep this record lie near missions: their plates are met so much oftener than in a whole country."""
MISSIONS_ABROAD: Final = 0.05
"""But a mission's plates hold in the country that issues them and seldom leave it: at a camera elsewhere so much rarer.
Without this a short civil mark with one misread character, as 3K7, would pass for a French mission's staff (3 K 7)."""

NO_FORM: Final = 1
"""Bit 0 stands for "a text of no known syntax" and survives every character."""

NO_FORM_SHARE: Final = 0.015
"""How often a plate of no known syntax is expected: rare series, show plates, tables with gaps."""

LONGEST: Final = 12

SIGN: Final = 0.04
"""Chance that the country's sign in the band at the left is read as part of the text."""
PART_OF_SIGN: Final = 0.01
"""That a given piece of the sign is."""
STARS: Final = 0.015
"""That the ring of stars is read as a given one of the characters that it looks like."""
STARS_LOOK_LIKE: Final = "BHRGE8O0"
"""Seen in reads of real European plates, most often first."""
STARRED: Final = "blue"
"""Colour of the bands that may bear the ring of stars."""


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """One form of one series with the prior weight of any single text that fits it."""

    series: Series
    form: Form
    weight: float

    def weight_of(self, text: str) -> float:
        """Prior probability of just this text under this form; 0 where a list forbids it."""
        weight = self.weight
        for part in self.form.lists:
            if text[part.start : part.end] in part.codes:
                weight *= 1 - part.others
            elif part.others:
                weight *= part.others * len(part.codes) / 26 ** (part.end - part.start)
            else:
                return 0.0
        return weight


class Matcher:
    """All forms compiled to one table of bits for each position and character.

    `home` raises the weight of one country. Built once for each home, lazily: use `matcher()`.
    """

    def __init__(self, tables: Sequence[Authority], home: str | None) -> None:
        self.fits = tuple(_fits(tables, home))
        self.bits = _bits(self.fits)
        self.ends = _ends(self.fits)
        self.bands = _bands(tables, self.fits)
        self.tails = _tails(self.fits)
        self.seals = _seals(self.fits)
        self.missions = _union(
            1 << bit for bit, fit in enumerate(self.fits, 1) if fit.series.plate_class in MISSION_CLASSES
        )
        self._members: dict[int, tuple[Fit, ...]] = {}

    def mask(self, text: str) -> int:
        """Bits of the forms that `text` fits as it stands, `NO_FORM` left out."""
        if not 0 < len(text) <= LONGEST:
            return 0
        found = self.ends[len(text)]
        for place, character in zip(self.bits, text, strict=False):
            found &= place[character]
        return found

    def mission_misread(self, text: str) -> list[int]:
        """For each position the forms of missions that `text` fits if another character truly stands there."""
        if not 0 < len(text) <= LONGEST:
            return []
        rows = [place[character] for place, character in zip(self.bits, text, strict=False)]
        before = list(accumulate(rows, and_, initial=self.missions & self.ends[len(text)]))
        after = list(accumulate(reversed(rows), and_, initial=-1))[::-1]
        whole = before[-1]
        return [before[at] & after[at + 1] & ~whole for at in range(len(text))]

    def members(self, mask: int) -> tuple[Fit, ...]:
        """The forms of a mask; remembered, since few masks ever occur."""
        known = self._members.get(mask)
        if known is None:
            if len(self._members) > 20_000:
                self._members.clear()
            known = tuple(self.fits[bit - 1] for bit in _positions(mask & ~NO_FORM))
            self._members[mask] = known
        return known

    def weighed(self, mask: int, text: str) -> list[tuple[Fit, float]]:
        """The forms of `mask` that `text` truly fits (lists looked up) with its prior weight under each."""
        found = []
        for fit in self.members(mask):
            weight = fit.weight_of(text) if fit.form.lists else fit.weight
            if weight:
                found.append((fit, weight))
        return found


@cache
def matcher(home: str | None = None) -> Matcher:
    """The matcher over the shipped tables, for a camera that stands in `home` (ISO 3166 alpha-2)."""
    return Matcher(authorities(), home)


def _fits(tables: Sequence[Authority], home: str | None) -> Iterable[Fit]:
    total = sum(a.weight for a in tables)
    known = any(a.country == home for a in tables)
    for authority in tables:
        weight = authority.weight / total
        if known:
            weight = weight * (1 - HOME_SHARE) + (HOME_SHARE if authority.country == home else 0.0)
        shares = [_share(series, abroad=known and authority.country != home) for series in authority.series]
        for series, share in zip(authority.series, shares, strict=True):
            yield from _series_fits(series, weight * share / sum(shares))


def _share(series: Series, *, abroad: bool) -> float:
    if series.plate_class not in MISSION_CLASSES:
        return series.share
    return series.share * (MISSIONS_ABROAD if abroad else MISSIONS_OFTENER)


def _series_fits(series: Series, weight: float) -> Iterable[Fit]:
    """Long forms hold more plates than short ones of a series, but not in proportion to their room."""
    roots = [form.size**FILLING for form in series.forms]
    total = sum(roots)
    for form, root in zip(series.forms, roots, strict=True):
        yield Fit(series, form, weight * root / total / form.size)


def _bits(fits: Sequence[Fit]) -> list[dict[str, int]]:
    table = []
    for place in range(LONGEST):
        by_class: dict[frozenset[str], bytearray] = {}
        for bit, fit in enumerate(fits, 1):
            if place < len(fit.form.places):
                row = by_class.setdefault(fit.form.places[place], bytearray(len(fits) // 8 + 1))
                row[bit >> 3] |= 1 << (bit & 7)
        masks = [(accepted, int.from_bytes(row, "little")) for accepted, row in by_class.items()]
        table.append({c: _union(mask for accepted, mask in masks if c in accepted) | NO_FORM for c in ALPHABET})
    return table


def _ends(fits: Sequence[Fit]) -> list[int]:
    ends = [0] * (LONGEST + 1)
    for bit, fit in enumerate(fits, 1):
        if len(fit.form.places) <= LONGEST:
            ends[len(fit.form.places)] |= 1 << bit
    return ends


def _bands(tables: Sequence[Authority], fits: Sequence[Fit]) -> Mapping[str, list[tuple[float, int]]]:
    """What may be read from the band at the left: text → (chance, forms of the countries with such a band)."""
    bands: dict[str, list[tuple[float, int]]] = defaultdict(list)
    starred = 0
    for authority in tables:
        own = _union(1 << bit for bit, fit in enumerate(fits, 1) if fit.series.country == authority.country)
        starred |= own if authority.band == STARRED else 0
        parts = {sign[a:b] for sign in authority.bands for a, b in combinations(range(len(sign) + 1), 2)}
        for part in sorted(parts):
            bands[part].append((SIGN if part in authority.bands else PART_OF_SIGN, own))
    for shape in STARS_LOOK_LIKE:
        bands[shape].append((STARS, starred))
    return bands


def _tails(fits: Sequence[Fit]) -> list[tuple[frozenset[str], int, int]]:
    """What may follow a plate: the characters, at most how many, and after which forms."""
    tails: dict[tuple[frozenset[str], int], int] = {}
    for bit, fit in enumerate(fits, 1):
        if fit.series.tail:
            tails[fit.series.tail] = tails.get(fit.series.tail, 0) | 1 << bit
    return [(accepted, most, mask) for (accepted, most), mask in tails.items()]


def _seals(fits: Sequence[Fit]) -> list[int]:
    """For each position the forms that print a gap before it: room for a seal or a coat of arms."""
    seals = [0] * (LONGEST + 1)
    for bit, fit in enumerate(fits, 1):
        for place in {at for at, _ in fit.form.gaps if at <= LONGEST}:
            seals[place] |= 1 << bit
    return seals


def _union(masks: Iterable[int]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union


def _positions(mask: int) -> Iterable[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
