# SPDX-License-Identifier: Apache-2.0
"""`wayside checkpoint`: the journal's signed state, for somebody else to keep."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from wayside import bootstrap, config
from wayside.cli.screen import err
from wayside.record import keep_in, read_roots, sign_now, stamp


def checkpoint(
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep it in this file too, unless it contradicts what is there.")
    ] = None,
    roots: Annotated[
        Path | None,
        typer.Option("--timestamp", metavar="ROOTS.pem", help="Have it stamped by the site's authority, under these."),
    ] = None,
    data: Annotated[Path, typer.Option(envvar="WAYSIDE_DATA", help="Where the record lies.")] = config.DEFAULT_DATA,
) -> None:
    """Sign the journal as it is, and print the checkpoint."""
    with closing(bootstrap.open_record(data)) as store:
        note = sign_now(store)
        if to is not None and keep_in(store, to):
            err.print(f"kept in {to}", markup=False)
        if roots is not None:
            at = stamp(store, note, read_roots(roots))
            err.print(f"stamped at {at:%Y-%m-%d %H:%M:%S} UTC", markup=False)
    sys.stdout.write(note)
