# SPDX-License-Identifier: Apache-2.0
"""Compares what a person reports with all entries: the plate as far as it was made out, and what it means.

How sure the observer was is shown beside the hit and never made into a probability: nobody has measured it.
"""

from __future__ import annotations

import itertools
import string
from collections.abc import Iterator

from wayside.domain import UNKNOWN_CHARACTER, Sighting
from wayside.plates import canonical_key, stated
from wayside.record import HitSource, Matched, SightingVersion, milliseconds
from wayside.watch.matching import Match, Matcher, in_force_for

MOST_UNKNOWN = 2
"""Characters that were not made out; with more of them too many plates would fit."""
LEAST_KNOWN = 3
FOLDED = sorted(set(canonical_key(string.digits + string.ascii_uppercase)))
"""Every character of a key."""


def keys_of(plate: str) -> Iterator[str]:
    """The `canonical_key` of every plate that may be meant; none where too little was made out."""
    parts = plate.split(UNKNOWN_CHARACTER)
    known = [canonical_key(one) for one in parts]
    if len(known) - 1 > MOST_UNKNOWN or sum(map(len, known)) < LEAST_KNOWN:
        return
    for between in itertools.product(FOLDED, repeat=len(known) - 1):
        yield "".join(itertools.chain.from_iterable(zip(known, (*between, ""), strict=True)))


def fitting(matcher: Matcher, one: Sighting) -> list[Match]:
    """The entries that a report fits, whenever they are in force; no entry twice.

    A character that was not made out may be any: it is the one error that an entry allows for.
    """
    plate, found = one.plate, set[int]()
    if plate is not None:
        whole = UNKNOWN_CHARACTER not in plate
        found.update(*(matcher.fitting(key, near=whole) for key in keys_of(plate)))
    matches = [Match(matcher.entries[number], plate, None) for number in sorted(found)]
    meant = set(meaning(matcher, one)) - found
    return matches + [Match(matcher.entries[number], None, None) for number in sorted(meant)]


def meaning(matcher: Matcher, one: Sighting) -> Iterator[int]:
    """The entries that ask for the class that was reported, or for what the whole plate means."""
    if one.plate_class is not None:
        yield from matcher.meaning(one.plate_class, None, None)
    if one.plate is not None and UNKNOWN_CHARACTER not in one.plate:
        meant = stated(one.plate)
        yield from matcher.meaning(meant.plate_class, meant.sender_code, meant.country)


def matched(matcher: Matcher, version: SightingVersion) -> list[Matched]:
    """What becomes hits of a report as it stands after one change; its place stands for the camera."""
    one, received_ms = version.sighting, milliseconds(version.at)
    return [
        Matched(
            site=one.site, source=HitSource.SIGHTING, source_id=one.id, source_seq=version.seq,
            camera=one.place.name or "", plate_class=None if one.plate_class is None else one.plate_class.value,
            began_ms=milliseconds(one.seen_at), received_ms=received_ms, entry=found.entry.id,
            version=found.entry.version, list_id=found.entry.list_id, text=found.text, probability=None,
        )
        for found in fitting(matcher, one)
        if in_force_for(found.entry, one.site, version.seq, one.seen_at, received_ms)
    ]  # fmt: skip
