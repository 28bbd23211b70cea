# SPDX-License-Identifier: Apache-2.0
"""Asks SQLite whether its own file is sound: pages, types of columns, indexes."""

from __future__ import annotations

from sqlalchemy import text

from wayside.record.verify.report import Finding
from wayside.record.verify.source import DamagedError, Source

MOST_TOLD = 100


def check_database_file(source: Source) -> list[Finding]:
    """What SQLite complains of; it names pages, rows and indexes, never what stands in them. PostgreSQL: nothing."""
    if source.database is not None:
        return []
    try:
        with source.read() as reader:
            told = [str(one) for (one,) in reader.rows(text(f"PRAGMA integrity_check({MOST_TOLD})"))]
    except DamagedError as error:
        told = [str(error)]
    return [Finding("file-damaged", detail=one) for one in told if one != "ok"]
