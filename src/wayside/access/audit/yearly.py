# SPDX-License-Identifier: Apache-2.0
"""The page of a year that can be published: counts in which nobody can be found, small ones suppressed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from wayside.access.audit.looks import Look, LookKind, looks
from wayside.access.audit.samples import Outcome
from wayside.access.errors import RefusalError
from wayside.access.policy import Actor, Thing, decide
from wayside.access.tables import request, review
from wayside.record import Store, cameras, entries, milliseconds, passages_by

LEAST = 10
"""Counts below this say "fewer than 10" (accountability M12); none is said to be none."""
FEW = f"fewer than {LEAST}"
HELD_BACK = "not stated"
"""Stands for a count that would give suppressed ones away by subtraction."""


@dataclass(frozen=True, slots=True)
class Table:
    """Counts under one heading; `total` is None where the lines do not add up to one thing."""

    title: str
    counts: Mapping[str, int]
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Year:
    """All that is published of a year at a site."""

    site: str
    year: int
    tables: tuple[Table, ...]


def span_of(year: int) -> tuple[datetime, datetime]:
    """Its first moment and the first one after it, in UTC."""
    return datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)


def suppressed(table: Table) -> dict[str, str]:
    """The counts as they may be published, with the total under "total" where there is one.

    Beside a total, the smallest of the other counts are held back as well until what is not said adds up to ten or
    more: otherwise subtraction would bring the small ones to light.
    """
    said = {name: FEW if 0 < count < LEAST else str(count) for name, count in table.counts.items()}
    if table.total is None:
        return said
    unsaid = sum(count for count in table.counts.values() if count < LEAST)
    for count, name in sorted((count, name) for name, count in table.counts.items() if count >= LEAST):
        if 0 < unsaid < LEAST:
            said[name] = HELD_BACK
            unsaid += count
    return said | {"total": FEW if 0 < table.total < LEAST else str(table.total)}


def tallied(title: str, values: Iterable[str]) -> Table:
    """A table of how often each value occurs, the most frequent first."""
    counts = dict(sorted(Counter(values).items(), key=lambda one: (-one[1], one[0])))
    return Table(title, counts, sum(counts.values()))


def looked(found: list[Look]) -> list[Table]:
    """What was looked for, by kind and by reason, and by how many people."""
    kinds = {LookKind.SEARCH: "searches", LookKind.REVEAL: "plates revealed", LookKind.EXPORT: "exports"}
    return [
        Table("Looks into the record", Counter(kinds[look.kind] for look in found)),
        tallied("Searches by reason", (look.purpose.reason for look in found if look.kind is LookKind.SEARCH)),
        Table("People who looked", {"people": len({look.purpose.person for look in found})}),
    ]


def states(connection: Connection, site: str, since_ms: int, until_ms: int) -> list[Table]:
    """Second signatures by what became of them, and reviews by their outcome."""
    asked = select(request.c.state, func.count()).where(
        request.c.site == site, request.c.asked_ms >= since_ms, request.c.asked_ms < until_ms
    )
    found = select(review.c.outcome, func.count()).where(
        review.c.site == site, review.c.decided_ms >= since_ms, review.c.decided_ms < until_ms
    )
    requests = {state: int(count) for state, count in connection.execute(asked.group_by(request.c.state))}
    outcomes = {one.value: 0 for one in Outcome}
    outcomes |= {outcome: int(count) for outcome, count in connection.execute(found.group_by(review.c.outcome))}
    return [
        Table("Requests for a second signature", requests, sum(requests.values())),
        Table("Searches reviewed", outcomes, sum(outcomes.values())),
    ]


def erasures(connection: Connection, since: datetime, until: datetime) -> Table:
    """How much was erased, by what it was."""
    counts: Counter[str] = Counter()
    for entry in entries(connection, ["erasure"]):
        told = entry.payload or {}
        if since <= datetime.fromisoformat(told["at"]) < until:
            counts[str(told["what"])] += int(told["count"])
    return Table("Erased", dict(sorted(counts.items())))


def year_of(store: Store, actor: Actor, year: int) -> Year:
    """The counts of a year at the record's site; raises RefusalError for who may not publish them."""
    site = store.site.name
    decision = decide(actor, "publish", Thing("statistics", site))
    if not decision.allowed:
        raise RefusalError(decision)
    since, until = span_of(year)
    with store.reading() as connection:
        by_kind = passages_by(connection, "kind", site, since, until)
        by_class = passages_by(connection, "class", site, since, until)
        found = list(looks(connection, site, since, until, site))
        tables = [
            Table("Cameras", {"cameras": len(cameras(connection, site))}),
            Table("Vehicles recorded, by kind", by_kind, sum(by_kind.values())),
            Table("Vehicles recorded, by class of plate", named(by_class), sum(by_class.values())),
            *looked(found),
            *states(connection, site, milliseconds(since), milliseconds(until)),
            erasures(connection, since, until),
        ]
    return Year(site, year, tuple(tables))


def named(by_class: Mapping[str, int]) -> dict[str, int]:
    """The classes, with a word for plates that were not read."""
    return {name or "not read": count for name, count in by_class.items()}


def markdown(year: Year) -> str:
    """The page, with small counts suppressed."""
    lines = [f"# {year.site}: the record in {year.year}", ""]
    lines += [f"Counts from 1 to {LEAST - 1} are given as “{FEW}”.", ""]
    for table in year.tables:
        lines += [f"## {table.title}", "", "| | |", "|---|---:|"]
        lines += [f"| {name} | {text} |" for name, text in suppressed(table).items()] or ["| none | 0 |"]
        lines.append("")
    return "\n".join(lines)


def document(year: Year) -> dict[str, object]:
    """The same as JSON."""
    return {"site": year.site, "year": year.year} | {table.title: suppressed(table) for table in year.tables}
