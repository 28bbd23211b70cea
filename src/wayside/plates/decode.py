# SPDX-License-Identifier: Apache-2.0
"""What a plate's text means: ranked registrations, each with the rule that says so and its probability."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from wayside.domain import Characters, PlateClass, Registration
from wayside.plates.codes import Senders, shipped_codes
from wayside.plates.matcher import Fit, Matcher, matcher
from wayside.plates.search import Guess, misread_missions, shapeless
from wayside.plates.strict import guesses_of, probabilities
from wayside.plates.tables import Series, known_marks, series_by_rule
from wayside.plates.text import normalise

WORTH_NAMING: Final = 0.001
MOST_CANDIDATES: Final = 12

TOO_RARE: Final = 1e-4
"""Forms that together are so much rarer than a plate of no known syntax explain nothing: 3K7 before a British gate
is no French mission's staff (3 K 7), but a short mark misread."""
NEGLIGIBLE: Final = 0.005
"""A text this much likelier than a plate of a mission one misread character away is taken as it stands."""

WRONG_COLOUR: Final = 0.05
"""Weight of a series whose ground has another colour than was seen: cameras mistake colours at night."""
MISSING_MARK: Final = 0.001
"""Weight of a series without the special character that was seen (使, 외교)."""

UNKNOWN: Final = Registration(None, PlateClass.UNKNOWN, None, None, "none", 1.0)
"""What is said of a text that fits no syntax."""


AGREED: Final = 0.9
"""What a class must reach for `agreed_class` to state it."""
CONTESTING: Final = 0.02
"""What a class of the home country must reach to contest one that only foreign plates have."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known beside the text."""

    ground: str | None = None
    """Colour of the plate's ground as a CSS name."""
    marks: frozenset[str] = frozenset()
    """Characters seen beyond A–Z and 0–9."""


def decode(
    text: str | Characters,
    *,
    country: str | None = None,
    ground: str | None = None,
    codes: Senders | None = None,
) -> tuple[Registration, ...]:
    """What a plate may be, most probable first; never empty and never an exception.

    Args:
        text: the plate as anybody wrote it, or a reader's characters with their probabilities.
        country: where the camera stands (ISO 3166 alpha-2).
        ground: colour of the plate's ground, where it was seen.
        codes: sender codes to use instead of the shipped ones (see `read_codes`).

    Returns:
        Registrations whose probabilities add up to at most 1. A text that fits no syntax as it stands is
        also tried with confusable characters exchanged; `supposed_text` then says what was supposed, and
        the probability is lowered by how unusual the confusion is. A plate of unknown syntax is one last
        registration of class `unknown`.
    """
    fits = matcher(country)
    hints = Hints(ground, _marks(text))
    senders = shipped_codes() if codes is None else codes
    plain = normalise(text) if isinstance(text, str) else None
    if plain is not None:
        exact = fits.weighed(fits.mask(plain), plain)
        if exact and _settled(plain, exact, fits, country):
            return _registrations([(plain, 1.0, exact)], plain, hints, senders)
    guesses = guesses_of(text, fits)
    if plain is not None:
        guesses = _with_misread(guesses, misread_missions(plain, fits))
    raw = plain if plain is not None else _top(text)
    return _registrations(_shares(guesses), raw, hints, senders)


def agreed_class(
    registrations: Sequence[Registration], *, country: str | None = None, minimum: float = AGREED
) -> PlateClass:
    """The class that the candidates of `decode` agree on; `unknown` where they leave it ambiguous.

    Args:
        registrations: as `decode` gives them.
        country: where the camera stands; a class that only foreign plates would have is not agreed on
            while a plate of another class of this country is a real possibility.
        minimum: the summed probability that a class must reach.
    """
    chances: dict[PlateClass, float] = defaultdict(float)
    at_home: dict[PlateClass, float] = defaultdict(float)
    for registration in registrations:
        chances[registration.plate_class] += registration.probability or 0.0
        if registration.country == country:
            at_home[registration.plate_class] += registration.probability or 0.0
    best = max(chances, key=lambda kind: chances[kind], default=PlateClass.UNKNOWN)
    contested = country is not None and best not in at_home and max(at_home.values(), default=0.0) >= CONTESTING
    return PlateClass.UNKNOWN if contested or chances[best] < minimum else best


def _settled(plain: str, exact: Sequence[tuple[Fit, float]], fits: Matcher, country: str | None) -> bool:
    """Whether the text fits as it stands where it was read, so that no confusion need be supposed."""
    if country is not None and all(fit.series.country != country for fit, _ in exact):
        return False
    weight = sum(w for _, w in exact)
    near = (fit.weight for mask in fits.mission_misread(plain) if mask for fit in fits.members(mask))
    return weight > NEGLIGIBLE * max(near, default=0.0)


def _with_misread(guesses: Sequence[Guess], misread: Sequence[Guess]) -> list[Guess]:
    """Both, each text once: where the search found it too, its guess knows more."""
    found = {guess.text for guess in guesses}
    return [*guesses, *(guess for guess in misread if guess.text not in found)]


def _marks(text: str | Characters) -> frozenset[str]:
    return known_marks().intersection(text) if isinstance(text, str) and not text.isascii() else frozenset()


def _top(text: str | Characters) -> str:
    return normalise(text) if isinstance(text, str) else normalise("".join(p[0][0] for p in text if p))


_Share = tuple[str, float, Sequence[tuple[Fit, float]]]
"""A text, its probability, the forms it fits with their weights."""


def _shares(guesses: Sequence[Guess]) -> list[_Share]:
    return [(g.text, p, g.fits) for g, p in zip(guesses, probabilities(guesses), strict=True)]


def _registrations(shares: Sequence[_Share], raw: str, hints: Hints, senders: Senders) -> tuple[Registration, ...]:
    """One registration for each rule, sender and text, ranked."""
    meanings: dict[tuple[str, str, str | None], float] = defaultdict(float)
    unknown = 0.0
    for text, share, fits in shares:
        total = sum([weight for _, weight in fits])
        if total <= TOO_RARE * shapeless(text):
            unknown += share
            continue
        for fit, weight in fits:
            code = fit.form.part(text, "sender") if fit.form.parts else None
            meanings[fit.series.rule, text, code] += share * weight / total * _hinted(fit.series, hints)
    everything = sum(meanings.values()) + unknown
    if not everything:
        return (UNKNOWN,)
    chances = [(weight / everything, meaning) for meaning, weight in meanings.items()]
    likely = sorted([c for c in chances if c[0] >= WORTH_NAMING], key=_ranking)[:MOST_CANDIDATES]
    found = [_registration(meaning, chance, raw, senders) for chance, meaning in likely]
    if unknown / everything >= WORTH_NAMING:
        found.append(replace(UNKNOWN, probability=unknown / everything))
        found.sort(key=lambda registration: -(registration.probability or 0.0))
    return tuple(found)


def _ranking(likely: tuple[float, tuple[str, str, str | None]]) -> tuple[float, str, str, str]:
    chance, (rule, text, code) = likely
    return -chance, rule, text, code or ""


def _registration(meaning: tuple[str, str, str | None], probability: float, raw: str, senders: Senders) -> Registration:
    rule, text, code = meaning
    series = series_by_rule()[rule]
    sender = senders.get((series.codes, code)) if series.codes and code else None
    return Registration(
        country=series.country,
        plate_class=series.plate_class,
        sender_code=code,
        sender_name=sender.name if sender else None,
        rule=rule,
        probability=probability,
        supposed_text=text if text != raw else None,
    )


def _hinted(series: Series, hints: Hints) -> float:
    factor = 1.0
    if hints.ground and hints.ground not in series.colours.grounds:
        factor = WRONG_COLOUR
    if (series.marks or hints.marks) and not (hints.marks and hints.marks.issubset("".join(series.marks))):
        factor *= MISSING_MARK
    return factor
