# SPDX-License-Identifier: Apache-2.0
"""Finds the plates within one error of a text among tens of millions: every neighbour of the text is looked up.

A plate of up to twelve characters is one 64-bit number (base 37, left-aligned, 0 for "no character"), so the
numbers sort like the texts. A text of seven characters has 540 neighbours by one exchanged, added or lost
character; looking all of them up in one sorted array takes less than a millisecond and eight bytes a plate.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from wayside.plates.distance import distance
from wayside.plates.errors import PlateError
from wayside.plates.text import ALPHABET, normalise

LONGEST: Final = 12
BASE: Final = len(ALPHABET) + 1

Codes = npt.NDArray[np.uint64]
"""uint64 (N,): one plate each."""

_WEIGHTS: Final = tuple(BASE ** (LONGEST - 1 - place) for place in range(LONGEST))
_VALUE: Final = {character: value for value, character in enumerate(ALPHABET, 1)}
_STEPS: Final = np.arange(1, BASE, dtype=np.uint64)
_FRESH_MOST: Final = 100_000


class PlateIndex:
    """Distinct plates, asked by `within_one_error`; new ones may be added at any time.

    Not made for several threads that write at once; reading while nobody writes is safe.
    """

    def __init__(self, codes: Codes) -> None:
        """Args: codes: sorted, distinct; use `build` or `load`."""
        self.codes = codes
        self._fresh: set[int] = set()

    @classmethod
    def build(cls, texts: Iterable[str]) -> PlateIndex:
        """Of any texts; they are normalised, repeated ones count once, those that no plate can be are left out."""
        fitting = (text for text in map(normalise, texts) if 0 < len(text) <= LONGEST)
        return cls(np.unique(np.fromiter(map(encode, fitting), dtype=np.uint64)))

    @classmethod
    def load(cls, path: Path) -> PlateIndex:
        """A saved index; the file is mapped into memory, not read."""
        codes = np.load(path, mmap_mode="r", allow_pickle=False)
        if codes.dtype != np.uint64 or codes.ndim != 1:
            raise PlateError(f"{path.name} is no plate index; build it anew")
        return cls(codes)

    def save(self, path: Path) -> None:
        """Everything, new plates too, as a NumPy file."""
        self._settle()
        np.save(path, self.codes, allow_pickle=False)

    def __len__(self) -> int:
        return len(self.codes) + len(self._fresh)

    def __contains__(self, text: str) -> bool:
        plain = normalise(text)
        return 0 < len(plain) <= LONGEST and bool(self._known(np.array([encode(plain)], dtype=np.uint64)))

    def add(self, text: str) -> bool:
        """Adds one plate; False if it was there already or can be no plate."""
        plain = normalise(text)
        if not 0 < len(plain) <= LONGEST or plain in self:
            return False
        self._fresh.add(encode(plain))
        if len(self._fresh) > _FRESH_MOST:
            self._settle()
        return True

    def within_one_error(self, text: str) -> tuple[str, ...]:
        """The plates that differ from `text` by at most one exchanged, added or lost character.

        The text itself comes first if it is there, then by `distance`, so confusable characters come early.
        """
        plain = normalise(text)
        if not 0 < len(plain) <= LONGEST + 1:
            return ()
        found = [decode_code(code) for code in self._known(neighbours(plain))]
        return tuple(sorted(found, key=lambda other: (distance(plain, other), other)))

    def _known(self, codes: Codes) -> list[int]:
        hits: list[int] = []
        if len(self.codes):
            places = np.searchsorted(self.codes, codes)
            places[places == len(self.codes)] = 0
            hits = codes[self.codes[places] == codes].tolist()
        if self._fresh:
            hits += self._fresh.intersection(codes.tolist())
        return hits

    def _settle(self) -> None:
        if self._fresh:
            fresh = np.fromiter(self._fresh, dtype=np.uint64)
            self.codes = np.union1d(self.codes, fresh)
            self._fresh = set()


def encode(plain: str) -> int:
    """A normalised text of 1 to 12 characters as a number."""
    return sum(_VALUE[c] * weight for c, weight in zip(plain, _WEIGHTS, strict=False))


def decode_code(code: int) -> str:
    """The text of a number made by `encode`."""
    text = []
    for weight in _WEIGHTS:
        value, code = divmod(code, weight)
        if value:
            text.append(ALPHABET[value - 1])
    return "".join(text)


def neighbours(plain: str) -> Codes:
    """The sorted numbers of `plain` and of all texts one error away that an index can hold."""
    parts = [np.array([encode(plain)] if len(plain) <= LONGEST else [], dtype=np.uint64)]
    shorter = {encode(plain[:place] + plain[place + 1 :]) for place in range(len(plain)) if len(plain) > 1}
    parts.append(np.array(sorted(shorter), dtype=np.uint64))
    if len(plain) <= LONGEST:
        for place, character in enumerate(plain):
            weight = _WEIGHTS[place]
            parts.append(_STEPS * np.uint64(weight) + np.uint64(encode(plain) - _VALUE[character] * weight))
    if len(plain) < LONGEST:
        for place in range(len(plain) + 1):
            rest = encode(plain[:place]) + encode(plain[place:]) // BASE ** (place + 1)
            parts.append(_STEPS * np.uint64(_WEIGHTS[place]) + np.uint64(rest))
    return np.unique(np.concatenate(parts))
