# SPDX-License-Identifier: Apache-2.0
"""Says in words what a registration rests on: country, series, era, rank, sender, and the source of the rule."""

from __future__ import annotations

from dataclasses import dataclass

from wayside.domain import Registration
from wayside.plates.notation import Form
from wayside.plates.tables import Colours, Series, Source, authorities, series_by_rule
from wayside.plates.text import normalise


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the syntax tables know of one registration."""

    printed: str
    """The text with the separators of the plate."""
    country_name: str
    title: str
    """Of the series."""
    era: str
    """When the series was or is issued, as `1983-2001`; empty where the table does not say."""
    age: str | None
    """When the vehicle was first registered, where the text says it."""
    rank: str | None
    sender: str | None
    """`123: Ruritania`, or `code 248 (not mapped)`; None for plates without a sender."""
    colours: Colours
    source: Source


def explain(registration: Registration, text: str) -> Explanation | None:
    """What lies behind a registration that `decode` gave for `text`; None for one of unknown syntax."""
    series = series_by_rule().get(registration.rule)
    if series is None:
        return None
    plain = registration.supposed_text or normalise(text)
    form = _form(series, plain, registration.sender_code)
    return Explanation(
        printed=form.printed(plain) if form else plain,
        country_name=_name(series.country),
        title=series.title,
        era=series.era,
        age=series.ages.get(form.part(plain, "age") or "") if form else None,
        rank=series.rank,
        sender=_sender(registration),
        colours=series.colours,
        source=series.source,
    )


def _form(series: Series, plain: str, sender_code: str | None) -> Form | None:
    """The form of the series that the text fits, with the sender where the registration has it."""
    fitting = (form for form in series.forms if form.fits(plain))
    return next((form for form in fitting if form.part(plain, "sender") == sender_code), None)


def _name(country: str) -> str:
    return next(a.name for a in authorities() if a.country == country)


def _sender(registration: Registration) -> str | None:
    if registration.sender_code is None:
        return None
    if registration.sender_name is None:
        return f"code {registration.sender_code} (not mapped)"
    return f"{registration.sender_code}: {registration.sender_name}"
