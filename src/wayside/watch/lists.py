# SPDX-License-Identifier: Apache-2.0
"""Watch lists: a name, what it is for, and who answers for it; its entries stand in `entries`."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from wayside.domain import UsageError
from wayside.record import Transaction, moment
from wayside.watch.entries import note
from wayside.watch.tables import watch_entry
from wayside.watch.tables import watch_list as table

LONGEST_NAME, LONGEST_ABOUT = 64, 500


@dataclass(frozen=True, slots=True)
class WatchList:
    """A list, without its entries."""

    id: str
    site: str
    name: str
    about: str
    owner: str
    made_at: datetime
    ended: bool


def list_of(row: Row[Any]) -> WatchList:
    """A list from its row."""
    return WatchList(row.id, row.site, row.name, row.about, row.owner, moment(row.made_ms), row.ended_ms is not None)


def add_list(transaction: Transaction, site: str, name: str, about: str, *, owner: str) -> WatchList:
    """Begins a list; raises UsageError for a name that says nothing or is taken."""
    text = " ".join(name.split())
    if not text or len(text) > LONGEST_NAME or not text.isprintable():
        raise UsageError(f"a list has a name of 1 to {LONGEST_NAME} printable characters; give it one")
    if len(about) > LONGEST_ABOUT:
        raise UsageError(f"what a list is for has {LONGEST_ABOUT} characters at most; shorten it")
    taken = select(table.c.id).where(table.c.site == site, table.c.name == text, table.c.ended_ms.is_(None))
    if transaction.connection.execute(taken).first() is not None:
        raise UsageError("there is a list of that name at this site; choose another name")
    row = {"id": secrets.token_hex(16), "site": site, "name": text, "about": about.strip(), "owner": owner,
           "made_ms": transaction.now_ms}  # fmt: skip
    transaction.connection.execute(insert(table), [row])
    note(transaction, owner, "begun", str(row["id"]), name=text, about=row["about"])
    found = find_list(transaction.connection, str(row["id"]))
    assert found is not None
    return found


def find_list(connection: Connection, list_id: str) -> WatchList | None:
    """The list of this id; None where there is none."""
    row = connection.execute(select(table).where(table.c.id == list_id)).first()
    return None if row is None else list_of(row)


def lists_of(connection: Connection, site: str) -> list[WatchList]:
    """The lists of a site that are in use, by name."""
    query = select(table).where(table.c.site == site, table.c.ended_ms.is_(None)).order_by(table.c.name)
    return [list_of(row) for row in connection.execute(query)]


def names_of(connection: Connection, site: str) -> dict[str, str]:
    """The names of all lists of a site, also of those that have ended, by id."""
    return {
        row.id: row.name for row in connection.execute(select(table.c.id, table.c.name).where(table.c.site == site))
    }


def end_list(transaction: Transaction, list_id: str, *, by: str) -> None:
    """Ends a list with all its entries, at once; raises UsageError where it has ended."""
    values = {"ended_ms": transaction.now_ms, "ended_by": by}
    open_now = (table.c.id == list_id, table.c.ended_ms.is_(None))
    if transaction.connection.execute(update(table).where(*open_now).values(**values)).rowcount != 1:
        raise UsageError("that list has ended already, or there is none; nothing was changed")
    seq = note(transaction, by, "list ended", list_id)
    of_list = (watch_entry.c.list == list_id, watch_entry.c.ended_ms.is_(None))
    transaction.connection.execute(update(watch_entry).where(*of_list).values(**values, ended_seq=seq))
