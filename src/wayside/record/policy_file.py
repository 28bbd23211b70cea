# SPDX-License-Identifier: Apache-2.0
"""Reads a table of a TOML file key by key, so that every mistake names the file, the key and the mend."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any, NoReturn

from wayside.domain import UsageError


class Section:
    """One table of a file; `done` refuses the keys that nobody asked for."""

    def __init__(self, path: Path, name: str, stated: dict[str, Any]) -> None:
        """`name`: where in the file, empty for its top."""
        self._path, self._name = path, name
        self._stated = dict(stated)
        self._asked: list[str] = []

    def fail(self, key: str, what: str) -> NoReturn:
        """Raises UsageError: `what` says what is wrong with the key and how to mend it."""
        place = f"{self._name}.{key}" if self._name else key
        raise UsageError(f"{self._path}: {place!r} {what}")

    def _take(self, key: str) -> Any:
        self._asked.append(key)
        return self._stated.pop(key, None)

    def text(self, key: str, default: str | None = None) -> str | None:
        """A text that says something; raises UsageError."""
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            self.fail(key, "must be text in quotes")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """True or false; raises UsageError."""
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fail(key, "must be true or false, without quotes")
        return value

    def number(self, key: str, least: int, most: int) -> int | None:
        """A whole number within bounds, None where it is not stated; raises UsageError."""
        value = self._take(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.fail(key, f"must be a whole number from {least} to {most}")
        return value

    def texts(self, key: str, among: frozenset[str] | None = None) -> tuple[str, ...]:
        """A list of texts, each one of `among` where that is given; raises UsageError."""
        values = self._take(key)
        if values is None:
            return ()
        if not isinstance(values, list) or not values or not all(isinstance(one, str) and one for one in values):
            self.fail(key, 'must be a list of texts, as ["one", "two"]')
        for one in values:
            if among is not None and one not in among:
                self.fail(key, f"names {one!r}; use {', '.join(sorted(among))}")
        return tuple(values)

    def words(self, key: str) -> dict[str, str] | None:
        """A table of texts, None where it is not stated; raises UsageError."""
        values = self._take(key)
        if values is None:
            return None
        if not isinstance(values, dict) or not values or not all(isinstance(one, str) for one in values.values()):
            self.fail(key, 'must be a table of texts, one a line, as theft = "A vehicle was stolen"')
        return dict(values)

    def table(self, key: str) -> Section:
        """A table within this one, empty where it is not stated; raises UsageError."""
        value = self._take(key)
        if value is None:
            value = {}
        if not isinstance(value, dict):
            self.fail(key, f"must be a table; begin it with the line [{self._inner(key)}]")
        return Section(self._path, self._inner(key), value)

    def tables(self, key: str) -> list[Section]:
        """Several tables of one name; raises UsageError."""
        values = self._take(key)
        if values is None:
            return []
        if not isinstance(values, list) or not all(isinstance(one, dict) for one in values):
            self.fail(key, f"must be tables; begin each with the line [[{self._inner(key)}]]")
        return [Section(self._path, f"{self._inner(key)}[{at}]", one) for at, one in enumerate(values, 1)]

    def _inner(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key

    def done(self) -> None:
        """Raises UsageError for a key that means nothing here, with the one that was probably meant."""
        for key in self._stated:
            meant = difflib.get_close_matches(key, self._asked, 1) or sorted(self._asked)
            self.fail(key, f"means nothing here; did you mean {' or '.join(meant)}?")
