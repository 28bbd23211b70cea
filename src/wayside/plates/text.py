# SPDX-License-Identifier: Apache-2.0
"""Turns anything somebody typed or a reader returned into the plain A–Z, 0–9 text that plates are compared by."""

from __future__ import annotations

import unicodedata
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Every character a normalised plate may hold; its order gives the bit of each in a character class."""

_PLAIN: Final = frozenset(ALPHABET)

_LOOK_ALIKES: Final = str.maketrans(
    {
        **dict(zip("АВЕКМНОРСТУХІЈЅ", "ABEKMHOPCTYXIJS", strict=True)),  # Cyrillic
        **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),  # Greek
        **dict(zip("ĐØŁ", "DOL", strict=True)),  # a stroke is no accent, so Unicode does not take it apart
    }
)

_FOLDED: Final = str.maketrans("OQDIBSZG", "00018526")


def normalise(text: str) -> str:
    """The A–Z and 0–9 of `text` in upper case, everything else left out; never raises.

    Accents go (Ä is A), Greek and Cyrillic letters become the Latin letter of the same look, full-width
    forms become plain. Ten thousand characters, markup or emoji are only text here.
    """
    if text.isascii():
        upper = text.upper()
        return upper if upper.isalnum() else "".join(c for c in upper if c in _PLAIN)
    apart = unicodedata.normalize("NFKD", text.upper()).translate(_LOOK_ALIKES)
    return "".join(c for c in apart if c in _PLAIN)


def canonical_key(text: str) -> str:
    """The text under which plates that a reader easily takes for each other are the same.

    O, Q and D fold to 0, I to 1, B to 8, S to 5, Z to 2 and G to 6. Two plates of one key are *candidates*
    for being the same; only the picture says whether they are.
    """
    return folded(normalise(text))


def folded(plain: str) -> str:
    """`canonical_key` of a text that is normalised already."""
    return plain.translate(_FOLDED)
