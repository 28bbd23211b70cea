# SPDX-License-Identifier: Apache-2.0
"""The noisy-channel search: which texts can a lattice stand for, weighed by what plates there are.

A read is taken as a plate's text that went through a channel: characters are confused, the country's letter
in the blue band is read as a first character, a department or sticker as a last one. The search walks the
lattice with all forms of all countries at once (one bit each) and keeps the best few dozen ways.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from wayside.plates.lattice import TWINS, Lattice, Slot, lattice_of_text
from wayside.plates.matcher import LONGEST, NO_FORM, NO_FORM_SHARE, Fit, Matcher
from wayside.plates.text import ALPHABET

WIDTH: Final = 30
"""Ways kept at each position; more find nothing more in our reads."""
MARGIN: Final = 10.0
"""Ways this much (log) worse than the best are dropped."""

LOG_TAIL: Final = math.log(0.04)
"""What stands at the right of the text by rule (the French department) was read as part of it."""
LOG_EDGE: Final = math.log(0.005)
"""Something else at an end was read as a character: a frame, a bolt, a sticker."""
LOG_INNER: Final = math.log(0.002)
"""Something within was read as a character: a bolt, a crack."""
LOG_SEAL: Final = math.log(0.02)
"""A seal or a coat of arms in a printed gap was read as a character."""
SURE_STRAY: Final = 0.1
"""A stray read as a character as surely as can be is so much rarer than one read with doubt: of our reads' first
characters 91 % of the true ones are stated at 0.99 and more, of 23 strays one."""
DOUBTED: Final = 3.0
"""So much faster than the reader's doubt grows the chance of a stray; from a doubt of 0.3 on it is any stray's."""
LOG_UNCLEAN: Final = math.log(0.2)
"""A read is wrong beyond twins (O of 0, I of 1) at all; errors keep company, so this is paid once."""
LOG_STRAY: Final = math.log(1 / 36)
"""Which character a stray one happens to be."""
LOG_TYPICAL: Final = math.log(1 / 30)
"""What one character of a plate costs under a typical form; makes ways of unequal length comparable."""

LOG_UNSEEN: Final = math.log(0.002)
"""A character was read as one that it was never confused with in our measurements, whatever it was."""

MOST_STRAY: Final = 2


@dataclass(frozen=True, slots=True)
class Guess:
    """One text that the lattice may stand for."""

    text: str
    log_weight: float
    """Log of prior times likelihood; comparable between guesses of one search only."""
    fits: tuple[tuple[Fit, float], ...]
    """The forms it fits with their prior weights; empty for a text of no known syntax."""


_NOTHING_MORE: Final = dict.fromkeys(ALPHABET, 0)

_Way = tuple[float, int, str, bool]
"""Score, bits of the forms still possible, text so far, whether an inner stray was left out."""


def search(lattice: Lattice, matcher: Matcher, *, claimed: bool = True) -> list[Guess]:
    """The texts that `lattice` may stand for, best first; never empty for a lattice of 1 to 12 positions.

    claimed: whether it holds what a reader says of its own sureness, not what one is taken to claim of plain text.
    """
    if not 0 < len(lattice) <= LONGEST + MOST_STRAY:
        return []
    top = "".join(slot[0][0] for slot in lattice)
    strays = [max(LOG_STRAY, dict(slot).get("", LOG_STRAY)) for slot in lattice]
    doubts = [_doubt(slot) if claimed else 0.0 for slot in lattice]
    ways: list[_Way] = [(0.0, -1, "", False)]
    ended: list[_Way] = []
    for at, slot in enumerate(lattice):
        if at > 0:
            ways.extend(_late_starts(at, top, strays, doubts, matcher))
            ended.extend(_early_ends(at, ways, top, strays, matcher))
        longer = _longer(ways, slot, matcher)
        if 0 < at < len(lattice) - 1:
            longer.extend(_inner_strays(ways, strays[at], matcher))
        ways = _pruned(longer)
    return _ranked(_pruned(ways + ended), top, matcher)


def misread_missions(text: str, matcher: Matcher) -> list[Guess]:
    """The plates of missions that `text` may be if any one character of it is wrong, however unusually.

    Mission plates are few and their forms strict, so a misread one may look like a rare civil plate from
    elsewhere; these guesses keep that doubt alive. Comparable with those of `search` of the text alone.
    """
    sure = sum(slot[0][1] for slot in lattice_of_text(text))
    guesses = []
    for at, mask in enumerate(matcher.mission_misread(text)):
        if not mask:
            continue
        likely = {c for fit in matcher.members(mask) for c in fit.form.places[at]} - {text[at]}
        cost = sure - lattice_of_text(text[at])[0][0][1] + LOG_UNSEEN + LOG_UNCLEAN - math.log(len(likely) or 1)
        for character in sorted(likely):
            other = text[:at] + character + text[at + 1 :]
            fits = tuple(matcher.weighed(mask & matcher.mask(other), other))
            if fits:
                guesses.append(Guess(other, cost + math.log(sum(w for _, w in fits)), fits))
    return guesses


def _longer(ways: list[_Way], slot: Slot, matcher: Matcher) -> list[_Way]:
    """Every way with each character of the slot that some form allows; the first choice is always allowed."""
    first = slot[0][0]
    taken: list[_Way] = []
    for score, mask, text, cut in ways:
        row = matcher.bits[len(text)] if len(text) < LONGEST else _NOTHING_MORE
        for character, log_p in slot:
            if not character:
                taken.append((score + log_p, mask, text, cut))
                continue
            left = mask & row[character]
            if left > NO_FORM or (left and character == first):
                taken.append((score + log_p + LOG_TYPICAL, left, text + character, cut))
    return taken


def _inner_strays(ways: list[_Way], stray: float, matcher: Matcher) -> list[_Way]:
    """Ways that hold this position for a stray: a seal in a printed gap, or anything once."""
    found: list[_Way] = []
    for score, mask, text, cut in ways:
        if cut or not text or mask == NO_FORM:
            continue
        found.append((score + LOG_INNER + stray, mask & ~NO_FORM, text, True))
        sealed = mask & matcher.seals[len(text)]
        if sealed:
            found.append((score + LOG_SEAL + stray, sealed, text, True))
    return found


def _pruned(ways: list[_Way]) -> list[_Way]:
    ways.sort(key=lambda way: -way[0])
    if not ways:
        return ways
    worst = ways[0][0] - MARGIN
    return [way for way in ways[:WIDTH] if way[0] >= worst]


def _doubt(slot: Slot) -> float:
    """Log of how much rarer it is that a stray was read as surely as this one was."""
    return math.log(min(1.0, SURE_STRAY + DOUBTED * (1 - math.exp(slot[0][1]))))


def _late_starts(at: int, top: str, strays: list[float], doubts: list[float], matcher: Matcher) -> list[_Way]:
    """Ways whose plate begins only at position `at`: after a country's sign or after strays."""
    found: list[_Way] = []
    for chance, forms in matcher.bands.get(top[:at], ()):
        found.append((math.log(chance) + sum(doubts[:at]), forms, "", False))
    if at <= MOST_STRAY:
        found.append((LOG_EDGE + sum(strays[:at]), ~NO_FORM, "", False))
    return found


def _early_ends(at: int, ways: list[_Way], top: str, strays: list[float], matcher: Matcher) -> list[_Way]:
    """Ways whose plate ended before position `at`, the rest being a known tail or strays."""
    rest = top[at:]
    if len(rest) > 3:
        return []
    endings = [
        (LOG_TAIL - math.log(len(accepted)) * len(rest), mask)
        for accepted, most, mask in matcher.tails
        if len(rest) <= most and accepted.issuperset(rest)
    ]
    if len(rest) <= MOST_STRAY:
        endings.append((LOG_EDGE + sum(strays[at:]), ~NO_FORM))
    found: list[_Way] = []
    for score, mask, text, cut in ways:
        whole = mask & matcher.ends[len(text)]
        if not whole:
            continue
        found.extend((score + cost, whole & after, text, cut) for cost, after in endings if whole & after)
    return found


def _ranked(ways: list[_Way], top: str, matcher: Matcher) -> list[Guess]:
    best: dict[str, Guess] = {}
    clean = top.translate(TWINS)
    for score, mask, text, _ in ways:
        fits = tuple(matcher.weighed(mask & matcher.ends[len(text)], text))
        weight = sum(w for _, w in fits) + (shapeless(text) if mask & NO_FORM else 0.0)
        if not weight:
            continue
        total = score - len(text) * LOG_TYPICAL + math.log(weight)
        total += 0.0 if text.translate(TWINS) == clean else LOG_UNCLEAN
        if text not in best or total > best[text].log_weight:
            best[text] = Guess(text, total, fits)
    return sorted(best.values(), key=lambda guess: (-guess.log_weight, guess.text))


def shapeless(text: str) -> float:
    """Prior weight of one text of no known syntax; very short and very long ones are rarer still."""
    usual = 1.0 if 4 <= len(text) <= 8 else 0.1
    return NO_FORM_SHARE * usual / 36.0 ** len(text)
