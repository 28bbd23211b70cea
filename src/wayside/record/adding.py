# SPDX-License-Identifier: Apache-2.0
"""Passages on their way into the record: made ready before anybody is kept waiting, and cut into parts."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from wayside.domain import Passage, RecordError
from wayside.record.rows import Row, row_of

BY_ITSELF = 3000
"""Passages of one transaction while nobody else wants the record: large ones take the least time for each."""
BESIDE_OTHERS = 4
"""Passages of one transaction beside others: each of those then waits some milliseconds, and not for the whole."""
REMEMBERED_S = 1.0
"""How long after somebody came by others are reckoned with."""


@dataclass(frozen=True, slots=True)
class Adding:
    """Passages to be added, with their rows but for number and time, and the pictures that came (SHA-256 → JPEG)."""

    passages: Sequence[Passage]
    rows: Sequence[Row]
    pictures: Mapping[str, bytes]

    def part(self, first: int, end: int) -> Adding:
        """Some of them, by their places."""
        return Adding(self.passages[first:end], self.rows[first:end], self.pictures)


def checked(passages: Sequence[Passage], pictures: Mapping[str, bytes], site: str, *, whole: bool) -> Adding:
    """The passages with the pictures that they name; made ready here, so that a bad one harms no other of its group.

    Raises RecordError for what cannot be kept, for a picture that is not what its name says, and, where all must be
    there, for a missing one.
    """
    for digest, data in pictures.items():
        if hashlib.sha256(data).hexdigest() != digest:
            raise RecordError(f"the picture {digest[:12]}… is not the one that its name says; take it again")
    for one in passages:
        for evidence in one.evidence if whole else ():
            if evidence.sha256 not in pictures:
                raise RecordError(f"passage {one.id}: the {evidence.role} picture is not the one that it names")
    sizes = {digest: len(data) for digest, data in pictures.items()}
    return Adding(passages, [made_ready(one, site, sizes) for one in passages], pictures)


def made_ready(passage: Passage, site: str, sizes: Mapping[str, int]) -> Row:
    """The row of a passage, without its number and time; raises RecordError where it cannot be kept."""
    try:
        return row_of(passage, 0, site, 0, sizes)
    except ValueError as error:
        raise RecordError(f"a passage cannot be kept: {error}") from None


class Crowd:
    """Whether others want the record too: then what is large is written in small parts, and they come in between."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds since any moment."""
        self._clock = clock
        self._until = -math.inf

    def met(self) -> None:
        """Somebody had to be waited for, or waited too."""
        self._until = self._clock() + REMEMBERED_S

    @property
    def part(self) -> int:
        """How many passages one transaction may write now."""
        return BESIDE_OTHERS if self._clock() < self._until else BY_ITSELF
