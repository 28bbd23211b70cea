# SPDX-License-Identifier: Apache-2.0
"""Numbers of movements by hour, weekday, gate and way, class, kind and people aboard, and how many plates are read."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import partial

from fastapi import Request, Response

from wayside.access.audit import yearly
from wayside.domain import UsageError
from wayside.web.catalogue import catalogue
from wayside.web.counting import exactly, in_tens
from wayside.web.days import Counts, counts_on
from wayside.web.guard import Gate, Granted, Routes
from wayside.web.pages.published import as_file
from wayside.web.pages.spans import Day, Span, days_of, span_of
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


@dataclass(frozen=True, slots=True)
class Counted:
    """Everything that is counted of a span."""

    charts: list[Chart]
    total: str
    exact: bool


def charts(counts: Counts, span: Span, zone: tzinfo, *, exact: bool) -> list[Chart]:
    """Everything that is counted of a span."""
    chart = partial(chart_of, exact=exact)
    of_day, of_week = by_time(counts.hours, zone)
    crossed = {f"{gate}, {way}": count for (gate, way), count in sorted(counts.ways.items())}
    read = {camera: (counts.read[camera], count) for camera, count in sorted(counts.cameras.items())}
    return [
        chart("day", by_day(counts.hours, span, zone), upright=True),
        chart("hour", of_day, upright=True),
        chart("weekday", of_week, upright=True),
        chart("way", crossed),
        chart("class", named(counts.classes, "class", "numbers.not_read")),
        chart("kind", named(counts.kinds, "kind", "numbers.not_read")),
        chart("aboard", aboard(counts.occupants)),
        chart("camera", named(counts.cameras, "", "numbers.not_read")),
        reads(read, exact=exact),
    ]


def counted(gate: Granted, span: Span) -> Counted:
    """Everything that is counted of a span, at the site that serves, as exactly as the person may count."""
    store, zone = gate.services.store, gate.services.zone
    exact = exactly(gate, store.site.name, span.since, span.until)
    with store.reading() as connection:
        found = counts_on(store, connection, days_of(span, zone))
    return Counted(charts(found, span, zone, exact=exact), said(found.cameras.total(), exact=exact), exact)


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
