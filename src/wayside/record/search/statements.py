# SPDX-License-Identifier: Apache-2.0
"""The statements of search, one for each path and set of filters, built once for each database.

Each looks at no more than `examined` passages, newest first, through an index that is named, and returns at most
`wanted` of them that pass the filters. Two searches of one shape differ in their parameters only.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import FromClause, Select, Subquery, Text, and_, column, func, select, true

from wayside.record.among import POSTGRESQL, among, list_parameter
from wayside.record.search.filters import FILTERS
from wayside.record.search.paths import SOURCES, Path, Source, in_window, most, newest_first
from wayside.record.tables import amendment, passage, passage_key


def through(query: Select[Any], source: Source) -> Select[Any]:
    """The query by the index of the source; PostgreSQL finds it by itself."""
    return query if source.index is None else query.with_hint(source.table, f"INDEXED BY {source.index}", "sqlite")


def in_order(source: Source) -> Select[Any]:
    """The keys of the passages that are looked up, newest first."""
    columns = source.table.c
    query = select(columns.began_ms, columns.seq).where(source.holds(columns), in_window(columns))
    query = query.distinct() if source.repeats else query
    return through(query.order_by(*newest_first(columns)).limit(most("examined")), source)


def of_many(source: Source, dialect: str) -> Select[Any]:
    """The same where a column is one of many texts."""
    assert source.many is not None
    columns = source.table.c
    if dialect == POSTGRESQL:
        return of_each(source, list_parameter(dialect, "keys"))
    query = select(columns.began_ms, columns.seq).where(among(dialect, columns[source.many], "keys"))
    query = query.where(in_window(columns)).order_by(*newest_first(columns)).limit(most("examined"))
    return through(query.distinct() if source.repeats else query, source)


def of_each(source: Source, keys: Any) -> Select[Any]:
    """For PostgreSQL: each text by itself, because it would rather read whole days than ask an index many times."""
    assert source.many is not None
    columns = source.table.c
    wanted = func.unnest(keys, type_=Text()).table_valued(column("key", Text())).render_derived("wanted")
    each = select(columns.began_ms, columns.seq).where(columns[source.many] == wanted.c.key, in_window(columns))
    each_found = each.order_by(*newest_first(columns)).limit(most("examined")).lateral("each_found")
    query = select(each_found.c.began_ms, each_found.c.seq).select_from(wanted.join(each_found, true()))
    query = query.distinct() if source.repeats else query
    return query.order_by(*newest_first(each_found.c)).limit(most("examined"))


def confirmations() -> Select[Any]:
    """The keys of the passages that people confirmed."""
    columns, said = passage_key.c, amendment.c
    query = select(columns.began_ms, columns.seq).join_from(amendment, passage_key, columns.id == said.passage_id)
    query = query.where(said.kind == "confirmation", in_window(columns)).distinct()
    return query.order_by(*newest_first(columns)).limit(most("examined"))


def keys(path: Path, dialect: str) -> Select[Any]:
    """The keys of the passages that a path looks at."""
    if path is Path.CONFIRMED:
        return confirmations()
    source = SOURCES[path]
    return in_order(source) if source.many is None else of_many(source, dialect)


def whole_rows(source: Source) -> Subquery:
    """The rows that a path along an index of the passages looks at."""
    query = select(passage).where(source.holds(passage.c), in_window(passage.c))
    return through(query.order_by(*newest_first(passage.c)).limit(most("examined")), source).subquery("examined")


def rows_by_key(path: Path, dialect: str) -> tuple[FromClause, FromClause]:
    """The rows of the passages whose keys a path finds elsewhere, and what they are selected from."""
    found = keys(path, dialect).subquery("examined")
    same = and_(passage.c.seq == found.c.seq, passage.c.began_ms == found.c.began_ms)
    return passage, found.join(passage, same)


@cache
def rows(path: Path, filters: frozenset[str], dialect: str) -> Select[Any]:
    """Whole rows of `passage`, newest first, that pass the filters."""
    source = SOURCES.get(path)
    if source is not None and source.table is passage and source.many is None:
        table: FromClause = whole_rows(source)
        query = select(table)
    else:
        table, joined = rows_by_key(path, dialect)
        query = select(table).select_from(joined)
    query = query.where(*(FILTERS[name](table.c, dialect) for name in sorted(filters))).limit(most("wanted"))
    # SQLite keeps the order of the first loop, but would look at all passages before it said so.
    return query.order_by(*newest_first(table.c)) if dialect == POSTGRESQL else query


@cache
def last_examined(path: Path, dialect: str) -> Select[Any]:
    """The key of the last passage that a statement looks at, where it does not come to an end before."""
    found = keys(path, dialect).subquery("examined")
    return select(found.c.began_ms, found.c.seq).offset(most("examined") - 1).limit(1)
