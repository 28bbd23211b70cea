# SPDX-License-Identifier: Apache-2.0
"""Keeps a search within its time, and PostgreSQL to the indexes that it is meant to use."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from wayside.domain import RecordError
from wayside.record.search.among import POSTGRESQL

LIMIT_S = 10.0
"""After which a search is stopped."""
STEPS = 100_000
"""Of SQLite's machine between two looks at the clock: some milliseconds."""
SETTINGS = {
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
}
"""Of PostgreSQL. Planning for a partition of each day takes far longer than looking, so a plan is made once for each
connection, and the days that it needs are chosen when it is carried out."""
STOPPED = ("interrupted", "statement timeout")


@contextmanager
def in_time(connection: Connection, limit_s: float = LIMIT_S) -> Iterator[None]:
    """Raises RecordError where the queries of the block take longer."""
    try:
        if connection.dialect.name == POSTGRESQL:
            keep_to_indexes(connection, limit_s)
            yield
            connection.commit()  # nothing was changed; but a driver that rolls back forgets its plans
        else:
            with watched(connection, limit_s):
                yield
    except DBAPIError as error:
        if any(word in str(error.orig) for word in STOPPED):
            raise RecordError(
                f"the search took more than {limit_s:g} s and was stopped; narrow its window, or add to its criteria"
            ) from None
        raise


def keep_to_indexes(connection: Connection, limit_s: float) -> None:
    """Settings of PostgreSQL until the end of the transaction."""
    settings = SETTINGS | {"statement_timeout": str(int(limit_s * 1000))}
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.prepare_threshold = 0
    calls = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in settings.items())
    connection.exec_driver_sql(f"SELECT {calls}")


@contextmanager
def watched(connection: Connection, limit_s: float) -> Iterator[None]:
    """SQLite has no such setting, but asks us now and then whether to go on."""
    driver = connection.connection.driver_connection
    assert driver is not None
    deadline = time.monotonic() + limit_s
    driver.set_progress_handler(lambda: time.monotonic() > deadline, STEPS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)
