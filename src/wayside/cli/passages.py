# SPDX-License-Identifier: Apache-2.0
"""`wayside passages`: what is recorded, newest first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from wayside import bootstrap, config
from wayside.cli.screen import out, say, show_table
from wayside.cli.words import (
    direction_words,
    meaning_words,
    occupants_words,
    passage_words,
    percent,
    plate_words,
    printable,
)
from wayside.domain import Passage
from wayside.record import passage_document

COLUMNS = ("time (UTC)", "camera", "plate", "probability", "registration", "direction", "occupants", "vehicle")


def row(passage: Passage) -> tuple[str, ...]:
    """A passage in the order of COLUMNS."""
    cells = (
        f"{passage.began_at:%Y-%m-%d %H:%M:%S}",
        passage.camera,
        plate_words(passage.plate),
        percent(passage.plate.probability),
        meaning_words(passage.registration),
        direction_words(passage),
        occupants_words(passage.occupants),
        passage.vehicle.described,
    )
    return tuple(printable(cell) for cell in cells)


def table(passages: Sequence[Passage]) -> Table:
    """Passages as a table for a terminal."""
    shown = Table(*COLUMNS, header_style="bold", box=None, pad_edge=False)
    for passage in passages:
        shown.add_row(*row(passage))
    return shown


def passages(
    data: Annotated[Path, typer.Option(envvar="WAYSIDE_DATA", help="Where the record lies.")] = config.DEFAULT_DATA,
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 50,
    camera: Annotated[str | None, typer.Option(help="Of this camera only.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line, as `watch --output` writes.")
    ] = False,
) -> None:
    """List what is recorded, newest first."""
    found = bootstrap.recorded(data, limit, camera)
    if as_json:
        for passage in found:
            say(json.dumps(passage_document(passage), ensure_ascii=False))
    elif out.is_terminal:
        show_table(table(found))
    else:
        for passage in found:
            say(passage_words(passage))
