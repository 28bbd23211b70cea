# SPDX-License-Identifier: Apache-2.0
"""The text of plates: syntax, diplomatic codes, voting over reads, similarity; the rules are data."""

from typing import TYPE_CHECKING

from wayside.plates.blend import blended
from wayside.plates.codes import Sender, Senders, load_codes, read_codes, senders_with, shipped_codes
from wayside.plates.decode import agreed_class, decode
from wayside.plates.distance import distance
from wayside.plates.errors import PatternError, PlateError, TableError
from wayside.plates.explain import Explanation, explain
from wayside.plates.pattern import PlatePattern, partial, pattern
from wayside.plates.stated import stated
from wayside.plates.strict import strict
from wayside.plates.svg import draw
from wayside.plates.text import canonical_key, normalise
from wayside.plates.vote import taken_at_its_word, vote

if TYPE_CHECKING:
    from wayside.plates.index import PlateIndex

__all__ = [
    "Explanation",
    "PatternError",
    "PlateError",
    "PlateIndex",
    "PlatePattern",
    "Sender",
    "Senders",
    "TableError",
    "agreed_class",
    "blended",
    "canonical_key",
    "decode",
    "distance",
    "draw",
    "explain",
    "load_codes",
    "normalise",
    "partial",
    "pattern",
    "read_codes",
    "senders_with",
    "shipped_codes",
    "stated",
    "strict",
    "taken_at_its_word",
    "vote",
]


def __getattr__(name: str) -> object:
    """`PlateIndex` is loaded when it is asked for: it alone needs NumPy, which takes long to import."""
    if name == "PlateIndex":
        from wayside.plates.index import PlateIndex

        return PlateIndex
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
