# SPDX-License-Identifier: Apache-2.0
"""The text of plates: syntax, diplomatic codes, voting over reads, similarity; the rules are data."""

from wayside.plates.codes import Sender, read_codes, shipped_codes
from wayside.plates.decode import decode
from wayside.plates.errors import PatternError, PlateError, TableError
from wayside.plates.strict import strict
from wayside.plates.text import canonical_key, normalise
from wayside.plates.vote import vote

__all__ = [
    "PatternError",
    "PlateError",
    "Sender",
    "TableError",
    "canonical_key",
    "decode",
    "normalise",
    "read_codes",
    "shipped_codes",
    "strict",
    "vote",
]
