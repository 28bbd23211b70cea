# SPDX-License-Identifier: Apache-2.0
"""Draws from the mix of vehicles and plates that mix.toml states."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

_FILE = Path(__file__).with_name("mix.toml")


@cache
def mix() -> Mapping[str, Any]:
    """The tables of mix.toml: designs, kinds, plates."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def drawn(weights: Mapping[str, float], rng: np.random.Generator) -> str:
    """One name, as often as its weight says."""
    names, shares = list(weights), np.array(list(weights.values()), float)
    return names[int(rng.choice(len(names), p=shares / shares.sum()))]
