# SPDX-License-Identifier: Apache-2.0
"""How easily one character is taken for another, as measured on our own reads."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from wayside.plates.text import ALPHABET

FLOOR: Final = 0.0004
"""Chance of any single confusion that was never seen in the measured reads."""

RAREST: Final = 0.01
"""Characters rarer than this on plates count as this rare: few were seen."""

SAME_GLYPH: Final = (("0", "O"), ("1", "I"))
"""One glyph in the British plate font and others: the reader can know nothing here, whatever it claims."""

Behind = tuple[tuple[str, float], ...]
"""True characters with their probabilities, most probable first."""


@cache
def true_given_read() -> Mapping[str, Mapping[str, float]]:
    """For each character as read, the probability of every character to stand truly on the plate; rows sum to 1."""
    measured = _measured()["true_given_read"]
    table = {}
    for read in ALPHABET:
        row = {true: measured[read].get(true, FLOOR) for true in ALPHABET}
        total = sum(row.values())
        table[read] = {true: share / total for true, share in row.items()}
    return table


@cache
def _measured() -> Mapping[str, Any]:
    file = resources.files("wayside.plates") / "data" / "confusions.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def behind(read: str) -> Behind:
    """What may truly stand where `read` was read, were all characters equally common; `read` itself first.

    The syntax of plates says how common characters are at each place, so it must not be counted twice.
    """
    share = _measured()["share"]
    seen = {c: p / max(share[c], RAREST) for c, p in true_given_read()[read].items() if p > 2 * FLOOR or c == read}
    total = sum(seen.values())
    row = {c: p / total for c, p in seen.items()}
    return tuple(sorted(row.items(), key=lambda item: (item[0] != read, -item[1])))


@cache
def confusion_cost(one: str, other: str) -> float:
    """Cost of taking one character for the other: 0 for the same, 1 for a pair never seen confused.

    Symmetric; the rarer the confusion, the dearer (logarithm of its measured probability).
    """
    if one == other:
        return 0.0
    table = true_given_read()
    chance = max(table[one][other], table[other][one])
    return min(1.0, math.log(chance) / math.log(FLOOR))
