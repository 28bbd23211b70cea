# SPDX-License-Identifier: Apache-2.0
"""Hands out the database's own driver, outside of any transaction, for what cannot be done in one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError


@contextmanager
def bare(engine: Engine) -> Iterator[Any]:
    """A connection of the driver itself; raises DBAPIError, whichever driver it is."""
    pooled = engine.raw_connection()
    driver: Any = pooled.driver_connection
    if engine.dialect.name == "postgresql":
        driver.autocommit = True
    try:
        yield driver
    except engine.dialect.loaded_dbapi.Error as error:
        raise DBAPIError("maintenance", None, error) from error
    finally:
        pooled.invalidate()
