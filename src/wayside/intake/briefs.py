# SPDX-License-Identifier: Apache-2.0
"""Briefs: written, published to named observers, read, acknowledged, ended, and replaced by a new version.

Functions that take `by`, a name, trust that the caller asked the policy and, for publishing, had the second signature.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from wayside.domain import Brief, BriefCopy, BriefState
from wayside.intake.errors import BriefError
from wayside.intake.tables import brief as table
from wayside.intake.tables import brief_copy
from wayside.record import Transaction, milliseconds, moment

LONGEST_TITLE, LONGEST_TEXT, LONGEST_PLACE, MOST_PLACES = 100, 8000, 64, 32
MOST_OBSERVERS = 200
LONGEST_LIFE = timedelta(days=92)
"""A standing instruction is looked at anew every quarter."""
MARK_BYTES = 4


@dataclass(frozen=True, slots=True)
class BriefDraft:
    """What somebody writes; times are aware."""

    title: str
    text: str
    places: tuple[str, ...]
    begins_at: datetime
    ends_at: datetime


def brief_of(row: Row[Any]) -> Brief:
    """From a row."""

    def maybe(time_ms: int | None) -> datetime | None:
        return None if time_ms is None else moment(time_ms)

    return Brief(
        id=row.id,
        site=row.site,
        version=row.version,
        replaces=row.replaces,
        title=row.title,
        text=row.text,
        places=tuple(json.loads(row.places)),
        begins_at=moment(row.begins_ms),
        ends_at=moment(row.ends_ms),
        written_by=row.written_by,
        written_at=moment(row.written_ms),
        published_at=maybe(row.published_ms),
        published_by=row.published_by,
        ended_at=maybe(row.ended_ms),
    )


def copy_of(row: Row[Any]) -> BriefCopy:
    """From a row."""
    times = (row.first_read_ms, row.last_read_ms, row.acknowledged_ms)
    read = [None if time_ms is None else moment(time_ms) for time_ms in times]
    return BriefCopy(row.brief, row.observer, row.mark, moment(row.given_ms), *read)


def find(connection: Connection, brief_id: str) -> Brief | None:
    """The brief of this id; None where there is none."""
    row = connection.execute(select(table).where(table.c.id == brief_id)).first()
    return None if row is None else brief_of(row)


def known(connection: Connection, brief_id: str) -> Brief:
    """The same; raises BriefError."""
    found = find(connection, brief_id)
    if found is None:
        raise BriefError("there is no such brief; it may have been cleared away after its time")
    return found


def at_site(connection: Connection, site: str) -> list[Brief]:
    """All briefs of a site, the newest first."""
    query = select(table).where(table.c.site == site).order_by(table.c.written_ms.desc(), table.c.id)
    return [brief_of(row) for row in connection.execute(query)]


def copies(connection: Connection, brief_id: str) -> list[BriefCopy]:
    """To whom a brief was given."""
    query = select(brief_copy).where(brief_copy.c.brief == brief_id).order_by(brief_copy.c.observer)
    return [copy_of(row) for row in connection.execute(query)]


def copy_for(connection: Connection, brief_id: str, observer: str) -> BriefCopy | None:
    """The copy of one observer; None where they were not given the brief."""
    query = select(brief_copy).where(brief_copy.c.brief == brief_id, brief_copy.c.observer == observer)
    row = connection.execute(query).first()
    return None if row is None else copy_of(row)


def given_to(connection: Connection, site: str, observer: str) -> list[tuple[Brief, BriefCopy]]:
    """The briefs of a site that an observer was given, with their copies; the newest first."""
    joined = table.join(brief_copy, brief_copy.c.brief == table.c.id)
    query = select(table, *(one.label(f"copy_{one.name}") for one in brief_copy.c)).select_from(joined)
    query = query.where(table.c.site == site, brief_copy.c.observer == observer).order_by(table.c.published_ms.desc())
    found = []
    for row in connection.execute(query):
        times = (row.copy_first_read_ms, row.copy_last_read_ms, row.copy_acknowledged_ms)
        read = [None if time_ms is None else moment(time_ms) for time_ms in times]
        found.append((brief_of(row), BriefCopy(row.id, observer, row.copy_mark, moment(row.copy_given_ms), *read)))
    return found


def note(transaction: Transaction, by: str, what: str, brief_id: str, **more: Any) -> int:
    """A `brief` entry of the journal: who did what to which brief."""
    return transaction.append("brief", {"at": transaction.at, "person": by, "what": what, "brief": brief_id, **more})


def checked(draft: BriefDraft, now: datetime) -> BriefDraft:
    """The draft without the space around its words; raises BriefError with what is wrong and the mend."""
    told = replace(draft, title=draft.title.strip(), text=draft.text.strip().replace("\r\n", "\n"))
    if not 0 < len(told.title) <= LONGEST_TITLE or not told.title.isprintable():
        raise BriefError(f"a brief has a title of 1 to {LONGEST_TITLE} printable characters on one line; give it")
    if not 0 < len(told.text) <= LONGEST_TEXT:
        raise BriefError(f"a brief says in 1 to {LONGEST_TEXT} characters what to record; write it")
    places = tuple(dict.fromkeys(one.strip() for one in told.places if one.strip()))
    if len(places) > MOST_PLACES or any(len(one) > LONGEST_PLACE or not one.isprintable() for one in places):
        raise BriefError(f"name up to {MOST_PLACES} places of up to {LONGEST_PLACE} printable characters each")
    if not told.begins_at < told.ends_at or told.ends_at <= now:
        raise BriefError("a brief ends after it begins, and later than now; mend its times")
    if told.ends_at - told.begins_at > LONGEST_LIFE:
        raise BriefError(f"a brief is in force for {LONGEST_LIFE.days} days at most; end it sooner and write a new one")
    return replace(told, places=places)


def write(transaction: Transaction, site: str, draft: BriefDraft, *, by: str, replaces: str | None = None) -> Brief:
    """Writes a brief, or the next version of one that was published; nobody is given it yet. Raises BriefError."""
    told, version = checked(draft, moment(transaction.now_ms)), 1
    if replaces is not None:
        before = known(transaction.connection, replaces)
        if before.site != site or before.state(moment(transaction.now_ms)) is BriefState.DRAFT:
            raise BriefError("only a brief that was published at this site has a next version; change the draft")
        version = before.version + 1
    row = {
        "id": secrets.token_hex(16), "site": site, "version": version, "replaces": replaces, **columns_of(told),
        "written_by": by, "written_ms": transaction.now_ms,
    }  # fmt: skip
    transaction.connection.execute(insert(table), [row])
    note(transaction, by, "written", row["id"], version=version, replaces=replaces, **words_of(told))
    return known(transaction.connection, str(row["id"]))


def columns_of(draft: BriefDraft) -> dict[str, Any]:
    """What a draft gives its row."""
    times = {"begins_ms": milliseconds(draft.begins_at), "ends_ms": milliseconds(draft.ends_at)}
    return {"title": draft.title, "text": draft.text, "places": json.dumps(draft.places), **times}


def words_of(draft: BriefDraft | Brief) -> dict[str, Any]:
    """What exactly a brief says: for the journal, and for whoever signs that it is published."""
    return {
        "title": draft.title,
        "text": draft.text,
        "places": list(draft.places),
        "begins": draft.begins_at.isoformat(timespec="minutes"),
        "ends": draft.ends_at.isoformat(timespec="minutes"),
    }


def rewrite(transaction: Transaction, brief_id: str, draft: BriefDraft, *, by: str) -> Brief:
    """Changes a brief that nobody was given yet; raises BriefError for one that was."""
    told = checked(draft, moment(transaction.now_ms))
    unpublished = (table.c.id == brief_id, table.c.published_ms.is_(None))
    values = {**columns_of(told), "written_by": by, "written_ms": transaction.now_ms}
    if transaction.connection.execute(update(table).where(*unpublished).values(**values)).rowcount != 1:
        raise BriefError("what was published stays as observers read it; write a new version")
    note(transaction, by, "rewritten", brief_id, **words_of(told))
    return known(transaction.connection, brief_id)


def publication(brief: Brief, observers: Sequence[str]) -> dict[str, Any]:
    """What exactly is published and to whom: the subject of the second signature."""
    return {"brief": brief.id, "observers": sorted(set(observers)), **words_of(brief)}


def check_publication(brief: Brief, observers: Sequence[str], now: datetime) -> None:
    """Raises BriefError where a brief cannot be published, before anybody is asked to sign for it."""
    if brief.state(now) is not BriefState.DRAFT:
        raise BriefError("the brief was published before; write a new version")
    if now >= brief.ends_at:
        raise BriefError("the time of the brief is over; change its times first")
    if not 0 < len(set(observers)) <= MOST_OBSERVERS:
        raise BriefError(f"a brief is published to 1 to {MOST_OBSERVERS} named observers; name them")


def publish(transaction: Transaction, brief_id: str, observers: Sequence[str], *, by: str) -> Brief:
    """Gives a brief to observers, each a copy with a mark of its own, and ends the version before it.

    Raises BriefError.
    """
    connection, now_ms = transaction.connection, transaction.now_ms
    brief = known(connection, brief_id)
    check_publication(brief, observers, moment(now_ms))
    connection.execute(update(table).where(table.c.id == brief_id).values(published_ms=now_ms, published_by=by))
    rows = [
        {"brief": brief_id, "observer": one, "mark": secrets.token_hex(MARK_BYTES), "given_ms": now_ms}
        for one in sorted(set(observers))
    ]
    connection.execute(insert(brief_copy), rows)
    note(transaction, by, "published", brief_id, copies={str(row["observer"]): row["mark"] for row in rows})
    if brief.replaces is not None:
        end(transaction, brief.replaces, by=by, replaced_by=brief_id)
    return known(connection, brief_id)


def end(transaction: Transaction, brief_id: str, *, by: str, replaced_by: str | None = None) -> None:
    """Ends a brief before its time; a draft, or one that is over, stays as it is."""
    running = (table.c.id == brief_id, table.c.published_ms.is_not(None), table.c.ended_ms.is_(None))
    done = transaction.connection.execute(update(table).where(*running).values(ended_ms=transaction.now_ms))
    if done.rowcount:
        note(transaction, by, "ended", brief_id, replaced_by=replaced_by)


def mark_read(transaction: Transaction, brief_id: str, observer: str) -> BriefCopy | None:
    """Notes that an observer reads their copy; the journal is told of the first time. None where they have none."""
    copy, now = copy_for(transaction.connection, brief_id, observer), transaction.now_ms
    if copy is None:
        return None
    values = {"last_read_ms": now} | ({"first_read_ms": now} if copy.first_read_at is None else {})
    own = (brief_copy.c.brief == brief_id, brief_copy.c.observer == observer)
    transaction.connection.execute(update(brief_copy).where(*own).values(**values))
    if copy.first_read_at is None:
        note(transaction, observer, "read", brief_id, mark=copy.mark)
    return copy_for(transaction.connection, brief_id, observer)


def acknowledge(transaction: Transaction, brief_id: str, observer: str) -> None:
    """Notes that an observer says they have read and understood the brief; saying it again changes nothing.

    Raises BriefError for a brief that they were not given, that they have not opened, or that is over.
    """
    copy, brief = copy_for(transaction.connection, brief_id, observer), known(transaction.connection, brief_id)
    if copy is None or copy.first_read_at is None:
        raise BriefError("only a brief that one was given and has opened can be acknowledged; open it first")
    if brief.state(moment(transaction.now_ms)) is BriefState.OVER:
        raise BriefError("this brief is over; look for its next version, or ask who wrote it")
    if copy.acknowledged_at is not None:
        return
    own = (brief_copy.c.brief == brief_id, brief_copy.c.observer == observer)
    values = {"acknowledged_ms": transaction.now_ms}
    transaction.connection.execute(update(brief_copy).where(*own).values(**values))
    note(transaction, observer, "acknowledged", brief_id, mark=copy.mark)
