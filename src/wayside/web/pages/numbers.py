# SPDX-License-Identifier: Apache-2.0
"""Numbers of movements by hour, weekday, gate and way, class, kind and people aboard, and how many plates are read."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import partial

from fastapi import Request, Response
from sqlalchemy import Connection

from wayside.access.audit import yearly
from wayside.domain import UsageError
from wayside.record import Sort, crossings_by_way, passages_by_hour, passages_by_sort
from wayside.web.catalogue import catalogue
from wayside.web.counting import exactly, in_tens
from wayside.web.guard import Gate, Granted, Routes
from wayside.web.pages.published import as_file
from wayside.web.pages.spans import Day, Span, span_of
from wayside.web.rendering import render
from wayside.web.things import at_site

routes = Routes("/numbers", {"include_in_schema": False})
DAYS, MOST_DAYS = 7, 366
MANY = 100
"""Of how many passages on a share of them is told to whom they are not told exactly."""
FULL = 100
"""Length of the longest bar, in the drawing's own units."""


@dataclass(frozen=True, slots=True)
class Row:
    """One bar and its line in the table."""

    label: str
    short: str
    """Below an upright bar, or behind another."""
    count: int
    shown: str
    """The count as it is read: a number, or a share of one."""
    length: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of one kind; `name` is the text of the catalogue that is their heading."""

    name: str
    rows: tuple[Row, ...]
    upright: bool = False


def said(count: int, *, exact: bool) -> str:
    """A count as it is read: exactly, or in tens."""
    if exact or count == 0:
        return f"{count:,}"
    return f"{in_tens(count):,}" if in_tens(count) else catalogue()("numbers.few", least=yearly.LEAST)


def chart_of(name: str, counts: Mapping[str, int], *, upright: bool = False, exact: bool = True) -> Chart:
    """Bars as long as their counts, beside the longest; the same in tens where they are not to be exact."""
    drawn = {label: count if exact else in_tens(count) for label, count in counts.items()}
    most = max(drawn.values(), default=0) or 1
    rows = (
        Row(label, label[:3] if upright else said(counts[label], exact=exact), count,
            said(counts[label], exact=exact), round(FULL * count / most, 1))
        for label, count in drawn.items()
    )  # fmt: skip
    return Chart(name, tuple(rows) if any(counts.values()) else (), upright)


def by_time(hours: Mapping[datetime, int], zone: tzinfo) -> tuple[dict[str, int], dict[str, int]]:
    """Passages by hour of the day and by weekday, in the site's zone; hours and days without any are there too."""
    texts = catalogue()
    of_day, of_week = Counter[int](), Counter[int]()
    for moment, count in hours.items():
        local = moment.astimezone(zone)
        of_day[local.hour] += count
        of_week[local.weekday()] += count
    return (
        {f"{hour:02}": of_day[hour] for hour in range(24)},
        {texts(f"weekday.{day}"): of_week[day] for day in range(7)},
    )


def by_day(hours: Mapping[datetime, int], span: Span, zone: tzinfo) -> dict[str, int]:
    """Passages of each day of a span, in the site's zone; days without any are there too."""
    counted = Counter[date]()
    for moment, count in hours.items():
        counted[moment.astimezone(zone).date()] += count
    days = (span.first + timedelta(days=at) for at in range((span.last - span.first).days + 1))
    return {f"{day:%d %b %Y}": counted[day] for day in days}


def named(counts: Mapping[str, int], group: str, none: str) -> dict[str, int]:
    """Counts with their words, the most frequent first; "" and "-1" stand for what is not known."""
    texts = catalogue()
    said = {
        texts(none) if value in {"", "-1"} else texts(f"{group}.{value}") if group else value: count
        for value, count in counts.items()
    }
    return dict(sorted(said.items(), key=lambda one: (-one[1], one[0])))


def aboard(counts: Mapping[str, int]) -> dict[str, int]:
    """Passages by people aboard, fewest first and not counted last."""
    order = sorted(counts.items(), key=lambda one: (one[0] == "-1", int(one[0])))
    return {catalogue()("numbers.not_counted") if people == "-1" else people: count for people, count in order}


def reads(found: Mapping[str, tuple[int, int]], *, exact: bool = True) -> Chart:
    """Of each camera the share of plates that were read, with of how many passages.

    Where counts are not to be exact, it is told of a hundred passages on, from which no single one can be told.
    """
    rows = []
    for name, (exact_read, exact_count) in found.items():
        read, count = (exact_read, exact_count) if exact else (in_tens(exact_read), in_tens(exact_count))
        if count >= (1 if exact else MANY):
            share = f"{read / count:.0%}"
            told = catalogue()("numbers.share", share=share, read=read, count=count)
            rows.append(Row(name, share, read, told, round(FULL * read / count, 1)))
    return Chart("reads", tuple(rows))


def by(counts: Mapping[Sort, int], of: Callable[[Sort], str]) -> dict[str, int]:
    """Passages by one of the things that they are counted by."""
    found = Counter[str]()
    for sort, count in counts.items():
        found[of(sort)] += count
    return found


def reads_of(counts: Mapping[Sort, int]) -> dict[str, tuple[int, int]]:
    """For each camera the passages whose plate was read, and all passages."""
    read = by({sort: count for sort, count in counts.items() if sort.plate_class}, lambda sort: sort.camera)
    return {camera: (read.get(camera, 0), count) for camera, count in by(counts, lambda sort: sort.camera).items()}


@dataclass(frozen=True, slots=True)
class Counted:
    """Everything that is counted of a span."""

    charts: list[Chart]
    total: str
    exact: bool


def counts_of(connection: Connection, site: str, span: Span, zone: tzinfo, *, exact: bool) -> Counted:
    """Everything that is counted of a span, of which each count is read once."""
    chart = partial(chart_of, exact=exact)
    at = (site, span.since, span.until)
    hours, sorts = passages_by_hour(connection, *at), passages_by_sort(connection, *at)
    of_day, of_week = by_time(hours, zone)
    crossed = {f"{gate}, {way}": count for (gate, way), count in crossings_by_way(connection, *at).items()}
    found = [
        chart("day", by_day(hours, span, zone), upright=True),
        chart("hour", of_day, upright=True),
        chart("weekday", of_week, upright=True),
        chart("way", crossed),
        chart("class", named(by(sorts, lambda sort: sort.plate_class), "class", "numbers.not_read")),
        chart("kind", named(by(sorts, lambda sort: sort.kind), "kind", "numbers.not_read")),
        chart("aboard", aboard(by(sorts, lambda sort: sort.occupants))),
        chart("camera", named(by(sorts, lambda sort: sort.camera), "", "numbers.not_read")),
        reads(reads_of(sorts), exact=exact),
    ]
    return Counted(found, said(sum(sorts.values()), exact=exact), exact)


def counted(gate: Granted, span: Span) -> Counted:
    """Everything that is counted of a span, at the site that serves, as exactly as the person may count."""
    store = gate.services.store
    exact = exactly(gate, store.site.name, span.since, span.until)
    with store.reading() as connection:
        return counts_of(connection, store.site.name, span, gate.services.zone, exact=exact)


@routes.get("", may="read statistics", at=at_site("statistics"), head="head.numbers")
def numbers(request: Request, gate: Gate, first: Day = None, last: Day = None) -> Response:
    """Bars, with their numbers in tables."""
    fault: UsageError | None = None
    try:
        span = span_of(gate, first, last, DAYS, MOST_DAYS)
    except UsageError as error:
        fault, span = error, span_of(gate, None, None, DAYS, MOST_DAYS)
    found = counted(gate, span)
    return render(
        request, "numbers.html", status=422 if fault else 200, fault=fault, span=span, found=found, least=yearly.LEAST
    )


def lines(found: Iterable[Chart]) -> str:
    """The charts as comma-separated values: what is counted, of what, and how many."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("what", "of", "count", "shown"))
    for chart in found:
        writer.writerows((chart.name, safe(row.label), row.count, row.shown) for row in chart.rows)
    return out.getvalue()


def safe(label: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{label}" if label[:1] in {"=", "+", "-", "@", "\t", "\r"} else label


@routes.get("/file", may="read statistics", at=at_site("statistics"))
def numbers_file(gate: Gate, first: Day = None, last: Day = None) -> Response:
    """The same as a file; raises UsageError for a span that cannot be."""
    span = span_of(gate, first, last, DAYS, MOST_DAYS)
    return as_file(
        lines(counted(gate, span).charts), f"numbers-{span.first}-{span.last}.csv", "text/csv; charset=utf-8"
    )
