# SPDX-License-Identifier: Apache-2.0
"""Looks for tests, made by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from unit.access.world import NOW, SITE

from wayside.access.audit import Look, LookKind
from wayside.domain import Purpose

_numbers = count(1)


def look(person: str = "mary", plate: str | None = "AB12CDE", **more: Any) -> Look:
    """One search; `reference`, `at`, `match`, `kind`, `site` and `continued` as keywords."""
    at: datetime = more.get("at", NOW - timedelta(days=1))
    return Look(
        seq=next(_numbers),
        kind=more.get("kind", LookKind.SEARCH),
        at=at,
        site=more.get("site", SITE),
        purpose=Purpose("offence", more.get("reference", "CR-2026/0123"), person),
        plate=plate,
        match=None if plate is None else more.get("match", "exact"),
        asked={},
        continued=more.get("continued", False),
    )
