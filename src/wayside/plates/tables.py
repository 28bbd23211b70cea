# SPDX-License-Identifier: Apache-2.0
"""Loads the syntax tables: one TOML for each issuing authority, checked wholly before any of it is used."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Final

from wayside.domain import PlateClass
from wayside.plates.errors import PatternError, TableError
from wayside.plates.notation import LETTERS, CodeList, Form, character_set, forms

GRADES: Final = ("good", "medium", "weak", "common knowledge")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a line of a table comes from, when it was read, and how far it is to be trusted."""

    title: str
    date: str
    grade: str


@dataclass(frozen=True, slots=True)
class Colours:
    """Of a plate: letters on ground, and the band at the left where there is one; names of CSS colours."""

    text: str
    ground: str
    band: str | None
    rear: str | None
    """The ground at the rear of the vehicle where it is another one."""

    @property
    def grounds(self) -> tuple[str, ...]:
        """The grounds it may be seen with."""
        return (self.ground, self.rear) if self.rear else (self.ground,)


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of plate of one authority: its forms, what it means and who says so."""

    rule: str
    country: str
    title: str
    plate_class: PlateClass
    era: str
    share: float
    """Of the plates on this country's own roads; our estimate, only the order of magnitude counts."""
    forms: tuple[Form, ...]
    colours: Colours
    rank: str | None
    codes: str | None
    """Names the table of sender codes."""
    marks: tuple[str, ...]
    """Characters beyond A–Z and 0–9 that the plate carries."""
    tail: tuple[frozenset[str], int] | None
    """What else may be read at the right end (characters, at most how many), as the French department."""
    shared: bool
    """Another series of the same country has the same forms, so the text alone cannot tell them apart."""
    ages: Mapping[str, str]
    """What the part `age` of the text says of when it was first registered."""
    source: Source
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Authority:
    """Who issues plates: a country, with its distinguishing sign and all its series."""

    country: str
    name: str
    weight: float
    """How often its plates are met on a European road relative to the others; our estimate."""
    bands: tuple[str, ...]
    """Distinguishing signs in the band at the left, old ones too."""
    band: str | None
    """Colour of that band on the usual plates."""
    series: tuple[Series, ...]


@cache
def authorities() -> tuple[Authority, ...]:
    """All shipped authorities in order of their code; loaded once.

    Raises:
        TableError: names the file and line of the first mistake.
    """
    folder = resources.files("wayside.plates") / "data" / "syntax"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(load_authority(file) for file in files)


@cache
def series_by_rule() -> Mapping[str, Series]:
    """Every shipped series under its rule, as `gb/diplomatic`."""
    return {series.rule: series for authority in authorities() for series in authority.series}


@cache
def known_marks() -> frozenset[str]:
    """Characters beyond A–Z and 0–9 that tell a series, as 使 on Chinese diplomatic plates."""
    return frozenset(mark for series in series_by_rule().values() for mark in "".join(series.marks))


def load_authority(file: Traversable) -> Authority:
    """One syntax table.

    Raises:
        TableError: the file is not TOML, lacks a key, or a pattern or an example of it is wrong.
    """
    text = file.read_text(encoding="utf-8")
    try:
        table = tomllib.loads(text)
        return _Reader(file.name, text, table).authority()
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise TableError(file.name, int(line[1]) if line else None, f"not TOML: {error}") from error


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one parsed table and knows where in the file each thing stands, for the errors."""

    file: str
    text: str
    table: Mapping[str, Any]

    def authority(self) -> Authority:
        country = self.need(self.table, "country", str, self.file)
        name = self.need(self.table, "name", str, country)
        series = tuple(self.series(country, raw) for raw in self.table.get("series", ()))
        rules = [s.rule for s in series]
        twice = next((rule for rule in rules if rules.count(rule) > 1), None)
        if twice or not series:
            raise self.wrong(country, f"two series are called {twice}" if twice else "there is no [[series]]")
        weight = float(self.table.get("weight", 1.0))
        bands = tuple(self.table.get("bands", ()))
        return Authority(country, name, weight, bands, self.table.get("band"), series)

    def series(self, country: str, raw: Mapping[str, Any]) -> Series:
        identity = self.need(raw, "id", str, "[[series]]")
        kind = self.need(raw, "class", str, identity)
        if kind not in set(PlateClass):
            raise self.wrong(identity, f"class {kind!r} is none of {', '.join(PlateClass)}")
        tail = raw.get("tail")
        return Series(
            rule=f"{country.lower()}/{identity}",
            country=country,
            title=self.need(raw, "title", str, identity),
            plate_class=PlateClass(kind),
            era=raw.get("era", ""),
            share=float(raw.get("share", 1.0)),
            forms=tuple(self.forms(identity, raw)),
            colours=self.colours(raw),
            rank=raw.get("rank"),
            codes=raw.get("codes"),
            marks=tuple(raw.get("marks", ())),
            tail=(character_set(tail[0]), int(tail[1])) if tail else None,
            shared=bool(raw.get("shared", False)),
            ages=self.ages(identity, raw),
            source=self.source(identity, raw),
            examples=tuple(self.examples(identity, raw)),
        )

    def forms(self, identity: str, raw: Mapping[str, Any]) -> Iterator[Form]:
        letters = character_set(raw["letters"]) if "letters" in raw else LETTERS
        longest = int(raw.get("longest", 12))
        for notation in self.need(raw, "patterns", list, identity):
            try:
                found = forms(notation, letters, self.lists())
            except PatternError as error:
                raise self.wrong(identity, str(error)) from error
            yield from (form for form in found if len(form.places) <= longest)

    def lists(self) -> dict[str, CodeList]:
        listed = self.table.get("lists", {})
        return {
            name: CodeList(tuple(entry["codes"].split()), float(entry.get("others", 0.0)))
            for name, entry in listed.items()
        }

    def colours(self, raw: Mapping[str, Any]) -> Colours:
        text, ground = raw.get("colours", self.table.get("colours", ["black", "white"]))
        own = {key: raw.get(key, self.table.get(key)) for key in ("band", "rear")}
        return Colours(text, ground, own["band"], None if "colours" in raw else own["rear"])

    def ages(self, identity: str, raw: Mapping[str, Any]) -> Mapping[str, str]:
        name = raw.get("ages")
        known: Mapping[str, Mapping[str, str]] = self.table.get("ages", {})
        if name is not None and name not in known:
            raise self.wrong(identity, f"ages {name!r} is not under [ages]")
        return known[name] if name else {}

    def source(self, identity: str, raw: Mapping[str, Any]) -> Source:
        key = self.need(raw, "source", str, identity)
        sources = self.table.get("sources", {})
        if key not in sources:
            raise self.wrong(identity, f"source {key!r} is not under [sources]")
        title, date, grade = (self.need(sources[key], k, str, identity) for k in ("title", "date", "grade"))
        if grade not in GRADES:
            raise self.wrong(key, f"grade {grade!r} is none of {', '.join(GRADES)}")
        return Source(title, date, grade)

    def examples(self, identity: str, raw: Mapping[str, Any]) -> list[str]:
        found: list[str] = self.need(raw, "examples", list, identity)
        if len(found) < 3:
            raise self.wrong(identity, f"series {identity!r} has {len(found)} examples; give at least three")
        return found

    def need(self, table: Mapping[str, Any], key: str, kind: type, near: str) -> Any:
        value = table.get(key)
        if not isinstance(value, kind):
            raise self.wrong(near, f"{key!r} is missing or not a {kind.__name__} (near {near!r})")
        return value

    def wrong(self, near: str, what: str) -> TableError:
        """The error for something near the first line that mentions `near`."""
        lines = self.text.splitlines()
        line = next((n for n, text in enumerate(lines, 1) if near in text), None)
        return TableError(self.file, line, what)
