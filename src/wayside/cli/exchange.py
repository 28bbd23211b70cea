# SPDX-License-Identifier: Apache-2.0
"""`wayside export` and `wayside import`: passages out of the record and into it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.progress import BarColumn, Progress, TextColumn

from wayside import bootstrap, config
from wayside.cli.failures import EXIT_FAILED, EXIT_STOPPED
from wayside.cli.screen import complain, err, say
from wayside.cli.stop import Stop
from wayside.domain import PlateClass, UsageError
from wayside.record import STANDARD_OUTPUT, Store, keep_of, read_site
from wayside.record.exchange import (
    FORMATS,
    Done,
    Order,
    Report,
    Selection,
    export_kept,
    export_to_file,
    export_to_stream,
    is_record,
    rehearse,
    take_in,
)
from wayside.watch import would_keep

MOST_SHOWN = 20
"""Rejected lines that are shown; `--json` has more."""

Data = Annotated[Path, typer.Option(envvar="WAYSIDE_DATA", help="Where the record lies.")]


@contextmanager
def meter(words: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, where somebody sits before it; tell it how far things are."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.completed:.0f}"))
    with Progress(*columns, console=err, disable=not err.is_terminal, transient=True) as progress:
        task = progress.add_task(words, total=total)
        yield lambda position: progress.update(task, completed=position)


def moment(text: str | None) -> datetime | None:
    """A time as it was written; raises UsageError."""
    return None if text is None else config.parse_time(text)


def export(
    purpose: Annotated[str, typer.Option(metavar="CODE", help="Why: a reason from the site's list.")],
    reference: Annotated[str, typer.Option(help="Of the case that it is for.")],
    form: Annotated[str, typer.Option("--format", help=f"One of {', '.join(FORMATS)}.")] = "jsonl",
    output: Annotated[
        Path | None, typer.Option(help="A file, or - for a pipe; default: kept in the data directory.")
    ] = None,
    since: Annotated[str | None, typer.Option("--from", metavar="ISO-TIME", help="Passages from this time on.")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="ISO-TIME", help="Passages before this time.")] = None,
    camera: Annotated[str | None, typer.Option(help="Of this camera only.")] = None,
    gate: Annotated[str | None, typer.Option(help="That crossed this gate.")] = None,
    way: Annotated[str | None, typer.Option(help="That crossed a gate this way.")] = None,
    plate_class: Annotated[PlateClass | None, typer.Option("--class", help="With plates of this class.")] = None,
    plate: Annotated[str | None, typer.Option(help="With this plate, as read or as an alternative.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say what was written as one JSON object.")] = False,
    data: Data = config.DEFAULT_DATA,
) -> None:
    """Take passages out of the record, under a purpose and with a trace in the journal."""
    if as_json and output == STANDARD_OUTPUT:
        raise UsageError("--json and --output - both want standard output; name a file for one of them")
    text = None if plate is None else bootstrap.normalise(plate)
    selection = Selection(moment(since), moment(until), camera, gate, way, plate_class, text)
    with closing(bootstrap.open_record(data)) as store:
        order = Order(selection, bootstrap.purpose_under(store, purpose, reference), form)
        done = write(store, order, output)
    if as_json:
        say(json.dumps(done.manifest, ensure_ascii=False))
    elif done.path is None:
        err.print(f"{done.passages} passages; export {done.mark.export_id}", markup=False)
    else:
        say(str(done.path))
        err.print(f"{done.passages} passages, {done.bytes} bytes; export {done.mark.export_id}", markup=False)


def write(store: Store, order: Order, output: Path | None) -> Done:
    """Exports to where it was asked to."""
    with meter("export", None) as progress:
        if output is None:
            return export_kept(store, order, progress)
        if output != STANDARD_OUTPUT:
            return export_to_file(store, order, output, progress)
        done = export_to_stream(store, order, sys.stdout.buffer, progress)
        sys.stdout.buffer.flush()
        return done


@contextmanager
def opened(file: Path) -> Iterator[tuple[BinaryIO, int | None]]:
    """A file of lines and its size in bytes, None for standard input; raises UsageError."""
    if file == STANDARD_OUTPUT:
        yield sys.stdin.buffer, None
        return
    try:
        lines = file.open("rb")
        size = file.stat().st_size
    except OSError as error:
        raise UsageError(f"{file}: cannot be read ({error.strerror}); name a file of lines, or -") from None
    with lines:
        yield lines, size


def take(
    file: Annotated[Path, typer.Argument(metavar="FILE.jsonl", help="One passage a line, or - for a pipe.")],
    pictures: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the pictures lie that the lines name.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as one JSON object.")] = False,
    data: Data = config.DEFAULT_DATA,
) -> None:
    """Take passages into the record, one a line as `watch --output` writes them."""
    if pictures is not None and not pictures.is_dir():
        raise UsageError(f"{pictures}: is no directory; name the one that holds the pictures")
    stop = Stop()
    with opened(file) as (lines, size), stop.listening(), meter("import", size) as progress:
        if dry_run:
            report = practise(data, lines, pictures, stop, progress)
        else:
            with closing(bootstrap.open_for_passages(data)) as store:
                name, person = file.name, bootstrap.account()
                report = take_in(
                    store, lines, name=name, person=person, pictures=pictures, stop=stop, progress=progress
                )
    tell(report, as_json, some_only_counted=read_site(data).no_hit.on)
    raise typer.Exit(EXIT_STOPPED if report.stopped else EXIT_FAILED if report.rejected else 0)


def practise(data: Path, lines: BinaryIO, pictures: Path | None, stop: Stop, progress: Callable[[int], None]) -> Report:
    """A dry run, against the record where there is one."""
    if not is_record(data):
        keeps = keep_of(data, read_site(data))
        return rehearse(None, lines, keeps=keeps, pictures=pictures, stop=stop, progress=progress)
    with closing(Store(data, writing=False)) as store:
        return rehearse(store, lines, keeps=would_keep(store), pictures=pictures, stop=stop, progress=progress)


def tell(report: Report, as_json: bool, *, some_only_counted: bool) -> None:
    """The report: to a program on standard output, to people in words and complaints.

    `some_only_counted`: whether the site keeps what is on no list as counts alone (the no-hit mode).
    """
    if as_json:
        say(json.dumps(report.document, ensure_ascii=False))
        return
    for number, fault in report.faults[:MOST_SHOWN]:
        complain(f"line {number}: {fault.where + ' ' if fault.where else ''}{fault.what}")
    if report.rejected > MOST_SHOWN:
        complain(f"{report.rejected - MOST_SHOWN} more lines were rejected; --json lists them")
    would = "would be " if report.dry_run else ""
    known = "there already or only counted" if some_only_counted else "there already"
    say(
        f"{report.lines} lines: {report.new} passages {would}new, {report.known} {known}, "
        f"{report.rejected} rejected; {report.pictures_taken} pictures {would}taken in, "
        f"{report.pictures_missing} missing"
    )
    if report.stopped:
        complain("stopped before the end of the file; what is in stays, and the same command goes on from there")
