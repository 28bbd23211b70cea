# SPDX-License-Identifier: Apache-2.0
"""`wayside search`: passages by plate, class, place, time and what else is known of them, under a purpose."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from wayside import bootstrap, config
from wayside.cli.passages import COLUMNS, row
from wayside.cli.passages import table as passage_table
from wayside.cli.screen import err, out, say, show_table
from wayside.cli.words import passage_words, percent, printable
from wayside.domain import PlateClass, Purpose, UsageError, VehicleKind
from wayside.record import Amendment, Document, Store, passage_document
from wayside.record.search import (
    DIMENSIONS,
    PAGE_MOST,
    Count,
    Criteria,
    Found,
    MatchSource,
    Page,
    Tally,
    counts,
    search,
)

Text = str | None


def moment(text: Text) -> datetime | None:
    """A time as it was written; raises UsageError."""
    return None if text is None else config.parse_time(text)


def amendment_document(one: Amendment) -> Document:
    """What a person said of a passage."""
    stated = {"kind": one.kind.value, "field": one.field, "value": one.value, "author": one.author}
    return stated | {"reason": one.reason, "at": one.at.isoformat()}


def document(found: Found) -> Document:
    """A result as JSON: the passage, with what was matched and what people said of it."""
    matched = found.matched
    return passage_document(found.passage) | {
        "entry": found.seq,
        "matched": matched
        and {"text": matched.text, "source": matched.source.value, "probability": matched.probability},
        "amendments": [amendment_document(one) for one in found.amendments],
    }


def match_words(found: Found) -> str:
    """By which text a passage was found, where that is not its plate as it was read."""
    matched = found.matched
    if matched is None or matched.source is MatchSource.READING:
        return ""
    return printable(f"{matched.source.value} {matched.text} {percent(matched.probability)}")


def verdict_words(found: Found) -> str:
    """What people said of a passage last."""
    return found.amendments[-1].kind.value if found.amendments else ""


def words(found: Found) -> str:
    """A result on one line."""
    return "  ".join(part for part in (passage_words(found.passage), match_words(found), verdict_words(found)) if part)


def show(page: Page, *, as_json: bool) -> None:
    """The results of a page on standard output."""
    if as_json:
        for one in page.results:
            say(json.dumps(document(one), ensure_ascii=False))
    elif out.is_terminal:
        shown = passage_table(())
        for heading in ("found by", "said of it"):
            shown.add_column(heading)
        for one in page.results:
            shown.add_row(*row(one.passage)[: len(COLUMNS)], match_words(one), verdict_words(one))
        show_table(shown)
    else:
        for one in page.results:
            say(words(one))


def footer(page: Page) -> str:
    """How many there were, where the rest is, and what the journal calls the search."""
    told = f"{len(page.results)} found; journal entry {page.journal_seq}"
    if page.next_cursor is None:
        return told
    why = "enough was looked at for one page" if page.stopped_early else "there are more"
    return f"{told}; {why}: go on with --after {page.next_cursor}"


def show_counts(found: list[Count], *, as_json: bool) -> None:
    """Counts on standard output."""
    for one in found:
        if as_json:
            say(json.dumps(one.of | {"count": one.count}, ensure_ascii=False))
        else:
            say(printable("  ".join([*(str(value or "–") for value in one.of.values()), str(one.count)])))


COUNTED = {"site", "cameras", "gate", "way", "since", "until", "plate_class", "kind"}
"""What counts can be narrowed by."""


def tally_of(criteria: Criteria, by: str, now: datetime) -> Tally:
    """What is to be counted; raises UsageError for criteria that the counts of the hours do not know."""
    asked = criteria.document().keys()
    if unknown := sorted(asked - COUNTED):
        raise UsageError(f"counts do not know the {unknown[0].replace('_', ' ')}; search without --count-by for that")
    if criteria.since is None or len(criteria.cameras) > 1:
        raise UsageError("counts need --from, and take one --camera at most")
    return Tally(
        criteria.since,
        criteria.until or now,
        tuple(part.strip() for part in by.split(",") if part.strip() != "all"),
        site=criteria.site,
        camera=next(iter(criteria.cameras), None),
        gate=criteria.gate,
        way=criteria.way,
        plate_class=criteria.plate_class,
        kind=criteria.kind,
    )


class Wish(NamedTuple):
    """How the answer is wanted."""

    limit: int
    after: Text
    count_by: Text
    as_json: bool


def answer(store: Store, criteria: Criteria, purpose: Purpose, wish: Wish) -> None:
    """Searches or counts, and shows what was found."""
    if wish.count_by is not None:
        tally = tally_of(criteria, wish.count_by, store.now())
        show_counts(counts(store, tally, purpose), as_json=wish.as_json)
        return
    page = search(store, criteria, purpose, wish.limit, wish.after)
    show(page, as_json=wish.as_json)
    err.print(footer(page), markup=False)


def search_command(
    purpose: Annotated[str, typer.Option(metavar="CODE", help="Why: a reason from the site's list.")],
    reference: Annotated[str, typer.Option(help="Of the case that it is for.")],
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="LD23 ABC, a pattern (LD?? X*), within one error (~LD23ABC), or -.")
    ] = "-",
    person: Annotated[Text, typer.Option(help="Who asks, where several use one account.")] = None,
    since: Annotated[Text, typer.Option("--from", metavar="ISO-TIME", help="Passages from this time on.")] = None,
    until: Annotated[Text, typer.Option("--to", metavar="ISO-TIME", help="Passages before this time.")] = None,
    camera: Annotated[list[str] | None, typer.Option(help="Of this camera; may be repeated.")] = None,
    place: Annotated[Text, typer.Option(help="Of the cameras at this place.")] = None,
    site: Annotated[Text, typer.Option(help="Of this site.")] = None,
    gate: Annotated[Text, typer.Option(help="That crossed this gate.")] = None,
    way: Annotated[Text, typer.Option(help="That crossed a gate this way.")] = None,
    plate_class: Annotated[PlateClass | None, typer.Option("--class", help="With plates of this class.")] = None,
    sender_code: Annotated[Text, typer.Option(help="With this mission's code.")] = None,
    country: Annotated[Text, typer.Option(metavar="CC", help="With plates of this country.")] = None,
    kind: Annotated[VehicleKind | None, typer.Option(help="Vehicles of this kind.")] = None,
    colour: Annotated[Text, typer.Option(help="Vehicles of this colour.")] = None,
    at_least: Annotated[int | None, typer.Option(min=0, help="With as many aboard, or more.")] = None,
    at_most: Annotated[int | None, typer.Option(min=0, help="With as many aboard, or fewer.")] = None,
    confirmed: Annotated[bool | None, typer.Option("--confirmed/--unconfirmed", help="By a person, or not.")] = None,
    read: Annotated[bool | None, typer.Option("--read/--unread", help="Plates that could be read, or not.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=PAGE_MOST, help="How many, newest first.")] = 50,
    after: Annotated[Text, typer.Option(metavar="CURSOR", help="Go on where a search ended.")] = None,
    count_by: Annotated[
        Text, typer.Option(metavar="WHAT,…", help=f"Counts instead: by {', '.join(DIMENSIONS)}, or all.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    data: Annotated[Path, typer.Option(envvar="WAYSIDE_DATA", help="Where the record lies.")] = config.DEFAULT_DATA,
) -> None:
    """Find passages, newest first, under a purpose and with a trace in the journal."""
    criteria = Criteria(
        plate=bootstrap.plate_query(query),
        country=None if country is None else config.parse_country(country),
        plate_class=plate_class,
        sender_code=sender_code,
        site=site,
        cameras=tuple(camera or ()),
        place=place,
        gate=gate,
        way=way,
        since=moment(since),
        until=moment(until),
        kind=kind,
        colour=colour,
        occupants_at_least=at_least,
        occupants_at_most=at_most,
        confirmed=confirmed,
        read=read,
    )
    wish = Wish(limit, after, count_by, as_json)
    with closing(bootstrap.open_record(data)) as store:
        answer(store, criteria, bootstrap.purpose_under(store, purpose, reference, person), wish)
