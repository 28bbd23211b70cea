# SPDX-License-Identifier: Apache-2.0
"""Turns a read into a lattice: what may truly stand at each position, with log probabilities."""

from __future__ import annotations

import math
from functools import cache
from typing import Final

from wayside.domain import Characters
from wayside.plates.confusion import SAME_GLYPH, behind
from wayside.plates.text import ALPHABET

Slot = tuple[tuple[str, float], ...]
"""Characters with the log of their probability, most probable first; "" means that nothing stands here."""

Lattice = tuple[Slot, ...]

Spread = dict[str, float]
"""Of one position of one read: what may truly stand there, the reader's first choice first; sums to about 1."""

DOUBT: Final = 0.15
"""Share of the measured confusions mixed into what a reader says of itself: readers are too sure."""

TYPICAL: Final = 0.85
"""What a reader is taken to claim for each character where its claim is not known."""

TWIN_SHARE: Final = 0.1
"""What a twin (O of 0, I of 1) has at least, whatever the reader claims: only the position tells them apart."""

KEEP_ABOVE: Final = 0.002
MOST_CANDIDATES: Final = 6

TWINS: Final = str.maketrans({other: one for one, other in SAME_GLYPH})
"""Writes each twin (O, I) as the other (0, 1)."""
_TWIN_OF: Final = {a: b for pair in SAME_GLYPH for a, b in (pair, pair[::-1])}
_PLAIN: Final = frozenset(ALPHABET)


def lattice_of_text(text: str) -> Lattice:
    """Of a normalised text about whose reading nothing more is known."""
    return tuple(_text_slot(character) for character in text)


@cache
def _text_slot(character: str) -> Slot:
    return slot(spread(((character, TYPICAL),)))


def lattice_of_characters(characters: Characters) -> Lattice:
    """Of a reader's characters; positions without any plate character are left out."""
    spreads = (spread(position) for position in characters)
    return tuple(slot(chances) for chances in spreads if chances)


def spread(position: tuple[tuple[str, float], ...]) -> Spread:
    """Probabilities of what truly stands at one position: what the reader says, doubted; empty if it says nothing.

    What the reader leaves open goes to the characters that its first choice is usually confused with. The
    first choice comes first.
    """
    said = [(c, p) for c, p in position if p > 0 and c in _PLAIN]
    if not said:
        return {}
    top = said[0][0]
    claimed = sum([p for _, p in said])
    trust = (1 - DOUBT) / max(claimed, 1.0)
    left = 1 - trust * claimed
    mixed = {c: left * p for c, p in behind(top)}
    for c, p in said:
        mixed[c] = mixed.get(c, 0.0) + trust * p
    if top in _TWIN_OF:
        _share_with_twin(mixed, top)
    return mixed


def _share_with_twin(chances: Spread, top: str) -> None:
    """Gives the twin of the first choice its least part of what both have together."""
    twin = _TWIN_OF[top]
    both = chances[top] + chances.get(twin, 0.0)
    chances[twin] = max(chances.get(twin, 0.0), TWIN_SHARE * both)
    chances[top] = both - chances[twin]


def slot(chances: Spread) -> Slot:
    """The likely characters of one position."""
    ranked = sorted(chances.items(), key=lambda item: (-item[1], item[0]))[:MOST_CANDIDATES]
    return tuple((c, math.log(p)) for c, p in ranked if p >= KEEP_ABOVE)
