# SPDX-License-Identifier: Apache-2.0
"""`wayside read`: plates and vehicles of single pictures."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from wayside import bootstrap, config
from wayside.cli.failures import exit_code, sentence
from wayside.cli.screen import Board, complain, err, out
from wayside.cli.stills import still_document, still_words
from wayside.domain import SourceError
from wayside.record import STANDARD_OUTPUT, Lines


def expand(named: Sequence[Path]) -> tuple[list[Path], list[SourceError]]:
    """The pictures among files and folders in the order named, and the folders that gave none."""
    found: list[Path] = []
    failed: list[SourceError] = []
    for path in named:
        try:
            found += bootstrap.list_pictures(path) if os.path.isdir(path) else [path]
        except SourceError as error:
            failed.append(error)
    return found, failed


@dataclass(slots=True)
class Run:
    """One call of the command."""

    reader: bootstrap.StillReader
    lines: Lines | None
    board: Board
    codes: set[int] = field(default_factory=set)

    def trouble(self, error: Exception) -> None:
        """Tells of a picture that could not be read; the others are read all the same."""
        complain(sentence(error))
        self.codes.add(exit_code(error))

    def all(self, paths: Sequence[Path]) -> None:
        """Reads every picture. Raises ModelError, RecordError: they would befall the others too."""
        with self.board.task("reading", len(paths)) as task:
            for path in paths:
                try:
                    still = self.reader.read(path)
                except SourceError as error:
                    self.trouble(error)
                else:
                    if self.lines is not None:
                        self.lines.write(still_document(path, still))
                    self.board.show(still_words(path, still))
                self.board.advance(task)


def read(
    images: Annotated[list[Path], typer.Argument(metavar="IMAGE...", help="Pictures, or folders of pictures.")],
    crops: Annotated[bool, typer.Option("--crops", help="Each picture is one plate, already cut out.")] = False,
    country: Annotated[str | None, typer.Option(help="Where most plates come from, such as GB.")] = None,
    output: Annotated[
        Path | None, typer.Option(help="Write one JSON object a line to this file, emptied first; - for a pipe.")
    ] = None,
) -> None:
    """Read the plates in pictures."""
    prior = None if country is None else config.parse_country(country)
    paths, failed = expand(images)
    results = err if output == STANDARD_OUTPUT else out
    reader = bootstrap.StillReader(crops=crops, country=prior)
    with Lines(output) if output else nullcontext() as lines, Board(results=results) as board:
        run = Run(reader, lines, board)
        for error in failed:
            run.trouble(error)
        run.all(paths)
    raise typer.Exit(max(run.codes, default=0))
