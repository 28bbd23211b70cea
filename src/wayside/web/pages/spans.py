# SPDX-License-Identifier: Apache-2.0
"""Spans of whole days as people choose them on a page, in the site's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Annotated

from pydantic import BeforeValidator

from wayside.domain import UsageError
from wayside.web.guard import Granted

Day = Annotated[date | None, BeforeValidator(lambda value: value or None)]
"""A day of a form; left empty: none."""


@dataclass(frozen=True, slots=True)
class Span:
    """From the first day to the last, both included."""

    first: date
    last: date
    since: datetime
    """The first moment; aware."""
    until: datetime
    """The first moment that is out."""


def span_of(gate: Granted, first: date | None, last: date | None, days: int, most: int) -> Span:
    """The days chosen: today is the last where none is stated, and `days` before it the first.

    Raises UsageError where they end before they begin, or are more than `most`.
    """
    zone = gate.services.zone
    end = last or gate.services.store.now().astimezone(zone).date()
    begin = first or end - timedelta(days=days - 1)
    if begin > end:
        raise UsageError("the span ends before it begins; give the first day before the last")
    if (end - begin).days >= most:
        raise UsageError(f"a span of {most} days at most can be shown; choose a shorter one")
    return Span(
        begin,
        end,
        datetime.combine(begin, time(), zone),
        datetime.combine(end + timedelta(days=1), time(), zone),
    )


def days_of(span: Span, zone: tzinfo) -> list[tuple[datetime, datetime]]:
    """The first moment of each day of a span, and the first that is out; a day may have 23 hours, or 25."""
    dates = [span.first + timedelta(days=at) for at in range((span.last - span.first).days + 2)]
    return list(pairwise(datetime.combine(one, time(), zone) for one in dates))
