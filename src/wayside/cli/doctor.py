# SPDX-License-Identifier: Apache-2.0
"""`wayside doctor`: how a data directory is, and what can be done about it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from wayside import config
from wayside.cli.exchange import Data
from wayside.cli.failures import EXIT_FAILED, EXIT_USAGE
from wayside.cli.screen import say
from wayside.domain import UsageError
from wayside.record.doctor import Finding, State, examine
from wayside.record.doctor import mend as mend_record


def verdict(findings: Sequence[Finding]) -> int:
    """0 where all is fine, 1 where something needs care, 2 where something cannot be told."""
    states = {one.state for one in findings}
    if State.UNKNOWN in states:
        return EXIT_USAGE
    return EXIT_FAILED if State.CARE in states else 0


def line(finding: Finding) -> str:
    """A finding on one line."""
    mend = "  [--mend]" if finding.mendable else ""
    return f"{finding.state.value:8}{finding.name:12}{finding.said}{mend}"


def doctor(
    mend: Annotated[bool, typer.Option("--mend", help="Do the mends that can do no harm, then look again.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The findings as one JSON object.")] = False,
    data: Data = config.DEFAULT_DATA,
) -> None:
    """Say how the data directory is: form, room, leftovers, erasures, backups, keys, journal, clock."""
    if mend:
        if not data.is_dir():
            raise UsageError(f"{data}: is no directory; name the one that holds the record")
        mend_record(data)
    findings = list(examine(data))
    code = verdict(findings)
    if as_json:
        told = [asdict(one) for one in findings]
        say(json.dumps({"fine": code == 0, "findings": told}, ensure_ascii=False))
    else:
        for one in findings:
            say(line(one))
    if code:
        raise typer.Exit(code)
