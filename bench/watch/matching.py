# SPDX-License-Identifier: Apache-2.0
"""How long one passage takes against many entries, beside asking each by itself: `python -m bench.watch.matching`."""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from wayside.domain import (
    Alternative,
    Direction,
    Occupants,
    OccupantStatus,
    Passage,
    PlateReading,
    Purpose,
    Vehicle,
    VehicleKind,
)
from wayside.plates import canonical_key
from wayside.watch import Draft, Entry, EntryKind, TermKind, terms_of
from wayside.watch.matching import Matcher, candidates_of
from wayside.watch.trie import Patterns

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LETTERS, DIGITS = "ABCDEFGHJKLMNOPRSTUVWXYZ", "0123456789"
SHARES = ((EntryKind.PLATE, 0.8), (EntryKind.NEAR, 0.15), (EntryKind.WILDCARD, 0.05))


def plate(chance: random.Random) -> str:
    """A text of the form of a current British plate."""
    return "".join(chance.choice(kind) for kind in (LETTERS, LETTERS, DIGITS, DIGITS, LETTERS, LETTERS, LETTERS))


def entry(number: int, chance: random.Random) -> Entry:
    """One entry of a list: mostly plates, some within one error, a few patterns."""
    kind = chance.choices([one for one, _ in SHARES], [share for _, share in SHARES])[0]
    text = plate(chance)
    if kind is EntryKind.WILDCARD:
        at = chance.randrange(1, 5)
        text = chance.choice((f"{text[:at]}?{text[at + 1 :]}", f"{text[:5]}*", f"*{text[-4:]}"))
    draft = Draft(kind, terms_of(kind, text), NOW + timedelta(days=30))
    return Entry(f"{number:032x}", 1, "l", "site", draft, Purpose("offence", "CR-2026/0001", "lena"), NOW, "r", "paul",
                 False, 0, NOW, None, None, None)  # fmt: skip


def passage(number: int, chance: random.Random) -> Passage:
    """A passage with a reading and three alternatives."""
    text = plate(chance)
    others = tuple(Alternative(text[:at] + chance.choice(LETTERS) + text[at + 1 :], 0.01) for at in (0, 1, 4))
    reading = PlateReading(text, 0.95, others, 5, None)
    return Passage(
        f"{number:032x}", "gate", NOW, NOW, Vehicle(VehicleKind.CAR, 0.9), reading, None,
        Direction((), None, None), (), Occupants(OccupantStatus.NOT_ATTEMPTED), (),
    )  # fmt: skip


def near(one: str, other: str) -> bool:
    """Whether at most one character is exchanged, missing or added."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) == len(longer):
        return sum(a != b for a, b in zip(shorter, longer, strict=True)) <= 1
    return len(longer) - len(shorter) == 1 and any(
        shorter == longer[:at] + longer[at + 1 :] for at in range(len(longer))
    )


def one_by_one(entries: Sequence[Entry]) -> Callable[[Passage], set[str]]:
    """The plain way: every entry is asked about every text."""
    asked = []
    for one in entries:
        term = one.draft.terms[0]
        alone = Patterns()
        if term.kind is TermKind.WILDCARD:
            alone.add(term.key, 0)
        asked.append((one.id, term.kind, term.key, alone))

    def fits(kind: TermKind, key: str, alone: Patterns, text: str) -> bool:
        if kind is TermKind.PLATE:
            return key == text
        return near(key, text) if kind is TermKind.NEAR else bool(alone.fitting(text))

    def found(passage: Passage) -> set[str]:
        texts = [canonical_key(text) for text, _ in candidates_of(passage)]
        return {name for name, kind, key, alone in asked if any(fits(kind, key, alone, text) for text in texts)}

    return found


def timed(work: Callable[[Passage], object], passages: Sequence[Passage]) -> list[float]:
    """Milliseconds of each passage."""
    spent = []
    for one in passages:
        began = time.perf_counter()
        work(one)
        spent.append(1000 * (time.perf_counter() - began))
    return spent


def main() -> None:
    """Measures, checks that both ways find the same, and prints one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--passages", type=int, default=2_000)
    parser.add_argument("--naive", type=int, default=5, help="passages that are asked one entry at a time")
    asked = parser.parse_args()
    chance = random.Random(1)
    entries = [entry(number, chance) for number in range(asked.entries)]
    some = [passage(number, chance) for number in range(asked.passages)]
    for number in range(0, asked.passages, 2):  # every other one is on the list
        wanted = entries[chance.randrange(len(entries))].draft.terms[0].text.replace("?", "A").replace("*", "B1")
        some[number] = replace(some[number], plate=replace(some[number].plate, text=wanted))
    began = time.perf_counter()
    matcher = Matcher(entries)
    made_s = time.perf_counter() - began
    spent = timed(matcher.matches, some)
    plain = one_by_one(entries)
    naive = timed(plain, some[: asked.naive])
    for one in some[: asked.naive]:
        assert {match.entry.id for match in matcher.matches(one)} == plain(one)
    cuts = statistics.quantiles(spent, n=100)
    print(json.dumps({
        "entries": asked.entries, "passages": asked.passages, "compile_s": round(made_s, 2),
        "median_ms": round(statistics.median(spent), 3), "p99_ms": round(cuts[98], 3),
        "matches": sum(len(matcher.matches(one)) for one in some),
        "one_by_one_median_ms": round(statistics.median(naive), 1),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
