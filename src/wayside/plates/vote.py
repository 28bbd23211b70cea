# SPDX-License-Identifier: Apache-2.0
"""What all reads of one vehicle say together: their evidence is added up character by character, then decoded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress
from math import exp, log, prod
from typing import Final

from wayside.domain import Alternative, PlateRead, PlateReading, Unread
from wayside.plates.align import Column, Row, akin, columns, tops
from wayside.plates.honesty import GROWTH, backing, honest, sureness, worth
from wayside.plates.lattice import MOST_CANDIDATES, Lattice, Slot, Spread, spread
from wayside.plates.matcher import LONGEST, matcher
from wayside.plates.search import LOG_STRAY, MOST_STRAY, Guess, search
from wayside.plates.strict import probabilities
from wayside.plates.text import ALPHABET, folded

MINIMUM_PROBABILITY: Final = 0.2
"""Below this the reads are held to disagree; what is stated says with its probability that it may well be wrong."""

DEPENDENCE: Final = 0.85
"""Weight of a single read's evidence; of several together it grows as `honesty.GROWTH` says."""

BLUNDER: Final = 0.005
"""Chance that a read is plainly wrong at a position whatever it claims: bounds what a single read can say."""

_ANY: Final = BLUNDER / len(ALPHABET)

BATCH: Final = 64

FAR: Final = 8.0
"""Characters this much (log) less likely than the first are left out of a position."""

LOG_LOST: Final = log(0.02)
"""A read lacks a character that is there, or has one that is not."""

WEAK: Final = 0.6
"""Lettering that fits no plate and whose characters are on average less sure than this is no plate."""

_State = Callable[[Sequence[Row], Sequence[float], list[Alternative]], list[Alternative]]
"""Gives the ranked texts the probabilities to state."""

MOST_ALTERNATIVES: Final = 5
WORTH_NAMING: Final = 0.001


def vote(
    reads: Sequence[PlateRead],
    *,
    country: str | None = None,
    minimum_probability: float = MINIMUM_PROBABILITY,
) -> PlateReading:
    """The reading that the reads of one vehicle make together; their order does not matter.

    Args:
        reads: of one vehicle, any number, one is enough.
        country: where the camera stands (ISO 3166 alpha-2); its own plates are expected first.
        minimum_probability: a text less probable than this is not stated.

    Returns:
        The text with its probability (see `honesty`), other texts it may be, and how many reads agree: those that
        are the text after folding confusables (see `canonical_key`), strays at their ends aside.
    """
    return _decide(reads, country, minimum_probability, _honestly)


def taken_at_its_word(reads: Sequence[PlateRead], *, country: str | None = None) -> PlateReading:
    """`vote` with the reader believed and a text however improbable: what `blended` averages and `honesty` mends."""
    return _decide(reads, country, 0.0, lambda _rows, _sure, ranked: ranked)


def _decide(reads: Sequence[PlateRead], country: str | None, minimum_probability: float, state: _State) -> PlateReading:
    rows = [row for row in (_row(read) for read in reads) if row]
    if not rows:
        return _unread(Unread.NO_PLATE_FOUND, (), len(reads))
    sure = sureness(rows)
    same = akin(rows, sure)
    lattice = fused(list(compress(rows, same)), worth(list(compress(sure, same))))
    guesses = [guess for guess in search(lattice, matcher(country)) if guess.text]
    ranked = state(rows, sure, [Alternative(g.text, p) for g, p in zip(guesses, probabilities(guesses), strict=True)])
    named = tuple(a for a in ranked[: MOST_ALTERNATIVES + 1] if a.probability >= WORTH_NAMING)
    if not guesses or (_no_plate(guesses[0], lattice) and _agreeing(rows, guesses[0].text) * 2 > len(rows)):
        return _unread(Unread.NOT_A_PLATE, named[:MOST_ALTERNATIVES], len(rows))
    if ranked[0].probability < minimum_probability or _no_plate(guesses[0], lattice):
        return _unread(Unread.READS_DISAGREE, named[:MOST_ALTERNATIVES], len(rows))
    agreeing = _agreeing(rows, ranked[0].text)
    return PlateReading(ranked[0].text, ranked[0].probability, named[1:], agreeing, None)


def _honestly(rows: Sequence[Row], sure: Sequence[float], ranked: list[Alternative]) -> list[Alternative]:
    """The first with the probability it deserves; what it loses goes to texts that nobody thought of."""
    if not ranked:
        return ranked
    first, *others = ranked
    stated = honest(first.probability, backing(rows, sure, first.text))
    share = min(stated / first.probability, (1 - stated) / max(1 - first.probability, 1e-9))
    return [Alternative(first.text, stated), *(Alternative(o.text, o.probability * share) for o in others)]


def fused(rows: Sequence[Row], looks: float) -> Lattice:
    """The lattice of all rows together, worth so many `looks`; positions that no character wins are left out."""
    weight = DEPENDENCE * looks ** (GROWTH - 1)
    slots = [_slot(column, weight) for column in columns(rows)]
    return tuple([slot for slot in slots if slot[0][0]])[: LONGEST + MOST_STRAY + 1]


def _row(read: PlateRead) -> Row:
    return tuple([chances for chances in map(spread, read.characters) if chances])


def _slot(column: Column, weight: float) -> Slot:
    """One position: the weighted evidence for each character, and for there being none, added up over the reads."""
    present = [spread for spread in column if spread is not None]
    lost = (len(column) - len(present)) * LOG_LOST
    evidence = {c: _evidence(present, c) + lost for c in _mentioned(present, weight)}
    if lost:
        evidence[""] = len(present) * (LOG_LOST + LOG_STRAY)
    highest = max(evidence.values())
    close = {c: weight * (e - highest) for c, e in evidence.items() if weight * (highest - e) < FAR}
    log_total = log(sum([exp(e) for e in close.values()]))
    ranked = sorted(close.items(), key=lambda item: (-item[1], item[0]))[: MOST_CANDIDATES + 1]
    return tuple([(c, e - log_total) for c, e in ranked])


def _mentioned(spreads: Sequence[Spread], weight: float) -> list[str]:
    """The characters that the reads together hold for likely; others could only come out `FAR` behind."""
    votes: dict[str, float] = {}
    for chances in spreads:
        for character, chance in chances.items():
            votes[character] = votes.get(character, 0.0) + chance
    least = max(votes.values()) * exp(-1.5 * FAR / (weight * len(spreads)))
    likely = [c for c, chance in votes.items() if chance >= least]
    return sorted(likely, key=lambda c: (-round(votes[c], 9), c))[:MOST_CANDIDATES]


def _evidence(spreads: Sequence[Spread], character: str) -> float:
    """Log of the joint probability of all reads if `character` stands here; in batches that cannot underflow."""
    total = 0.0
    for start in range(0, len(spreads), BATCH):
        batch = spreads[start : start + BATCH]
        total += log(prod([(1 - BLUNDER) * chances.get(character, 0.0) + _ANY for chances in batch]))
    return total


def _no_plate(best: Guess, lattice: Lattice) -> bool:
    """Whether this is lettering, not a plate: no known syntax, and few characters, no digit or unsure ones."""
    if best.fits:
        return False
    sure = exp(sum(slot[0][1] for slot in lattice) / len(lattice))
    return len(best.text) < 3 or not any(c.isdigit() for c in best.text) or sure < WEAK


def _agreeing(rows: Sequence[Row], text: str) -> int:
    """Reads that say `text` once confusables are folded; up to two strays at the ends are forgiven."""
    key = folded(text)
    keys = [folded(tops(row)) for row in rows]
    return sum(key in read and len(read) - len(key) <= MOST_STRAY for read in keys)


def _unread(reason: Unread, alternatives: tuple[Alternative, ...], reads: int) -> PlateReading:
    return PlateReading(None, None, alternatives, reads, reason)
