# SPDX-License-Identifier: Apache-2.0
"""Keeps a search within its time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from wayside.domain import RecordError
from wayside.record import engine
from wayside.record.among import POSTGRESQL
from wayside.record.store import Store

STEPS = 100_000
"""Of SQLite's machine between two looks at the clock: some milliseconds."""
STOPPED = ("interrupted", "statement timeout")


@contextmanager
def searching(store: Store) -> Iterator[Connection]:
    """A connection to search with; raises RecordError where a query takes longer than a search may."""
    limit_s = engine.SEARCH_LIMIT_S
    with store.searching() as connection:
        try:
            with nullcontext() if connection.dialect.name == POSTGRESQL else watched(connection, limit_s):
                yield connection
        except DBAPIError as error:
            if any(word in str(error.orig) for word in STOPPED):
                raise RecordError(
                    f"the search took more than {limit_s:g} s and was stopped; "
                    "narrow its window, or add to its criteria"
                ) from None
            raise


@contextmanager
def watched(connection: Connection, limit_s: float) -> Iterator[None]:
    """SQLite knows no limit of its own as PostgreSQL does, but asks us now and then whether to go on."""
    driver = connection.connection.driver_connection
    assert driver is not None
    deadline = time.monotonic() + limit_s
    driver.set_progress_handler(lambda: time.monotonic() > deadline, STEPS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)
