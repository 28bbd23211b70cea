# SPDX-License-Identifier: Apache-2.0
"""Lays several reads of one plate under each other: columns of evidence, whatever was inserted or lost."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from wayside.plates.confusion import confusion_cost
from wayside.plates.lattice import Spread

Row = tuple[Spread, ...]
"""One read."""
Column = list[Spread | None]
"""One position of the plate: what each read says there; None where a read has no character for it."""

MOST_ASKED: Final = 8

GAP_COST: Final = 0.9
"""Cost of an inserted or lost character against 1 for a wholly different one."""


def columns(rows: Sequence[Row]) -> list[Column]:
    """The reads aligned; each column holds one entry a read, in the order of `rows`.

    The reads of the commonest length make the columns; others are laid against them where they fit best,
    and what they have too many gets a column of its own. The order of `rows` does not matter.
    """
    spine = _spine(rows)
    length = len(spine)
    known: dict[str, list[str]] = {}
    laid = [_laid(row, spine, known) for row in rows]
    extra = [max(len(places[k]) for _, places in laid) for k in range(length + 1)]
    found: list[Column] = []
    for k in range(length + 1):
        for e in range(extra[k]):
            found.append([places[k][e] if e < len(places[k]) else None for _, places in laid])
        if k < length:
            found.append([own[k] for own, _ in laid])
    return found


def tops(row: Row) -> str:
    """The reader's first choice at each position."""
    return "".join([next(iter(spread)) for spread in row])


def _usual_length(rows: Sequence[Row]) -> int:
    """The length that most of the evidence has: reads count by how sure they are."""
    votes: dict[int, float] = defaultdict(float)
    for row in rows:
        votes[len(row)] += sum([next(iter(spread.values())) for spread in row]) / len(row)
    return max(votes, key=lambda n: (round(votes[n], 9), n))


def _spine(rows: Sequence[Row]) -> str:
    """The text that all reads are laid against: the commonest, where reads of one length are of one mind."""
    length = _usual_length(rows)
    alike = [row for row in rows if len(row) == length]
    common = _common(alike)
    texts = Counter(tops(row) for row in rows)
    if all(_same_place(text, common) for text in texts if len(text) == length):
        return common
    return _middle(texts)


def _common(rows: Sequence[Row]) -> str:
    """Character by character what reads of one length say most."""
    text = []
    for k in range(len(rows[0])):
        votes: dict[str, float] = defaultdict(float)
        for row in rows:
            character, chance = next(iter(row[k].items()))
            votes[character] += chance
        text.append(max(votes, key=lambda c: (round(votes[c], 9), c)))
    return "".join(text)


def _middle(texts: Counter[str]) -> str:
    """The text nearest to all others; only the commonest few are asked."""
    asked = sorted(texts, key=lambda text: (-texts[text], text))[:MOST_ASKED]
    away = {one: sum(n * _costs(one, other)[-1][-1] for other, n in texts.items()) for one in asked}
    return min(asked, key=lambda text: (round(away[text], 9), text))


def _laid(row: Row, spine: str, known: dict[str, list[str]]) -> tuple[Sequence[Spread | None], list[list[Spread]]]:
    """One read against the spine: its entry at each place, and what it has before each place (and at the end).

    `known` remembers the paths of texts met before.
    """
    text = tops(row)
    extra: list[list[Spread]] = [[] for _ in range(len(spine) + 1)]
    if len(text) == len(spine) and _same_place(text, spine):
        return row, extra
    own: list[Spread | None] = [None] * len(spine)
    if text not in known:
        known[text] = _path(text, spine)
    i, j = len(row), len(spine)
    for step in known[text]:
        if step == "both":
            i, j = i - 1, j - 1
            own[j] = row[i]
        elif step == "row":
            i -= 1
            extra[j].insert(0, row[i])
        else:
            j -= 1
    return own, extra


def _same_place(text: str, spine: str) -> bool:
    """Whether two texts of one length are plainly the same positions, so that nothing needs aligning."""
    return sum([a == b for a, b in zip(text, spine, strict=True)]) * 3 >= len(spine) * 2


def _path(text: str, spine: str) -> list[str]:
    """Steps of the cheapest alignment from the end to the start: "both", "row" or "spine"."""
    cost = _costs(text, spine)
    i, j, steps = len(text), len(spine), []
    while i or j:
        if i and j and math.isclose(cost[i][j], cost[i - 1][j - 1] + confusion_cost(text[i - 1], spine[j - 1])):
            step = "both"
        elif i and math.isclose(cost[i][j], cost[i - 1][j] + GAP_COST):
            step = "row"
        else:
            step = "spine"
        i, j = i - (step != "spine"), j - (step != "row")
        steps.append(step)
    return steps


def _costs(text: str, spine: str) -> list[list[float]]:
    above = [j * GAP_COST for j in range(len(spine) + 1)]
    table = [above]
    for i, a in enumerate(text, 1):
        row = [i * GAP_COST]
        for j, b in enumerate(spine, 1):
            row.append(min(above[j - 1] + confusion_cost(a, b), above[j] + GAP_COST, row[j - 1] + GAP_COST))
        table.append(row)
        above = row
    return table
