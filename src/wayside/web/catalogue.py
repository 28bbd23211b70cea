# SPDX-License-Identifier: Apache-2.0
"""Every text of the pages, from one file for each language: `texts/en-GB.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

DEFAULT = "en-GB"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The texts of one language by dotted name, as `sign_in.title`."""

    language: str
    texts: Mapping[str, str]

    def __call__(self, name: str, /, **values: object) -> str:
        """A text with `{name}` replaced by values; raises KeyError for one that is not there."""
        return self.texts[name].format(**values) if values else self.texts[name]

    def has(self, name: str) -> bool:
        """Whether there is such a text."""
        return name in self.texts


def flat(table: Mapping[str, Any], lead: str = "") -> Iterator[tuple[str, str]]:
    """The texts of nested tables with their dotted names."""
    for key, value in table.items():
        if isinstance(value, str):
            yield lead + key, value
        else:
            yield from flat(value, f"{lead}{key}.")


@cache
def catalogue(language: str = DEFAULT) -> Catalogue:
    """The catalogue of a language; raises FileNotFoundError where there is none."""
    text = (files("wayside.web") / "texts" / f"{language}.toml").read_text("utf-8")
    return Catalogue(language, dict(flat(tomllib.loads(text))))
