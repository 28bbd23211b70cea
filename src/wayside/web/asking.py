# SPDX-License-Identifier: Apache-2.0
"""Understands what people type into the one search box: `LD?? X*`, `code 248 last week in`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from wayside.bootstrap import normalise
from wayside.domain import PlateClass, UsageError, VehicleColour, VehicleKind
from wayside.record.search import Criteria, PlateMatch, PlateQuery

ORDINARY_DAYS = 7
"""How far a search looks back that says nothing of time and names no whole plate."""
UNITS = {"minute": "minutes", "hour": "hours", "day": "days"}
WEEK, MONTH = 7, 30
CLASSES = {word.replace("_", " "): PlateClass(word) for word in PlateClass} | {
    "diplomat": PlateClass.DIPLOMATIC,
    "diplomats": PlateClass.DIPLOMATIC,
    "consul": PlateClass.CONSULAR,
    "army": PlateClass.MILITARY,
}
KINDS = {word.replace("_", " "): VehicleKind(word) for word in VehicleKind} | {
    "cars": VehicleKind.CAR,
    "lorry": VehicleKind.TRUCK,
    "lorries": VehicleKind.TRUCK,
    "trucks": VehicleKind.TRUCK,
    "buses": VehicleKind.BUS,
}
COLOURS = {word.value: word.value for word in VehicleColour} | {"gray": "grey", "silver": "grey", "orange": "yellow"}
"""As cameras state them: they tell neither silver from grey nor orange from yellow."""


@dataclass(frozen=True, slots=True)
class Known:
    """The names that the site uses, which a question may say as they are."""

    cameras: Collection[str] = ()
    gates: Collection[str] = ()
    ways: Collection[str] = ()
    places: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What was understood."""

    criteria: Criteria
    understood: tuple[tuple[str, str], ...]
    """Field and value of each part, in the order in which they were written, to be shown beside the answer."""
    supposed_days: int | None
    """How far back is looked because nothing was said of time; None where it was, or where a whole plate is named."""


@dataclass(slots=True)
class Reader:
    """Reads a question from its beginning to its end."""

    words: list[str]
    now: datetime
    known: Known
    fields: dict[str, Any] = field(default_factory=dict)
    understood: list[tuple[str, str]] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)

    def take(self, name: str, value: Any, count: int) -> int:
        """Notes a field; raises UsageError where it was stated already."""
        if name in self.fields:
            raise UsageError(f"the question states the {name.replace('_', ' ')} twice; leave one out")
        self.fields[name] = value
        self.understood.append((name, " ".join(self.words[:count])))
        return count


Part = Callable[[Reader], int]
"""Reads what the words begin with: how many words it took, 0 where it does not know them."""


def phrase(reader: Reader, names: Collection[str]) -> str | None:
    """The longest of some names that the words begin with, whatever their case."""
    text = " ".join(reader.words).casefold() + " "
    fitting = [name for name in names if text.startswith(name.casefold() + " ")]
    return max(fitting, key=len, default=None)


def named(field_name: str, names: Callable[[Reader], Collection[str]], value: Callable[[str], Any]) -> Part:
    """A part that is one of some names."""

    def read(reader: Reader) -> int:
        found = phrase(reader, names(reader))
        return 0 if found is None else reader.take(field_name, value(found), len(found.split()))

    return read


def after(lead: Sequence[str], pattern: str, field_name: str, value: Callable[[str], Any]) -> Part:
    """A part that is a word of its own before its value, as `code 248`."""

    def read(reader: Reader) -> int:
        if len(reader.words) < 2 or reader.words[0].casefold() not in lead:
            return 0
        fits = re.fullmatch(pattern, reader.words[1], re.IGNORECASE)
        return reader.take(field_name, value(reader.words[1]), 2) if fits else 0

    return read


def midnight(time: datetime) -> datetime:
    """The beginning of the day, in the zone of `time`."""
    return time.replace(hour=0, minute=0, second=0, microsecond=0)


def day(reader: Reader) -> int:
    """`today`, `yesterday`, `this week`, or a date."""
    today = midnight(reader.now)
    found = phrase(reader, ("today", "yesterday", "this week"))
    if found == "this week":
        return reader.take("since", today - timedelta(days=today.weekday()), 2)
    begin = {"today": today, "yesterday": today - timedelta(days=1)}.get(found or "") or date_of(
        reader.words[0], reader
    )
    if begin is None:
        return 0
    reader.fields.setdefault("until", min(begin + timedelta(days=1), reader.now + timedelta(minutes=1)))
    return reader.take("since", begin, 1)


def date_of(word: str, reader: Reader) -> datetime | None:
    """The beginning of a day that is written as 2026-11-22; None for another word."""
    try:
        return datetime.strptime(word, "%Y-%m-%d").replace(tzinfo=reader.now.tzinfo)
    except ValueError:
        return None


def span(reader: Reader) -> int:
    """`last hour`, `last 3 days`, `last week`, `last month`."""
    text = " ".join(reader.words).casefold()
    found = re.match(r"(?:last|past) (?:(\d{1,3}) )?(minute|hour|day|week|month)s?\b", text)
    if found is None:
        return 0
    count, unit = int(found[1] or 1), found[2]
    days = {"week": WEEK, "month": MONTH}.get(unit)
    length = timedelta(days=days * count) if days else timedelta(**{UNITS[unit]: count})
    return reader.take("since", reader.now - length, len(found[0].split()))


def aboard(reader: Reader) -> int:
    """`3 aboard`, `at least 2 aboard`, `at most 1 aboard`."""
    found = re.match(r"(at least |at most )?(\d{1,2}) (?:aboard|people|occupants)\b", " ".join(reader.words).casefold())
    if found is None:
        return 0
    count, words = int(found[2]), len(found[0].split())
    if found[1] != "at most ":
        reader.take("occupants_at_least", count, words)
    if found[1] != "at least ":
        reader.take("occupants_at_most", count, words)
    return words


PARTS: tuple[Part, ...] = (
    after(("code", "sender", "mission"), r"[0-9A-Z]{1,6}", "sender_code", str.upper),
    after(("from", "country"), r"[A-Z]{2}", "country", str.upper),
    span,
    day,
    aboard,
    named("confirmed", lambda reader: ("confirmed",), lambda word: True),
    named("read", lambda reader: ("not read", "unread"), lambda word: False),
    named("plate_class", lambda reader: CLASSES, CLASSES.__getitem__),
    named("kind", lambda reader: KINDS, KINDS.__getitem__),
    named("colour", lambda reader: COLOURS, COLOURS.__getitem__),
    named("gate", lambda reader: reader.known.gates, str),
    named("way", lambda reader: reader.known.ways, str),
    named("cameras", lambda reader: reader.known.cameras, lambda word: (word,)),
    named("place", lambda reader: reader.known.places, str),
)
"""What a question may say; the first part that knows the words takes them, the rest is the plate."""


def plate_of(words: Sequence[str]) -> PlateQuery | None:
    """The plate of a question: `~` before it allows one error, `?` and `*` stand for what is not known."""
    written = "".join(words)
    near = written.startswith("~")
    text = "".join(one if one in "?*" else normalise(one) for one in written)
    if not text:
        return None
    if near:
        return PlateQuery(text, PlateMatch.NEAR)
    return PlateQuery(text, PlateMatch.PATTERN if {"?", "*"} & set(text) else PlateMatch.EXACT)


def parts_of(reader: Reader) -> Iterator[int]:
    """Reads word by word; each step gives how many words were taken."""
    while reader.words:
        taken = next((count for part in PARTS if (count := part(reader))), 0)
        if not taken:
            reader.rest.append(reader.words[0])
        reader.words = reader.words[taken or 1 :]
        yield taken


def understand(text: str, now: datetime, known: Known, **stated: Any) -> Asked:
    """What a question means; `now` is aware, in the site's zone. `stated`: fields that a form states beside it.

    Raises UsageError for what cannot be meant.
    """
    reader = Reader(text.split(), now, known, {name: value for name, value in stated.items() if value is not None})
    for _ in parts_of(reader):
        pass
    plate = plate_of(reader.rest)
    if plate is not None:
        reader.take("plate", plate, 0)
        reader.understood[-1] = ("plate", " ".join(reader.rest))
    whole = plate is not None and plate.match is PlateMatch.EXACT
    supposed = None if whole or "since" in reader.fields else ORDINARY_DAYS
    if supposed is not None:
        reader.fields["since"] = midnight(now) - timedelta(days=supposed)
    return Asked(Criteria(**reader.fields), tuple(reader.understood), supposed)
