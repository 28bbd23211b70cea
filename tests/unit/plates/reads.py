# SPDX-License-Identifier: Apache-2.0
"""Reads for the tests of voting, made from text."""

from __future__ import annotations

from wayside.domain import Box, PlateRead


def read(text: str, sure: float = 0.9, *also: tuple[int, str, float]) -> PlateRead:
    """A read of `text` whose every character has probability `sure`; `also` adds candidates at positions."""
    positions = [[(character, sure)] for character in text]
    for place, character, chance in also:
        positions[place].append((character, chance))
    ordered = tuple(tuple(sorted(position, key=lambda item: -item[1])) for position in positions)
    return PlateRead(ordered, Box(0, 0, 100, 20), 0.5)
