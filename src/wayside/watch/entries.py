# SPDX-License-Identifier: Apache-2.0
"""Entries of watch lists: asked for by one person, in force once another has signed, and over by themselves.

Whoever calls these functions has asked the policy and holds the second signature; nothing here decides who may.
A change of an entry is a further version of it, which takes the place of the one before when it is signed.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, and_, bindparam, func, insert, or_, select, update

from wayside.domain import Purpose, UsageError
from wayside.record import Transaction, milliseconds, moment
from wayside.watch.tables import watch_entry as table
from wayside.watch.terms import EntryKind, Term, TermKind

EMERGENCY_LIFE = timedelta(hours=4)
UNSIGNED_LIFE = timedelta(hours=24)
"""How long an entry waits for its second signature; as long as the request for it."""
LONGEST_LABEL, LONGEST_INSTRUCTION = 80, 500
AT_ONCE = 500


class Priority(StrEnum):
    """How urgent a hit is; the first comes first."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class EntryState(StrEnum):
    """How an entry stands at a moment."""

    ASKED = "asked"
    LAPSED = "lapsed"
    """Nobody signed in time."""
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    ENDED = "ended"
    """By a person, or by a newer version."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be looked out for, before anybody has signed."""

    kind: EntryKind
    terms: tuple[Term, ...]
    expires_at: datetime
    label: str = ""
    """What people call it."""
    priority: Priority = Priority.NORMAL
    instruction: str = ""
    """What whoever sees a hit is to do."""

    def __post_init__(self) -> None:
        if not self.terms:
            raise UsageError("an entry asks for something; give a plate, a class or a code")
        for name, text, most in (
            ("label", self.label, LONGEST_LABEL),
            ("instruction", self.instruction, LONGEST_INSTRUCTION),
        ):
            if len(text) > most:
                raise UsageError(f"the {name} has {most} characters at most; shorten it")


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of an entry."""

    id: str
    version: int
    list_id: str
    site: str
    draft: Draft
    purpose: Purpose
    """Why, and who asked for it: its owner."""
    asked_at: datetime
    request: str | None
    approved_by: str | None
    """None: nobody had to, or it is an emergency, or it waits."""
    emergency: bool
    from_seq: int | None
    """Number of the journal entry that put it in force: what was recorded later is compared with it."""
    from_at: datetime | None
    ended_seq: int | None
    ended_at: datetime | None
    ended_by: str | None

    def state(self, now: datetime) -> EntryState:
        """How it stands."""
        if self.ended_at is not None:
            return EntryState.ENDED
        if self.from_at is None:
            return EntryState.ASKED if now - self.asked_at < UNSIGNED_LIFE else EntryState.LAPSED
        return EntryState.IN_FORCE if now < self.draft.expires_at else EntryState.EXPIRED


def encoded(terms: Iterable[Term]) -> str:
    """Terms as the table keeps them."""
    return msgspec.json.encode([[one.kind.value, one.text, one.country] for one in terms]).decode()


def decoded(text: str) -> tuple[Term, ...]:
    """The inverse."""
    return tuple(Term(TermKind(kind), value, country) for kind, value, country in msgspec.json.decode(text))


def when(time_ms: int | None) -> datetime | None:
    """A time that may not be there."""
    return None if time_ms is None else moment(time_ms)


def entry_of(row: Row[Any]) -> Entry:
    """An entry from its row."""
    draft = Draft(
        EntryKind(row.kind),
        decoded(row.terms),
        moment(row.expires_ms),
        row.label,
        Priority(row.priority),
        row.instruction,
    )
    return Entry(
        id=row.id, version=row.version, list_id=row.list, site=row.site, draft=draft,
        purpose=Purpose(row.reason, row.reference, row.owner), asked_at=moment(row.asked_ms), request=row.request,
        approved_by=row.approved_by, emergency=bool(row.emergency), from_seq=row.from_seq, from_at=when(row.from_ms),
        ended_seq=row.ended_seq, ended_at=when(row.ended_ms), ended_by=row.ended_by,
    )  # fmt: skip


def check_expiry(now: datetime, expires_at: datetime, longest_days: int) -> None:
    """Raises UsageError where an entry would be over already, or live longer than the site lets it."""
    if expires_at <= now:
        raise UsageError("the entry would be over already; choose a later end")
    if expires_at > now + timedelta(days=longest_days):
        raise UsageError(
            f"an entry lives {longest_days} days at most at this site; choose an earlier end, and ask anew then"
        )


def told_of(draft: Draft) -> dict[str, Any]:
    """What an entry asks for, as the journal and a request for a signature tell it."""
    return {
        "kind": draft.kind.value, "watched for": [shown(one) for one in draft.terms], "label": draft.label,
        "priority": draft.priority.value, "instruction": draft.instruction,
        "until": draft.expires_at.isoformat(timespec="minutes"),
    }  # fmt: skip


def shown(term: Term) -> str:
    """A term in one word, as people write it."""
    sign = {TermKind.NEAR: "~", TermKind.CLASS: "class ", TermKind.CODE: "code "}.get(term.kind, "")
    return f"{sign}{term.text}" + (f" ({term.country})" if term.country else "")


def columns_of(draft: Draft, purpose: Purpose) -> dict[str, Any]:
    """What people stated of an entry, as the table keeps it."""
    return {
        "kind": draft.kind.value, "terms": encoded(draft.terms), "label": draft.label, "reason": purpose.reason,
        "reference": purpose.reference, "priority": draft.priority.value, "instruction": draft.instruction,
        "owner": purpose.person, "expires_ms": milliseconds(draft.expires_at),
    }  # fmt: skip


def propose(
    transaction: Transaction, list_id: str, site: str, drafts: Sequence[Draft], purpose: Purpose, request: str | None,
    *, of: Entry | None = None,
) -> list[str]:  # fmt: skip
    """Writes down entries that wait for a signature; their ids. `of`: the entry of which it is a new version."""
    rows, ids = [], []
    for draft in drafts:
        entry_id = secrets.token_hex(16) if of is None else of.id
        ids.append(entry_id)
        known = 0 if of is None else newest_version(transaction.connection, of.id)
        stated = {"id": entry_id, "version": known + 1, "list": list_id, "site": site, "request": request}
        rows.append({**stated, **columns_of(draft, purpose), "asked_ms": transaction.now_ms, "emergency": 0})
    transaction.connection.execute(insert(table), rows)
    note(transaction, purpose.person, "asked", list_id, entries=len(rows), request=request)
    return ids


def note(transaction: Transaction, person: str, what: str, list_id: str, **told: Any) -> int:
    """Tells the journal what was done to a list or its entries; the number of that entry."""
    return note_many(transaction, [(person, list_id)], what, [told])[0]


def note_many(
    transaction: Transaction, whose: Iterable[tuple[str, str]], what: str, told: Iterable[Mapping[str, Any]]
) -> range:
    """The same for several; `whose`: person and list of each."""
    at = {"at": transaction.at}
    return transaction.append_many(
        "list",
        (
            {**at, "person": person, "what": what, "list": of, **one}
            for (person, of), one in zip(whose, told, strict=True)
        ),
    )


def newest_version(connection: Connection, entry_id: str) -> int:
    """The number of the newest version of an entry."""
    return int(connection.execute(select(func.max(table.c.version)).where(table.c.id == entry_id)).scalar_one() or 0)


def put_in_force(
    transaction: Transaction, request: str, *, approved_by: str | None, emergency: bool = False
) -> list[Entry]:
    """Puts the entries of a request in force: from the next passage on they are looked out for.

    An emergency lives four hours. Versions that were in force before are ended by theirs.
    """
    waiting = (table.c.request == request, table.c.from_ms.is_(None), table.c.ended_ms.is_(None))
    found = [entry_of(row) for row in transaction.connection.execute(select(table).where(*waiting))]
    said = {"request": request, "approved_by": approved_by, "emergency": emergency}
    told = [{"entry": one.id, "version": one.version, **told_of(one.draft), **said} for one in found]
    seqs = note_many(transaction, [(one.purpose.person, one.list_id) for one in found], "in force", told)
    latest_ms = transaction.now_ms + EMERGENCY_LIFE // timedelta(milliseconds=1)
    values = []
    for seq, one in zip(seqs, found, strict=True):
        if one.version > 1:
            end_versions(transaction, one, seq)
        expires_ms = milliseconds(one.draft.expires_at)
        values.append({"of_id": one.id, "of_version": one.version, "from_seq": seq,
                       "expires_ms": min(expires_ms, latest_ms) if emergency else expires_ms})  # fmt: skip
    if values:
        this = (table.c.id == bindparam("of_id"), table.c.version == bindparam("of_version"))
        stated = {"from_ms": transaction.now_ms, "approved_by": approved_by, "emergency": int(emergency)}
        transaction.connection.execute(
            update(table)
            .where(*this)
            .values(from_seq=bindparam("from_seq"), expires_ms=bindparam("expires_ms"), **stated),
            values,
        )
    return of_request(transaction.connection, request)


def end_versions(transaction: Transaction, one: Entry, seq: int) -> None:
    """Ends the versions of an entry before this one."""
    older = (table.c.id == one.id, table.c.version < one.version, table.c.ended_ms.is_(None))
    values = {"ended_seq": seq, "ended_ms": transaction.now_ms, "ended_by": one.purpose.person}
    transaction.connection.execute(update(table).where(*older).values(**values))


def drop(transaction: Transaction, request: str, *, by: str) -> None:
    """Ends the entries of a request that was refused or taken back."""
    waiting = (table.c.request == request, table.c.from_ms.is_(None), table.c.ended_ms.is_(None))
    transaction.connection.execute(update(table).where(*waiting).values(ended_ms=transaction.now_ms, ended_by=by))


def end(transaction: Transaction, entry_id: str, *, by: str) -> None:
    """Stops looking out for an entry, at once; raises UsageError where it is over already."""
    now = transaction.now_ms
    alive = (table.c.id == entry_id, table.c.ended_ms.is_(None), table.c.expires_ms > now)
    found = transaction.connection.execute(select(table.c.list).where(*alive)).first()
    if found is None:
        raise UsageError("that entry is over already, or there is none; nothing was changed")
    seq = note(transaction, by, "ended", found.list, entry=entry_id)
    values = {"ended_seq": seq, "ended_ms": now, "ended_by": by}
    transaction.connection.execute(update(table).where(*alive).values(**values))


def of_request(connection: Connection, request: str) -> list[Entry]:
    """The entries that a request was for."""
    return [entry_of(row) for row in connection.execute(select(table).where(table.c.request == request))]


def newest(connection: Connection, entry_id: str) -> Entry | None:
    """The version of an entry that is in force, else the newest one; None where there is none."""
    in_force_first = and_(table.c.from_ms.is_not(None), table.c.ended_ms.is_(None)).desc()
    query = select(table).where(table.c.id == entry_id).order_by(in_force_first, table.c.version.desc())
    row = connection.execute(query.limit(1)).first()
    return None if row is None else entry_of(row)


def version(connection: Connection, entry_id: str, number: int) -> Entry | None:
    """One version of an entry, as a hit names it; None where it was erased."""
    row = connection.execute(select(table).where(table.c.id == entry_id, table.c.version == number)).first()
    return None if row is None else entry_of(row)


def versions(connection: Connection, entry_id: str) -> list[Entry]:
    """All versions of an entry, the newest first."""
    query = select(table).where(table.c.id == entry_id).order_by(table.c.version.desc())
    return [entry_of(row) for row in connection.execute(query)]


def of_list(connection: Connection, list_id: str, now_ms: int, *, limit: int, skip: int = 0) -> list[Entry]:
    """The entries of a list, those that live or wait first, then the newest first."""
    lives = and_(table.c.ended_ms.is_(None), table.c.expires_ms > now_ms).desc()
    query = select(table).where(table.c.list == list_id).order_by(lives, table.c.asked_ms.desc(), table.c.id)
    return [entry_of(row) for row in connection.execute(query.limit(limit).offset(skip))]


def count_of_list(connection: Connection, list_id: str, now_ms: int) -> tuple[int, int]:
    """How many entries of a list are in force, and how many wait for a signature."""
    alive = (table.c.list == list_id, table.c.ended_ms.is_(None), table.c.expires_ms > now_ms)
    unsigned_ms = now_ms - UNSIGNED_LIFE // timedelta(milliseconds=1)
    count = select(func.count()).select_from(table)
    in_force = connection.execute(count.where(*alive, table.c.from_ms.is_not(None))).scalar_one()
    asked = count.where(*alive, table.c.from_ms.is_(None), table.c.asked_ms > unsigned_ms)
    return in_force, connection.execute(asked).scalar_one()


def watched(connection: Connection, since_seq: int, since_ms: int) -> list[Entry]:
    """The entries with which passages are compared that were recorded after a number and from a time on."""
    counts = or_(table.c.ended_seq.is_(None), table.c.ended_seq > since_seq)
    query = select(table).where(table.c.from_seq.is_not(None), counts, table.c.expires_ms > since_ms)
    return [entry_of(row) for row in connection.execute(query.order_by(table.c.from_seq, table.c.id))]


def forget_plate(transaction: Transaction, plate: str) -> int:
    """Removes entries that are over and name a plate; those in force stay, and how many there are is returned."""
    names_it = table.c.terms.contains(f'"{plate}"', autoescape=True)
    alive = and_(table.c.ended_ms.is_(None), table.c.expires_ms > transaction.now_ms)
    transaction.connection.execute(table.delete().where(names_it, ~alive))
    left = select(func.count()).select_from(table).where(names_it, alive)
    return transaction.connection.execute(left).scalar_one()
