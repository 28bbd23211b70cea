# SPDX-License-Identifier: Apache-2.0
"""How probable a voted text truly is: looks at one vehicle share dirt, light and the reader's habits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import exp, log
from typing import Final

from wayside.plates.align import Row, tops
from wayside.plates.text import ALPHABET, folded

GROWTH: Final = 0.3
"""So many equally sure looks count as `looks ** GROWTH` independent ones. Measured on real crops seen eight times each
with fresh blur, noise and margin (`python -m bench votes`): counted in full, one in twenty plates came out wrong with a
stated probability of 0.9 and more."""

BASE: Final = -1.56
FUSED: Final = 0.60
BACKED: Final = 0.60
"""Log-odds of a text being right: BASE + FUSED x those the vote gives + BACKED x those of its backing; fitted by
`python -m bench.honesty`."""

_SUREST: Final = 0.999
_LEAST_FUSED: Final = 0.001
_LEAST_BACKED: Final = 0.1
"""Beyond these, more or less tells nothing more."""

_KEYS: Final = Counter(map(folded, ALPHABET))
_ALIKE: Final = {
    c: [other for other in ALPHABET if folded(other) == folded(c)] for c in ALPHABET if _KEYS[folded(c)] > 1
}
"""Characters that syntax must tell apart, each with all of its look-alikes."""


def sureness(rows: Sequence[Row]) -> list[float]:
    """What each read gives its own text, look-alikes taken as one; over 0."""
    return [_chance(row, tops(row)) for row in rows]


def worth(sure: Sequence[float]) -> float:
    """How many looks as sure as the surest one the reads of such `sureness` are together; 1 and more."""
    return sum(sure) / max(sure)


def backing(rows: Sequence[Row], sure: Sequence[float], text: str) -> float:
    """How far single reads, of such `sureness`, hold the text for likely by themselves, 0-1.

    The share of all that the reads say which says this text, times what the read says that is surest of it. A read of
    another length says nothing of it, and one of a part of it nothing against it. One more read of this very text never
    lowers it.
    """
    said = [_chance(row, text) if len(row) == len(text) else 0.0 for row in rows]
    asked = sum([one for row, one in zip(rows, sure, strict=True) if not _part(row, text)])
    return sum(said) / asked * max(said) if asked else 0.0


def _part(row: Row, text: str) -> bool:
    """Whether a read is of a plate that the picture's edge cuts, which takes two characters and more."""
    return len(row) + 1 < len(text) and tops(row) in text


def honest(probability: float, backed: float) -> float:
    """The probability to state for a text that a vote gives `probability` and single reads back so far."""
    fused, alone = terms(probability, backed)
    return 1 / (1 + exp(-(BASE + FUSED * fused + BACKED * alone)))


def terms(probability: float, backed: float) -> tuple[float, float]:
    """The log-odds that `honest` weighs."""
    return _log_odds(probability, _LEAST_FUSED), _log_odds(backed, _LEAST_BACKED)


def _log_odds(probability: float, least: float) -> float:
    held = min(max(probability, least), _SUREST)
    return log(held / (1 - held))


def _chance(row: Row, text: str) -> float:
    """Of the whole text in one read of its length, look-alikes (see `canonical_key`) taken as one."""
    chance = 1.0
    for said, character in zip(row, text, strict=True):
        if character in _ALIKE:
            chance *= sum([said.get(other, 0.0) for other in _ALIKE[character]])
        else:
            chance *= said.get(character, 0.0)
    return chance
