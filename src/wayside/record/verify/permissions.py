# SPDX-License-Identifier: Apache-2.0
"""Which blanks are permitted: those that an erasure entry of the journal names, and no other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from wayside.record.journal import KINDS
from wayside.record.verify.part import Blank
from wayside.record.verify.report import Finding

_OF_SOMETHING = frozenset({"passage", "amendment", "sighting", "hit"})
_SPOKEN = frozenset(kind.name for kind in KINDS.values() if kind.erasable) - _OF_SOMETHING
PERMITS: dict[str, frozenset[str]] = {
    "passages": frozenset({"passage", "amendment", "sighting"}),
    "sightings": frozenset({"sighting"}),
    "amendments": frozenset({"amendment"}),
    "hits": frozenset({"hit"}),
    "payloads": _SPOKEN,
    "pictures": frozenset(),
    "exports": frozenset(),
}
"""By what an erasure says that it erased: the kinds of entries that it permits to be blank."""

Span = tuple[int, int]
"""First and last number."""


class Permissions:
    """What the erasure entries of a journal permit. Their payloads must have been checked before."""

    def __init__(self) -> None:
        self._stated: dict[int, tuple[str, list[Span]]] = {}
        self._pictures: list[Span] = []
        """Of passages whose pictures were erased."""

    def add(self, seq: int, payload: bytes) -> None:
        """Takes in an erasure entry; one that cannot be understood permits nothing."""
        what, spans = _understood(payload)
        self._stated[seq] = (what, sorted((first, last) for first, last in spans if first <= last < seq))
        if what == "pictures":
            self._pictures += self._stated[seq][1]

    def kept_pictures(self, seqs: Iterable[int]) -> set[int]:
        """Those of the passages whose pictures no rule allowed to be erased."""
        spans, reach, kept = sorted(self._pictures), -1, set()
        place = 0
        for seq in sorted(seqs):
            while place < len(spans) and spans[place][0] <= seq:
                reach, place = max(reach, spans[place][1]), place + 1
            if reach < seq:
                kept.add(seq)
        return kept

    def refused(self, blank: Blank) -> Iterator[Span]:
        """The entries of a run of blanks that nothing permits."""
        what, spans = self._stated.get(-1 if blank.erased_by is None else blank.erased_by, ("", []))
        if blank.kind not in PERMITS.get(what, ()):
            yield blank.first, blank.last
            return
        begin = blank.first
        for first, last in spans[max(0, bisect_right(spans, (begin, begin)) - 1) :]:
            if last < begin:
                continue
            if first > blank.last:
                break
            if first > begin:
                yield begin, first - 1
            begin = last + 1
        if begin <= blank.last:
            yield begin, blank.last

    def findings(self, blanks: Iterable[Blank]) -> Iterator[Finding]:
        """The blanks that nothing permits."""
        for blank in blanks:
            for first, last in self.refused(blank):
                detail = f"kind {blank.kind}"
                yield Finding("blank-unpermitted", "journal", first, last if last > first else None, None, detail)


def _understood(payload: bytes) -> tuple[str, list[Span]]:
    """What an erasure says that it erased, and the entries that it names."""
    try:
        stated: Any = msgspec.json.decode(payload)
        spans = msgspec.convert(stated["ranges"], list[tuple[int, int]])
        return str(stated["what"]), spans
    except (msgspec.MsgspecError, KeyError, TypeError):
        return "", []
