# SPDX-License-Identifier: Apache-2.0
"""`wayside backup` and `wayside restore`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn

from wayside import bootstrap, config
from wayside.cli.exchange import Data
from wayside.cli.failures import EXIT_STOPPED
from wayside.cli.screen import complain, err, say
from wayside.cli.stop import Stop
from wayside.domain import UsageError
from wayside.record.backup import forget_backup, make_backup
from wayside.record.backup import restore as bring_back

Keyring = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Where the keys of the backup lie; default: keyring in its folder.")
]


@contextmanager
def units_meter(words: str) -> Iterator[Callable[[str, int, int], None]]:
    """A bar that goes on with each unit, where somebody sits before it."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.completed:.0f}"))
    with Progress(*columns, console=err, disable=not err.is_terminal, transient=True) as progress:
        task = progress.add_task(words, total=None)
        yield lambda unit, done, total: progress.update(task, completed=done, total=total, description=unit)


def backup(
    to: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder of the backup, best on another disk.")
    ] = None,
    keyring: Keyring = None,
    forget: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Remember this backup no more: it is gone for good.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="What was done as one JSON object.")] = False,
    data: Data = config.DEFAULT_DATA,
) -> None:
    """Make a backup, or bring one up to date, while the record is in use."""
    if (to is None) == (forget is None):
        raise UsageError("name the folder of the backup: --to DIR; or --forget DIR for one that is gone")
    stop = Stop()
    with closing(bootstrap.open_record(data)) as store:
        if forget is not None:
            if not forget_backup(store, forget, bootstrap.account()):
                raise UsageError(f"{forget}: is no backup that the record knows of; `wayside doctor` lists them")
            return
        assert to is not None
        with stop.listening(), units_meter("backup") as progress:
            done = make_backup(store, to, keyring=keyring, person=bootstrap.account(), progress=progress, stop=stop)
    if done.stopped:
        complain("ended before the backup was whole; what was backed up before is still good")
        raise typer.Exit(EXIT_STOPPED)
    told = {"entries": done.size, "units": done.units, "written": done.written, "pictures": done.pictures}
    if as_json:
        say(json.dumps({"path": str(done.place.folder), "keyring": str(done.place.keyring), **told}))
    else:
        say(f"{done.place.folder}: {done.written} of {done.units} units written, {done.pictures} new pictures")


def restore(
    source: Annotated[Path, typer.Option("--from", metavar="DIR", help="The folder of the backup.")],
    data: Annotated[Path, typer.Option(metavar="NEWDIR", help="A new data directory.")],
    keyring: Keyring = None,
    as_json: Annotated[bool, typer.Option("--json", help="What was done as one JSON object.")] = False,
) -> None:
    """Bring a record back from a backup, and take nothing that its journal does not prove."""
    with units_meter("restore") as progress:
        done = bring_back(source, data, keyring=keyring, person=bootstrap.account(), progress=progress)
    if as_json:
        told = {"entries": done.size, "passages": done.passages, "pictures": done.pictures}
        say(json.dumps({"path": str(data), **told, "checkpoints": done.checkpoints}))
    else:
        say(
            f"{data}: {done.passages} passages and {done.pictures} pictures restored; {done.size} journal entries "
            f"agree with {done.checkpoints} signed checkpoints"
        )
