# SPDX-License-Identifier: Apache-2.0
"""Which numbers an export holds, in little room: rather too many than one too few."""

from __future__ import annotations

from itertools import pairwise

MOST = 1000
"""Ranges that are kept; beyond that the nearest are joined."""


class Ranges:
    """A set of whole numbers as ranges from first to last."""

    def __init__(self) -> None:
        self._found: list[list[int]] = []

    def add(self, number: int) -> None:
        """Adds a number."""
        if self._found and self._found[-1][1] + 1 == number:
            self._found[-1][1] = number
            return
        self._found.append([number, number])
        if len(self._found) > 2 * MOST:
            self._tidy()

    def _tidy(self) -> None:
        """Sorts the ranges, joins those that touch, then those with the smallest gaps until few are left."""
        merged: list[list[int]] = []
        for first, last in sorted(self._found):
            if merged and first <= merged[-1][1] + 1:
                merged[-1][1] = max(last, merged[-1][1])
            else:
                merged.append([first, last])
        gaps = sorted(after[0] - before[1] for before, after in pairwise(merged))
        widest = gaps[len(merged) - MOST - 1] if len(merged) > MOST else 0
        self._found = merged[:1]
        for first, last in merged[1:]:
            if first - self._found[-1][1] <= widest:
                self._found[-1][1] = last
            else:
                self._found.append([first, last])

    def document(self) -> list[list[int]]:
        """The ranges in order, at most MOST, as they are written in JSON."""
        self._tidy()
        return [list(one) for one in self._found]


def touching(left: list[list[int]], right: list[list[int]]) -> bool:
    """Whether two lists of ranges have a number in common."""
    return any(one[0] <= other[1] and other[0] <= one[1] for one in left for other in right)
