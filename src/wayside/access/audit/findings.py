# SPDX-License-Identifier: Apache-2.0
"""What in the looks of a span of time deserves a question: not proof of misuse, but where to begin to ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from fnmatch import fnmatchcase
from itertools import chain
from statistics import median

from wayside.access.audit.looks import Look
from wayside.access.emptiness import weakness
from wayside.access.people import MINUTES_OF_DAY, Shift


class FindingKind(StrEnum):
    """What was noticed."""

    CANARY = "canary"
    REPEATED = "repeated"
    OFF_SHIFT = "off_shift"
    VOLUME = "volume"
    WEAK_REASON = "weak_reason"
    ONE_REFERENCE = "one_reference"


@dataclass(frozen=True, slots=True)
class Finding:
    """Looks of one person that go together, and why they deserve a question; the sentence names no plate."""

    kind: FindingKind
    person: str
    seqs: tuple[int, ...]
    says: str


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From when on something is noticed; the defaults ask rather too often than too seldom."""

    repeats: int = 5
    """Looks for one plate."""
    repeats_across: int = 3
    """The same under two references or more: a case of one's own has one number."""
    least_volume: int = 20
    """Fewer looks than this are never many."""
    volume_score: float = 3.5
    """Modified z-score (Iglewicz and Hoaglin, "How to detect and handle outliers", 1993) from which on it is."""
    least_peers: int = 3
    plates_of_reference: int = 15
    """Different plates under one reference."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the auditor knows beside the journal."""

    duties: Mapping[str, Sequence[Shift]] = field(default_factory=dict)
    """The weekly duty of each person who has one."""
    zone: tzinfo = UTC
    """In which duty is meant."""
    canaries: Collection[str] = ()
    """Plates that no vehicle carries."""
    thresholds: Thresholds = Thresholds()


def by_person(looks: Iterable[Look]) -> dict[str, list[Look]]:
    """The looks of each person."""
    found: defaultdict[str, list[Look]] = defaultdict(list)
    for look in looks:
        found[look.purpose.person].append(look)
    return dict(found)


def seqs_of(looks: Iterable[Look]) -> tuple[int, ...]:
    """The numbers of their entries, in order."""
    return tuple(sorted(look.seq for look in looks))


def meets(look: Look, plate: str) -> bool:
    """Whether a look was for this plate: by its text, or by a pattern that it fits."""
    if look.plate is None:
        return False
    return fnmatchcase(plate, look.plate.replace("[", "?")) if look.match == "pattern" else look.plate == plate


def canaries(looks: Sequence[Look], desk: Desk) -> Iterator[Finding]:
    """Looks for a plate that nobody has a reason to look for."""
    for person, theirs in by_person(looks).items():
        caught = [look for look in theirs if any(meets(look, plate) for plate in desk.canaries)]
        if caught:
            yield Finding(FindingKind.CANARY, person, seqs_of(caught), f"{len(caught)} looks for a canary plate")


def repeated(looks: Sequence[Look], desk: Desk) -> Iterator[Finding]:
    """One plate again and again by one person."""
    targets: defaultdict[tuple[str, str], list[Look]] = defaultdict(list)
    for look in looks:
        if look.plate is not None and not look.continued:
            targets[look.purpose.person, look.plate].append(look)
    for (person, _), same in targets.items():
        references = {look.purpose.reference for look in same}
        limits = desk.thresholds
        if len(same) >= limits.repeats or (len(references) > 1 and len(same) >= limits.repeats_across):
            says = f"the same plate {len(same)} times, under {len(references)} references"
            yield Finding(FindingKind.REPEATED, person, seqs_of(same), says)


def on_duty(at: datetime, shifts: Iterable[Shift], zone: tzinfo) -> bool:
    """Whether a moment lies in a weekly duty; one that passes midnight reaches into the next day."""
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    for shift in shifts:
        days = (local.weekday() - shift.weekday) % 7
        if shift.from_min <= days * MINUTES_OF_DAY + minute < shift.to_min:
            return True
    return False


def off_shift(looks: Sequence[Look], desk: Desk) -> Iterator[Finding]:
    """Looks outside the person's duty; of who has none entered, nothing is said."""
    for person, theirs in by_person(looks).items():
        shifts = desk.duties.get(person)
        away = [look for look in theirs if shifts and not on_duty(look.at, shifts, desk.zone)]
        if away:
            yield Finding(FindingKind.OFF_SHIFT, person, seqs_of(away), f"{len(away)} looks outside the hours of duty")


def score(count: int, peers: Sequence[int]) -> float:
    """The modified z-score of a count among its peers' counts; 0 for what is not above their median."""
    middle = median(peers)
    spread = median(abs(peer - middle) for peer in peers)
    # Where most peers do exactly as much, one more would be infinitely many: a tenth of the median is taken as spread.
    return max(0.0, 0.6745 * (count - middle) / max(spread, middle / 10, 1))


def volume(looks: Sequence[Look], desk: Desk) -> Iterator[Finding]:
    """Many more looks than the others who looked in the same span."""
    counts = {person: len(theirs) for person, theirs in by_person(looks).items()}
    limits = desk.thresholds
    for person, count in counts.items():
        peers = [other for name, other in counts.items() if name != person]
        if count < limits.least_volume or len(peers) < limits.least_peers:
            continue
        if score(count, peers) >= limits.volume_score:
            seqs = seqs_of(look for look in looks if look.purpose.person == person)
            says = f"{count} looks where the others have {median(peers):g} in the middle"
            yield Finding(FindingKind.VOLUME, person, seqs, says)


def by_reference(looks: Sequence[Look]) -> dict[tuple[str, str], list[Look]]:
    """The looks of each person under each reference."""
    found: defaultdict[tuple[str, str], list[Look]] = defaultdict(list)
    for look in looks:
        found[look.purpose.person, look.purpose.reference].append(look)
    return dict(found)


def weak_reasons(looks: Sequence[Look], desk: Desk) -> Iterator[Finding]:
    """References that hardly name a case."""
    for (person, reference), theirs in by_reference(looks).items():
        if why := weakness(reference):
            says = f"{len(theirs)} looks under a reference that {why}"
            yield Finding(FindingKind.WEAK_REASON, person, seqs_of(theirs), says)


def one_reference(looks: Sequence[Look], desk: Desk) -> Iterator[Finding]:
    """One reference for very many plates: a case number that was once good is handy for everything else."""
    for (person, _), theirs in by_reference(looks).items():
        plates = {look.plate for look in theirs if look.plate is not None}
        if len(plates) >= desk.thresholds.plates_of_reference:
            says = f"{len(plates)} different plates under one reference"
            yield Finding(FindingKind.ONE_REFERENCE, person, seqs_of(theirs), says)


CHECKS: tuple[Callable[[Sequence[Look], Desk], Iterator[Finding]], ...] = (
    canaries,
    repeated,
    off_shift,
    volume,
    weak_reasons,
    one_reference,
)


def findings(looks: Sequence[Look], desk: Desk) -> list[Finding]:
    """Everything that deserves a question, canaries first, then by how many looks it concerns."""
    order = list(FindingKind)
    found = chain.from_iterable(check(looks, desk) for check in CHECKS)
    return sorted(found, key=lambda one: (order.index(one.kind) > 0, -len(one.seqs), one.person, order.index(one.kind)))
