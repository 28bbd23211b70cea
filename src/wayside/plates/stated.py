# SPDX-License-Identifier: Apache-2.0
"""The one registration that a passage states: only what the candidates of a text agree on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from wayside.domain import Registration
from wayside.plates.decode import agreed_class, decode

COUNTRY_FROM = 0.9
"""A country is stated only when it is nine times as likely as all others together."""


def stated(text: str, *, country: str | None = None) -> Registration:
    """What a plate's text means as far as it can be told.

    Where several countries use the syntax the country is None, where a civil and a diplomatic plate may both
    be meant the class is `unknown`; the rule is that of the most probable candidate.

    Args:
        text: as a reading gives it.
        country: where the camera stands (ISO 3166 alpha-2).
    """
    ranked = decode(text, country=country)
    first = ranked[0]
    countries: dict[str | None, float] = defaultdict(float)
    for each in ranked:
        countries[each.country] += each.probability or 0.0
    kind = agreed_class(ranked, country=country)
    return replace(
        first,
        country=first.country if countries[first.country] >= COUNTRY_FROM else None,
        plate_class=kind,
        sender_code=first.sender_code if kind == first.plate_class else None,
        sender_name=first.sender_name if kind == first.plate_class else None,
    )
