# SPDX-License-Identifier: Apache-2.0
"""What a request is for, part by part, as whoever signs reads it: times as times, longer periods beside those now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from wayside.access import Request
from wayside.record import Periods
from wayside.web.keeping import LONGER

Part = tuple[str, "str | datetime"]
"""Name and value."""
SITE = "site"
"""Left out: all of a page is of one site."""


def parts(asked: Request, now: Periods) -> list[Part]:
    """What exactly is asked for; `now`: the periods in force, which longer ones are compared with while they wait."""
    if asked.deed == LONGER and asked.used_at is None:
        return list(compared(asked.subject, asdict(now)))
    return list(named(asked.subject))


def compared(subject: Mapping[str, Any], now: Mapping[str, int]) -> Iterator[Part]:
    """The periods that would be others, with the days now and then."""
    for what, days in subject.items():
        if now.get(what) != days:
            yield what, f"{now.get(what)} → {days}"


def named(subject: Mapping[str, Any]) -> Iterator[Part]:
    """Each part that says something; what is grouped stands by itself."""
    for name, value in subject.items():
        if isinstance(value, Mapping) and name in {"criteria", "selection"}:
            yield from named(value)
        elif name != SITE and value not in (None, "", [], {}):
            yield name, said(value)


def said(value: Any) -> str | datetime:
    """One value in words."""
    if isinstance(value, Mapping):
        return ", ".join(str(said(one)) for _, one in sorted(value.items(), key=lambda part: part[0] != "text"))
    if isinstance(value, list):
        return ", ".join(str(said(one)) for one in value)
    return moment_or_text(value) if isinstance(value, str) else str(value)


def moment_or_text(text: str) -> str | datetime:
    """A time where the text is one, with its day and its zone; else the text."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return text if moment.tzinfo is None else moment
