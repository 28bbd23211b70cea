# SPDX-License-Identifier: Apache-2.0
"""The looks of plates, read from styles.toml: size, colours, letters, band, seals and layouts."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from training.plateart.lettering import Lettering, face
from training.plateart.syntax import random_text

_FILE = Path(__file__).with_name("styles.toml")
Colour = tuple[int, int, int]
"""Blue, green, red, 0–255."""


@dataclass(frozen=True, slots=True)
class PlateStyle:
    """How one kind of plate looks; lengths in millimetres, colours as names of the palette."""

    name: str
    country: str
    layouts: tuple[str, ...]
    kind: str = "civil"
    letters: str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    size: tuple[float, float] = (520.0, 111.0)
    char: tuple[float, float] = (75.0, 44.0)
    """Height and nominal width of a character."""
    gap: float = 8.0
    space: float = 24.0
    face: str = "din"
    ground: str = "white"
    ink: str = "black"
    rim: str = "black"
    """Colour of the painted border; empty for none."""
    band: str = ""
    """Colour of the band on the left; empty for none."""
    band_letters: str = ""
    band_sign: str = "stars"
    right: str = ""
    """What stands in the right-hand band: "", "blue", "department", "date"."""
    seal: str = ""
    """What stands at a seal's place: "", "pair", "shield", "sticker", "round"."""
    header: tuple[str, ...] = ()
    """Small lettering above the text, one of these; not part of the text."""
    footer: tuple[str, ...] = ()
    scene: bool = False
    """Whether a faint picture lies behind the text."""
    tags: bool = False
    """Whether stickers of month and year may stand in its corners, and its header be written in any hand and ink."""
    lettering: Lettering | None = None
    """Overrides `face`."""

    @property
    def letters_of(self) -> Lettering:
        """The lettering to draw with."""
        return self.lettering or face(self.face)

    @property
    def lines(self) -> int:
        """Lines of text."""
        return 1 + self.layouts[0].count("|")

    def text(self, rng: np.random.Generator) -> str:
        """A random valid text with its layout marks."""
        layout = self.layouts[int(rng.integers(len(self.layouts)))]
        return random_text(layout, self.letters, self.lists, rng)


@functools.cache
def _tables() -> Mapping[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def colour(name: str) -> Colour:
    """A colour of the palette; KeyError where it has no such name."""
    red, green, blue = _tables()["colour"][name]
    return blue, green, red


@functools.cache
def styles() -> Mapping[str, PlateStyle]:
    """All styles by name."""
    return {name: _style(name) for name in _tables()["style"] if "layouts" in _inherited(name)}


def _style(name: str) -> PlateStyle:
    known = {each.name for each in fields(PlateStyle)}
    entry = _inherited(name)
    unknown = set(entry) - known
    if unknown:
        raise ValueError(f"style '{name}' has unknown keys {sorted(unknown)}; mend styles.toml")
    lists = {key: tuple(_tables()["list"][key]) for key in entry.pop("lists", ())}
    frozen: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
    return PlateStyle(name=name, lists=lists, **frozen)


def _inherited(name: str) -> dict[str, Any]:
    entry = dict(_tables()["style"][name])
    base = entry.pop("base", None)
    return {**_inherited(base), **entry} if base else entry
