# SPDX-License-Identifier: Apache-2.0
"""Decides from syntax what a read says: O or 0, I or 1, and which characters belong to the plate at all."""

from __future__ import annotations

import math
from collections.abc import Sequence

from wayside.domain import Alternative, Characters
from wayside.plates.lattice import lattice_of_characters, lattice_of_text
from wayside.plates.matcher import Matcher, matcher
from wayside.plates.search import Guess, search
from wayside.plates.text import normalise


def strict(read: Characters | str, *, country: str | None = None) -> tuple[Alternative, ...]:
    """The texts that one read may stand for, most probable first.

    Args:
        read: a reader's characters, or plain text where no probabilities are known.
        country: where the camera stands (ISO 3166 alpha-2); its own plates are expected first.

    Returns:
        Texts with probabilities that add up to 1; empty where the read holds no plate character or more
        than a plate can hold.
    """
    guesses = guesses_of(read, matcher(country))
    return tuple(
        Alternative(guess.text, probability) for guess, probability in zip(guesses, probabilities(guesses), strict=True)
    )


def guesses_of(read: Characters | str, forms: Matcher) -> list[Guess]:
    """What text or characters may stand for among these forms, best first."""
    if isinstance(read, str):
        return search(lattice_of_text(normalise(read)), forms, claimed=False)
    return search(lattice_of_characters(read), forms)


def probabilities(guesses: Sequence[Guess]) -> list[float]:
    """Of each guess, given that one of them is right."""
    if not guesses:
        return []
    highest = max(guess.log_weight for guess in guesses)
    weights = [math.exp(guess.log_weight - highest) for guess in guesses]
    total = sum(weights)
    return [weight / total for weight in weights]
