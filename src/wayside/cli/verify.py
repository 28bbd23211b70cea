# SPDX-License-Identifier: Apache-2.0
"""`wayside verify`: whether a record, or a bundle from one, is what was recorded.

0  sound
1  tampered: each finding is named
2  could not be checked
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from wayside import config
from wayside.cli.exchange import meter
from wayside.cli.screen import complain, say
from wayside.cli.words import printable
from wayside.domain import RecordError, UsageError
from wayside.record import read_roots
from wayside.record.journal import PublicKey, read_key_list, read_notes
from wayside.record.verify import Asked, Report, Status, verify_bundle, verify_record, verify_since

LOOKED = {"kept": "checkpoints kept elsewhere"}


def verify(
    data: Annotated[
        Path | None, typer.Option(envvar="WAYSIDE_DATA", help="Where the record lies.", show_default="wayside-data")
    ] = None,
    bundle: Annotated[
        Path | None, typer.Option(metavar="FILE", help="An evidence bundle to check instead of a record.")
    ] = None,
    checkpoints: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Checkpoints that somebody else kept: the record must lead to each."),
    ] = None,
    keys: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The site's public keys, had from elsewhere; default: its own list."),
    ] = None,
    since_last: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Only what came since the checkpoint in FILE; keeps the newest one there."),
    ] = None,
    roots: Annotated[
        Path | None,
        typer.Option("--timestamp-roots", metavar="ROOTS.pem", help="Check the time stamps, believing these."),
    ] = None,
    skip_pictures: Annotated[bool, typer.Option("--skip-pictures", help="Leave the files of pictures unread.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as one JSON object.")] = False,
) -> None:
    """Check that nothing recorded was edited, inserted, removed or blanked without permission; changes nothing."""
    if bundle is not None and (checkpoints or since_last or roots):
        raise UsageError("--bundle is checked by itself; leave out what is about a record")
    try:
        trusted = None if keys is None else read_key_list(keys)
        if bundle is not None:
            report = verify_bundle(bundle, trusted)
        else:
            kept = () if checkpoints is None else tuple(read_notes(checkpoints))
            believed = None if roots is None else tuple(read_roots(roots))
            asked = Asked(keys=trusted, kept=kept, pictures=not skip_pictures, roots=believed)
            report = check(config.DEFAULT_DATA if data is None else data, asked, since_last)
    except (RecordError, OSError) as error:
        report = Report("record" if bundle is None else "bundle", unchecked=[str(error)])
    tell(report, as_json)
    raise typer.Exit(report.status.exit_code)


def check(data: Path, asked: Asked, since_last: Path | None) -> Report:
    """Checks a record, with a bar where somebody waits for it."""
    with meter("verify", None) as progress:
        if since_last is not None:
            return verify_since(data, since_last, asked, lambda done, total: progress(done))
        return verify_record(data, asked, lambda done, total: progress(done))


def tell(report: Report, as_json: bool) -> None:
    """Says what was found."""
    if as_json:
        say(json.dumps(report.document, ensure_ascii=False))
        return
    for one in report.findings:
        say(printable(str(one)))
    for reason in report.unchecked:
        complain(reason)
    say(summary(report))
    for line in remarks(report):
        say(line)


def summary(report: Report) -> str:
    """The result in one line."""
    if report.status is Status.UNCHECKED:
        return "could not be checked"
    counted = report.document["checked"].items()
    looked = ", ".join(f"{number} {LOOKED.get(name, name)}" for name, number in counted if number)
    whose = f"; journal {printable(report.origin)}" if report.origin else ""
    found = f"; {report.found} finding{'' if report.found == 1 else 's'}" if report.found else ""
    return f"{report.status}: {looked or 'nothing'} checked{whose}{found}"


def remarks(report: Report) -> list[str]:
    """What the reader of a result must know to judge it."""
    lines = [f"key {PublicKey.parse(one).fingerprint}" for one in report.keys]
    if report.first:
        lines.append(f"entries before {report.first} were checked earlier, and were not looked at again")
    if report.unsigned:
        lines.append(f"the last {report.unsigned} entries are newer than the newest checkpoint")
    if report.status is Status.SOUND and report.subject == "record" and not report.checked["kept"]:
        lines.append(
            "no checkpoint kept elsewhere was compared: whoever holds the key could have written all of it anew"
        )
    if report.status is Status.SOUND and report.subject == "bundle" and not report.keys:
        lines.append("only if the keys in keys.txt are the site's: compare them, or give the site's with --keys")
    return lines
