# SPDX-License-Identifier: Apache-2.0
"""`wayside plate` says what a text may be as a plate; `wayside plates import-codes` loads a site's code table."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from wayside import config
from wayside.cli.screen import say
from wayside.cli.words import UNKNOWN, percent, printable
from wayside.domain import Registration, UsageError
from wayside.plates import Explanation, Senders, decode, explain, load_codes, normalise, senders_with
from wayside.record import share

CODES_FILE = "sender-codes.csv"
"""Where a site's own sender codes lie within its data directory."""
LONGEST_SHOWN = 40
MOST_SHOWN = 6
"""Meanings told of one plate; `--json` has them all."""

plates_app = typer.Typer(help="Tables that say what plates mean.", no_args_is_help=True)

Data = Annotated[Path, typer.Option(envvar="WAYSIDE_DATA", help="Where the record and the site's tables lie.")]


def plate_command(
    texts: Annotated[list[str], typer.Argument(metavar="TEXT…", help="Plates as they were read or written.")],
    country: Annotated[str | None, typer.Option(metavar="XX", help="Where the camera stands, as GB.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    data: Data = config.DEFAULT_DATA,
) -> None:
    """Explains what a text may be as a plate: class, country, sender, era, and the rule that says so."""
    home = _country(country)
    senders = senders_with(data / CODES_FILE)
    for text in texts:
        found = decode(text, country=home, codes=senders)
        if as_json:
            say(json.dumps(document(text, found), ensure_ascii=False))
        else:
            _tell(text, found)


@plates_app.command("import-codes")
def import_codes(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="table,code,name,source,date,grade")],
    data: Data = config.DEFAULT_DATA,
) -> None:
    """Checks a table of sender codes line by line and puts it in the place of the site's present one."""
    found = load_codes(file)
    _replace(data / CODES_FILE, file.read_bytes())
    say(
        f"{_number(found)} in {len({table for table, _ in found})} table(s); shipped codes stay where yours say nothing"
    )


def document(text: str, found: tuple[Registration, ...]) -> dict[str, Any]:
    """What `--json` prints for one text."""
    return {
        "text": text[:LONGEST_SHOWN],
        "normalised": normalise(text)[:LONGEST_SHOWN],
        "registrations": [_entry(text, registration) for registration in found],
    }


def _entry(text: str, registration: Registration) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "country": registration.country,
        "class": registration.plate_class.value,
        "sender_code": registration.sender_code,
        "sender_name": registration.sender_name,
        "rule": registration.rule,
        "probability": share(registration.probability),
        "supposed_text": registration.supposed_text,
    }
    known = explain(registration, text)
    if known is not None:
        entry |= {"printed": known.printed, "series": known.title, "era": known.era, "age": known.age}
        entry |= {"rank": known.rank, "source": known.source.title, "grade": known.source.grade}
    return entry


def _tell(text: str, found: tuple[Registration, ...]) -> None:
    say(printable(text[:LONGEST_SHOWN]))
    for registration in found[:MOST_SHOWN]:
        say("  " + "  ".join(_cells(registration, explain(registration, text))))


def _cells(registration: Registration, known: Explanation | None) -> list[str]:
    chance = f"{percent(registration.probability):>5}"
    if known is None:
        return [chance, "of no known syntax"]
    supposed = [f"if it is {known.printed}"] if registration.supposed_text else [known.printed]
    kind = registration.plate_class.value.replace("_", " ")
    words = [known.country_name, kind, known.rank, known.sender, known.title, known.age or known.era]
    shown = [word for word in words if word]
    return [chance, *supposed, ", ".join(shown) or UNKNOWN, f"[{registration.rule}; {_origin(known)}]"]


def _origin(known: Explanation) -> str:
    return f"{known.source.grade}: {known.source.title}, {known.source.date}"


def _country(country: str | None) -> str | None:
    if country is not None and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise UsageError(f"country {country[:10]!r} is no ISO 3166 code of two letters; write GB, DE or FR")
    return country.upper() if country else None


def _number(found: Senders) -> str:
    return "1 code" if len(found) == 1 else f"{len(found)} codes"


def _replace(target: Path, content: bytes) -> None:
    """Puts the whole file in place at once, so that nobody ever reads half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".new")
    draft.write_bytes(content)
    os.replace(draft, target)
