# SPDX-License-Identifier: Apache-2.0
"""Many texts as one parameter, so that a statement is the same however many there are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BindParameter, ColumnElement, Connection, Text, any_, bindparam, func, select

POSTGRESQL = "postgresql"


def list_parameter(dialect: str, name: str) -> BindParameter[Any]:
    """An array for PostgreSQL, JSON for SQLite."""
    return bindparam(name, type_=ARRAY(Text()) if dialect == POSTGRESQL else Text())


def listed(dialect: str, texts: Sequence[str]) -> Any:
    """The value of such a parameter."""
    return list(texts) if dialect == POSTGRESQL else json.dumps(list(texts))


def among(dialect: str, column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Whether a column is one of the texts of a parameter."""
    given = list_parameter(dialect, name)
    if dialect == POSTGRESQL:
        return column == any_(given)
    return column.in_(select(func.json_each(given).table_valued("value").c.value))


def those_in(connection: Connection, column: ColumnElement[str], texts: Sequence[str]) -> set[str]:
    """Those of the texts that stand in a column."""
    dialect = connection.dialect.name
    found = connection.execute(select(column).where(among(dialect, column, "texts")), {"texts": listed(dialect, texts)})
    return set(found.scalars())
