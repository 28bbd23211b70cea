# SPDX-License-Identifier: Apache-2.0
"""Compares a passage with all entries at once: a hundred thousand of them in a fraction of a millisecond.

What is compared is every text that the plate may be, not only the best one. The probability of a match is that of all
the texts together that fit the entry, or that of what the plate means, where the entry asks for a class or a code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from wayside.domain import Passage, PlateClass
from wayside.plates import PlateIndex, canonical_key
from wayside.record import HitSource, Kept, Matched, milliseconds
from wayside.watch.entries import Entry
from wayside.watch.terms import TermKind
from wayside.watch.trie import Patterns

GRACE = timedelta(days=1)
"""How long before an entry came into force a passage may have been captured, and be recorded after that: cameras may
have been out of reach, and their clocks may be wrong. What lies further back is found by searching, for a purpose."""


class Match(NamedTuple):
    """An entry that a passage fits."""

    entry: Entry
    text: str | None
    """The most probable of the texts that fit; None where none had to."""
    probability: float | None
    """None where nobody can tell."""


@dataclass(slots=True)
class Fit:
    """What is known of one entry while a passage is compared with it."""

    text: str | None = None
    best: float = -1.0
    total: float = 0.0
    known: bool = True

    def add(self, text: str | None, probability: float | None) -> None:
        """One more text that fits, or that the meaning does."""
        share = 0.0 if probability is None else probability
        self.known = self.known and probability is not None
        self.total = min(1.0, self.total + share)
        if share > self.best:
            self.text, self.best = text, share


def candidates_of(passage: Passage) -> Iterator[tuple[str, float | None]]:
    """Every text that the plate may be, with its probability; None where nobody said."""
    reading, meant = passage.plate, passage.registration
    seen: set[str] = set()
    texts = [(reading.text, reading.probability), *((one.text, one.probability) for one in reading.alternatives)]
    if meant is not None and meant.supposed_text:
        texts.append((meant.supposed_text, meant.probability))
    for text, probability in texts:
        if text and text not in seen:
            seen.add(text)
            yield text, probability


class Matcher:
    """All entries compiled; made anew when they change. Reading it from several threads is safe."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        self._plates: defaultdict[str, list[int]] = defaultdict(list)
        self._near: defaultdict[str, list[int]] = defaultdict(list)
        self._classes: defaultdict[str, list[tuple[str | None, int]]] = defaultdict(list)
        self._codes: defaultdict[str, list[tuple[str | None, int]]] = defaultdict(list)
        self._patterns = Patterns()
        for number, entry in enumerate(self.entries):
            for term in entry.draft.terms:
                self._take(term.kind, term.key, term.country, number)
        self._near_index = PlateIndex.build(self._near) if self._near else None

    def _take(self, kind: TermKind, key: str, country: str | None, number: int) -> None:
        if kind is TermKind.WILDCARD:
            self._patterns.add(key, number)
        elif kind in {TermKind.PLATE, TermKind.NEAR}:
            (self._plates if kind is TermKind.PLATE else self._near)[key].append(number)
        else:
            (self._classes if kind is TermKind.CLASS else self._codes)[key].append((country, number))

    def matches(self, passage: Passage) -> list[Match]:
        """The entries that a passage fits, whenever they are in force; no entry twice."""
        fits: defaultdict[int, Fit] = defaultdict(Fit)
        for text, probability in candidates_of(passage):
            for number in self.fitting(canonical_key(text)):
                fits[number].add(text, probability)
        meant = passage.registration
        if meant is not None:
            for number in self.meaning(meant.plate_class, meant.sender_code, meant.country):
                if number not in fits:
                    fits[number].add(None, meant.probability)
        return [Match(self.entries[number], fit.text, fit.total if fit.known else None) for number, fit in fits.items()]

    def fitting(self, key: str, *, near: bool = True) -> set[int]:
        """The places among the entries of those that one text fits, by its `canonical_key`.

        `near`: whether an entry that allows for an error is fitted with one; else it is compared like any other.
        """
        found = {*self._plates.get(key, ()), *self._patterns.fitting(key)}
        if self._near_index is not None:
            for other in self._near_index.within_one_error(key) if near else (key,):
                found.update(self._near.get(other, ()))
        return found

    def meaning(self, plate_class: PlateClass, sender_code: str | None, country: str | None) -> Iterator[int]:
        """The places of those that ask for what a plate means."""
        listed = [*self._classes.get(plate_class.value, ()), *self._codes.get(sender_code or "", ())]
        return (number for of, number in listed if of in {None, country})


def applies(entry: Entry, kept: Kept) -> bool:
    """Whether an entry was in force for a passage when that was recorded, and the passage is not from long before."""
    one, received_ms = kept.passage, kept.received_ms
    received_ms = milliseconds(one.ended_at) if received_ms is None else received_ms
    return in_force_for(entry, kept.site, kept.seq, one.began_at, received_ms)


def in_force_for(entry: Entry, site: str, seq: int, began: datetime, received_ms: int) -> bool:
    """Whether an entry was in force for what was recorded at a place in the journal, and began at a time.

    `received_ms`: when it was recorded, in milliseconds since 1970.
    """
    if entry.site != site or entry.from_seq is None or entry.from_at is None or seq <= entry.from_seq:
        return False
    if entry.ended_seq is not None and seq > entry.ended_seq:
        return False
    return received_ms < milliseconds(entry.draft.expires_at) and began >= entry.from_at - GRACE


def probable(found: Match, least: float) -> bool:
    """Whether a match is worth a look; one of which nobody can tell is."""
    return found.probability is None or found.probability >= least


def matched(matcher: Matcher, kept: Kept, least: float) -> list[Matched]:
    """What becomes hits of a passage; `least`: the probability below which nobody is told."""
    one = kept.passage
    began_ms = milliseconds(one.began_at)
    return [
        Matched(
            site=kept.site, source=HitSource.PASSAGE, source_id=one.id, source_seq=kept.seq, camera=one.camera,
            plate_class=None if one.registration is None else one.registration.plate_class.value, began_ms=began_ms,
            received_ms=began_ms if kept.received_ms is None else kept.received_ms, entry=found.entry.id,
            version=found.entry.version, list_id=found.entry.list_id, text=found.text,
            probability=None if found.probability is None else round(found.probability, 4),
        )
        for found in matcher.matches(one)
        if applies(found.entry, kept) and probable(found, least)
    ]  # fmt: skip
