# SPDX-License-Identifier: Apache-2.0
"""Compares the counts by the hour with the passages; counts stay when passages are erased, so there may be more.

Where a site kept only the counts of what hit nothing (the no-hit mode), nothing tells how many more there should be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import select

from wayside.record.rollups import Key
from wayside.record.rows import moment
from wayside.record.tables import rollup
from wayside.record.verify.report import Finding
from wayside.record.verify.source import Reader

GATE = [column.name for column in rollup.c].index("gate")


def read_counts(reader: Reader) -> Counter[Key]:
    """What the table says."""
    return Counter({row[:-1]: row[-1] for row in reader.rows(select(*rollup.c))})


def check_counts(stated: Counter[Key], present: Counter[Key], gone: int | None) -> Iterator[Finding]:
    """Names the hours whose counts are wrong.

    `stated`: what the table says; `present`: what the passages add up to that are there; `gone`: how many passages
    are not there any more, None where some never were. Where none is gone every count must be right; where some are,
    none may be too small, and all together must be as many as there were passages.
    """
    wrong = sorted(key for key in stated.keys() | present.keys() if _wrong(stated[key] - present[key], gone))
    for key in wrong:
        yield Finding("counts-wrong", "rollup", detail=f"{_hour(key)}: {stated[key]} instead of {present[key]}")
    extra = sum(count for key, count in (stated - present).items() if not key[GATE])
    if not wrong and gone is not None and extra != gone:
        yield Finding("counts-wrong", "rollup", detail=f"{extra} passages more than are there, but {gone} were erased")


def _wrong(difference: int, gone: int | None) -> bool:
    return difference < 0 or (difference > 0 and gone == 0)


def _hour(key: Key) -> str:
    """Which count it is, without what tells about one vehicle."""
    hour_ms, site, camera, gate, way, *_ = key
    crossed = f", gate {gate} {way}" if gate else ""
    return f"{moment(hour_ms):%Y-%m-%dT%H:%MZ}, site {site}, camera {camera}{crossed}"
