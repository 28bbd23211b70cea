# SPDX-License-Identifier: Apache-2.0
"""Lays several reads of one plate under each other: columns of evidence, whatever was inserted or lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from wayside.plates.confusion import confusion_cost
from wayside.plates.lattice import Spread

Row = tuple[Spread, ...]
"""One read."""
Column = list[Spread | None]
"""One position of the plate: what each read says there; None where a read has no character for it."""

MOST_ASKED: Final = 8

AKIN: Final = 0.2
"""Of the longer read's length: what may be wrong, lost or inserted in a read of the same plate."""

GAP_COST: Final = 0.9
"""Cost of an inserted or lost character against 1 for a wholly different one."""


def akin(rows: Sequence[Row], sure: Sequence[float]) -> list[bool]:
    """Which reads are of one and the same whole plate; of some sureness (see `honesty`).

    A plate that the picture's edge cuts loses many characters together, and what is no plate has none of them: in
    columns such reads would speak against every character that the others have. The plate is taken to be what is
    nearest to the reads, the surer ones above all.
    """
    texts = [tops(row) for row in rows]
    weights: dict[str, float] = {}
    for text, one in zip(texts, sure, strict=True):
        weights[text] = weights.get(text, 0.0) + one
    asked = sorted(weights, key=lambda text: (-round(weights[text], 9), text))[:MOST_ASKED]
    near: dict[str, dict[str, bool]] = {}
    for plate in asked:  # as far as it is from the other, the other is from it
        near[plate] = {text: near[text][plate] if text in near else _near(text, plate) for text in weights}
    middle = max(asked, key=lambda one: (round(sum(weights[t] for t in weights if near[one][t]), 9), len(one), one))
    return [near[middle][text] for text in texts]


def _near(text: str, plate: str) -> bool:
    """Whether two texts may be reads of one plate; the same either way round."""
    allowed = max(1.0, AKIN * max(len(text), len(plate)))
    gaps = abs(len(text) - len(plate))
    if gaps * GAP_COST > allowed:
        return False
    if not gaps:
        placed = sum(map(confusion_cost, text, plate))
        if placed <= allowed or allowed < 2 * GAP_COST:  # any other way than place by place has two gaps
            return placed <= allowed
    return _costs(text, plate)[-1][-1] <= allowed


def columns(rows: Sequence[Row]) -> list[Column]:
    """The reads aligned; each column holds one entry a read, in the order of `rows`.

    The reads of the commonest length make the columns; others are laid against them where they fit best,
    and what they have too many gets a column of its own. The order of `rows` does not matter.
    """
    texts = [tops(row) for row in rows]
    counts = Counter(texts)
    spine = _spine(counts)
    paths = {text: _path(text, spine) for text in counts if not _same_places(text, spine)}
    laid = [
        _laid(row, paths[text], len(spine)) if text in paths else (row, {})
        for row, text in zip(rows, texts, strict=True)
    ]
    most: dict[int, int] = {}
    for _, strays in laid:
        for place, beside in strays.items():
            most[place] = max(most.get(place, 0), len(beside))
    found: list[Column] = []
    for place in range(len(spine) + 1):
        for number in range(most.get(place, 0)):
            found.append([_at(strays.get(place, ()), number) for _, strays in laid])
        if place < len(spine):
            found.append([own[place] for own, _ in laid])
    return found


def _at(strays: Sequence[Spread], number: int) -> Spread | None:
    return strays[number] if number < len(strays) else None


def tops(row: Row) -> str:
    """The reader's first choice at each position."""
    return "".join([next(iter(spread)) for spread in row])


def _spine(texts: Counter[str]) -> str:
    """The text that all reads are laid against: the commonest of the commonest length.

    Where reads of that length do not stand place by place under each other, the text nearest to all is taken.
    """
    lengths: Counter[int] = Counter()
    for text, times in texts.items():
        lengths[len(text)] += times
    usual = max(lengths, key=lambda length: (lengths[length], length))
    alike = [text for text in texts if len(text) == usual]
    common = max(alike, key=lambda text: (texts[text], text))
    return common if all(_same_places(text, common) for text in alike) else _middle(texts)


def _middle(texts: Counter[str]) -> str:
    """The text nearest to all others; only the commonest few are asked."""
    asked = sorted(texts, key=lambda text: (-texts[text], text))[:MOST_ASKED]
    away = {one: sum(n * _costs(one, other)[-1][-1] for other, n in texts.items()) for one in asked}
    return min(asked, key=lambda text: (round(away[text], 9), text))


def _laid(row: Row, path: Sequence[str], length: int) -> tuple[Sequence[Spread | None], dict[int, list[Spread]]]:
    """One read along its path: its entry at each place, and its strays by the place that they stand before."""
    own: list[Spread | None] = [None] * length
    strays: dict[int, list[Spread]] = {}
    i, j = len(row), length
    for step in path:
        if step == "both":
            i, j = i - 1, j - 1
            own[j] = row[i]
        elif step == "row":
            i -= 1
            strays.setdefault(j, []).insert(0, row[i])
        else:
            j -= 1
    return own, strays


def _same_places(text: str, spine: str) -> bool:
    """Whether two texts are plainly the same positions, so that nothing needs aligning."""
    if len(text) != len(spine):
        return False
    return sum([a == b for a, b in zip(text, spine, strict=True)]) * 3 >= len(spine) * 2


def _path(text: str, spine: str) -> list[str]:
    """Steps of the cheapest alignment from the end to the start: "both", "row" or "spine".

    The sums are those that `_costs` made, so they may be compared exactly.
    """
    cost = _costs(text, spine)
    i, j, steps = len(text), len(spine), []
    while i or j:
        if i and j and cost[i][j] == cost[i - 1][j - 1] + confusion_cost(text[i - 1], spine[j - 1]):
            step = "both"
        elif i and (not j or cost[i][j] == cost[i - 1][j] + GAP_COST):
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
