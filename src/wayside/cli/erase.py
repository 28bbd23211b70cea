# SPDX-License-Identifier: Apache-2.0
"""`wayside erase` and `wayside hold`: what the record forgets, and what it keeps for a case."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from typing import Annotated, Any

import typer

from wayside import bootstrap, config
from wayside.cli.exchange import Data, meter
from wayside.cli.failures import EXIT_FAILED, EXIT_STOPPED
from wayside.cli.screen import complain, err, say
from wayside.cli.stop import Stop
from wayside.domain import UsageError
from wayside.record import Store
from wayside.record.retention import (
    Counts,
    Manner,
    Report,
    before_counts,
    due_counts,
    erase_before,
    holds,
    place_hold,
    plate_counts,
    release_hold,
)

COUNTED = {
    "passages": "passages",
    "pictures": "pictures",
    "amendments": "remarks on other passages",
    "hits": "hits",
    "payloads": "journal entries",
    "exports": "kept exports",
    "sightings": "sightings",
}
hold_app = typer.Typer(help="Keep selected passages beyond their time, for a case.")


def counts_words(counts: Counts) -> str:
    """What was erased, or would be, in words."""
    parts = [f"{count} {words}" for name, words in COUNTED.items() if (count := getattr(counts, name))]
    kept = {"passages": counts.held, "sightings": counts.sightings_held}
    held = "".join(f"; {count} {what} are held for a case and stay" for what, count in kept.items() if count)
    return (", ".join(parts) or "nothing") + held


def report_document(report: Report) -> dict[str, Any]:
    """What an erasure did, as JSON."""
    return {
        **asdict(report.counts),
        "orphans_removed": len(report.orphans.files),
        "pictures_missing": list(report.orphans.rows),
        "disk_pending": None if report.pending is None else report.pending.why,
        "backups_pending": [
            {"path": str(one.folder), "units": list(one.units), "keys_destroyed": one.keys_destroyed, "why": one.why}
            for one in report.backups
        ],
    }


def complaints(report: Report) -> list[str]:
    """What is left to do after an erasure, a sentence each."""
    said = []
    if report.pending is not None:
        said.append(
            f"the free pages of the database still hold what was erased: {report.pending.why}; run it again then"
        )
    for one in report.backups:
        unread = "its keys were destroyed, so nobody can read it" if one.keys_destroyed else "it still holds that"
        said.append(
            f"{one.folder}: the backup could not be reached ({one.why}); {unread}; run it again when it is there"
        )
    if report.orphans.rows:
        said.append(f"{len(report.orphans.rows)} pictures are missing that nobody erased; `wayside verify` names them")
    return said


def finish(report: Report, as_json: bool) -> None:
    """Shows what was done; ends with 1 where something is left to do, 130 where somebody asked for an end."""
    if as_json:
        say(json.dumps(report_document(report), ensure_ascii=False))
    else:
        say(f"erased: {counts_words(report.counts)}")
    for sentence in complaints(report):
        complain(sentence)
    if report.counts.stopped:
        complain("ended before all was erased; run it again to go on")
        raise typer.Exit(EXIT_STOPPED)
    if report.pending is not None or report.backups:
        raise typer.Exit(EXIT_FAILED)


def show_counts(counts: Counts, as_json: bool) -> None:
    """Shows what would be done."""
    say(json.dumps(asdict(counts)) if as_json else f"would erase: {counts_words(counts)}")


def erase(
    due: Annotated[bool, typer.Option("--due", help="What the site keeps no longer.")] = False,
    plate: Annotated[str | None, typer.Option(help="Everything that names this plate.")] = None,
    before: Annotated[str | None, typer.Option(metavar="ISO-TIME", help="What was captured before this time.")] = None,
    camera: Annotated[str | None, typer.Option(help="With --before: of this camera only.")] = None,
    purpose: Annotated[
        str | None, typer.Option(metavar="CODE", help="Why: a reason from the site's list; not needed for --due.")
    ] = None,
    reference: Annotated[str | None, typer.Option(help="Of the case that it is for.")] = None,
    identity_check: Annotated[
        str | None,
        typer.Option(metavar="REF", help="With --plate: where the check of the person who asks is written down."),
    ] = None,
    confirm_clock: Annotated[
        bool, typer.Option("--confirm-clock", help="With --due: you looked, and the clock is right.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say how much it is, and erase nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as one JSON object.")] = False,
    data: Data = config.DEFAULT_DATA,
) -> None:
    """Erase from rows, indexes, pictures, logs, free pages, kept exports and backups."""
    if [due, plate is not None, before is not None].count(True) != 1:
        raise UsageError("say what to erase: one of --due, --plate TEXT and --before TIME")
    if (camera and not before) or (identity_check and not plate) or (confirm_clock and not due):
        raise UsageError("--camera goes with --before, --identity-check with --plate, --confirm-clock with --due")
    if not due and not (purpose and reference):
        raise UsageError("an erasure by hand needs its --purpose and --reference, as a search does")
    why = purpose or "", reference or ""
    if dry_run:
        with closing(bootstrap.open_record(data)) as store:
            show_counts(counted(store, plate, before, camera, why), as_json)
        return
    stop = Stop()
    with closing(bootstrap.open_record(data)) as store, stop.listening(), meter("erase", None) as show:
        manner = Manner(stop, counting(show))
        if due:
            report = bootstrap.erase_what_is_due(store, clock_is_right=confirm_clock, manner=manner)
        else:
            under = bootstrap.purpose_under(store, *why)
            if plate is not None:
                report = bootstrap.erase_registration(store, plate, under, identity_check=identity_check, manner=manner)
            else:
                report = erase_before(store, config.parse_time(before or ""), under, camera=camera, manner=manner)
    finish(report, as_json)


def counting(show: Callable[[int], None]) -> Callable[[str, int], None]:
    """Progress that adds up whatever is erased."""
    total = 0

    def progress(what: str, count: int) -> None:
        nonlocal total
        total += count
        show(total)

    return progress


def counted(store: Store, plate: str | None, before: str | None, camera: str | None, why: tuple[str, str]) -> Counts:
    """What would be erased."""
    if plate is not None:
        return plate_counts(store, plate, bootstrap.purpose_under(store, *why))
    return due_counts(store) if before is None else before_counts(store, config.parse_time(before), camera)


@hold_app.command("place")
def place(
    passages: Annotated[list[str], typer.Argument(metavar="ID...", help="Passages or sightings, by their ids.")],
    reference: Annotated[str, typer.Option(help="The case.")],
    until: Annotated[str, typer.Option(metavar="ISO-TIME", help="When the hold ends by itself; within a year.")],
    purpose: Annotated[str, typer.Option(metavar="CODE", help="Why: a reason from the site's list.")],
    approved_by: Annotated[str | None, typer.Option(help="Who approved it; somebody else than you.")] = None,
    data: Data = config.DEFAULT_DATA,
) -> None:
    """Keep passages and sightings with their pictures until the case is over."""
    with closing(bootstrap.open_record(data)) as store:
        under = bootstrap.purpose_under(store, purpose, reference)
        say(
            place_hold(
                store,
                passages,
                reference=under.reference,
                person=under.person,
                expires_at=config.parse_time(until),
                approved_by=approved_by,
            )
        )


@hold_app.command("release")
def release(
    hold: Annotated[str, typer.Argument(help="The hold, as `place` named it.")],
    data: Data = config.DEFAULT_DATA,
) -> None:
    """Let passages go; those whose time is over are erased by the next run."""
    with closing(bootstrap.open_record(data)) as store:
        say(f"{release_hold(store, hold, person=bootstrap.account())} passages released")


@hold_app.command("list")
def list_holds(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    data: Data = config.DEFAULT_DATA,
) -> None:
    """Show the holds, the newest first."""
    with Store(data, writing=False) as store:
        found = holds(store)
        if not found and not as_json:
            err.print("there are no holds")
        for one in found:
            active = one.active(store.now())
            if as_json:
                say(json.dumps({**asdict(one), "active": active}, default=lambda time: time.isoformat()))
            else:
                state = f"until {one.expires_at:%Y-%m-%d}" if active else "over"
                say(f"{one.id}  {one.reference}  {one.passages} passages  {state}  placed by {one.placed_by}")
