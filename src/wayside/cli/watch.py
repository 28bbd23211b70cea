# SPDX-License-Identifier: Apache-2.0
"""`wayside watch`: video in, passages out."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import typer

from wayside import bootstrap, config
from wayside.cli.failures import EXIT_STOPPED, exit_code, sentence
from wayside.cli.screen import Board, complain, err, out
from wayside.cli.stop import Stop
from wayside.cli.words import passage_words
from wayside.domain import UsageError
from wayside.record import STANDARD_OUTPUT


@dataclass(slots=True)
class Tally:
    """What one camera gave."""

    frames: int = 0
    passages: int = 0
    new: int = 0
    dropped: int = 0
    began_s: float = field(default_factory=time.monotonic)

    def words(self, name: str) -> str:
        """The tally on one line."""
        seconds = time.monotonic() - self.began_s
        missing = f", {self.dropped} frames dropped" if self.dropped else ""
        return (
            f"{name}: {self.passages} passages ({self.new} new) in {self.frames} frames, {seconds:.1f} s, "
            f"{self.frames / max(seconds, 1e-9):.0f} frames/s{missing}"
        )


@dataclass(slots=True)
class Run:
    """One call of the command: cameras of this machine one after another, live ones side by side."""

    keeper: bootstrap.Keeper
    board: Board
    stop: Stop
    rate: float | None
    patience_s: float | None
    codes: set[int] = field(default_factory=set)

    def all(self, plans: Sequence[config.CameraPlan]) -> int:
        """Watches every camera; the exit code, that of the worst trouble."""
        live = [plan for plan in plans if bootstrap.is_live(plan)]
        recorded = [plan for plan in plans if plan not in live]
        cores = max(1, (os.cpu_count() or 1) // max(1, len(live) + bool(recorded)))
        threads = [threading.Thread(target=self._several, args=([plan], cores), daemon=True) for plan in live]
        with self.keeper.erasing_daily() if live else nullcontext():
            for thread in threads:
                thread.start()
            self._several(recorded, cores)
            for thread in threads:
                thread.join()
        if self.stop() and recorded:
            self.codes.add(EXIT_STOPPED)
        return max(self.codes, default=0)

    def _several(self, plans: Sequence[config.CameraPlan], cores: int) -> None:
        """Watches cameras one after another with one set of models."""
        loaded: list[bootstrap.Models] = []

        def models() -> bootstrap.Models:
            if not loaded:
                loaded.append(bootstrap.load_models(cores))
            return loaded[0]

        for plan in plans:
            if self.stop():
                return
            try:
                self._one(plan, models)
            except Exception as error:
                complain(sentence(error))
                self.codes.add(exit_code(error))

    def _one(self, plan: config.CameraPlan, models: Callable[[], bootstrap.Models]) -> None:
        """Watches one camera to its end, and says what it gave also where it ends in trouble."""
        camera = bootstrap.open_camera(plan, rate=self.rate, patience_s=self.patience_s)
        tally, source = Tally(), camera.source
        with self.stop.closing(source), self.board.task(camera.settings.name, source.frame_total) as task:

            def on_frame(frame: bootstrap.Frame) -> None:
                tally.frames += 1
                self.board.advance(task)

            try:
                for passage, new in camera.passages(models(), self.keeper, self.stop, on_frame):
                    tally.passages, tally.new = tally.passages + 1, tally.new + new
                    self.board.count(task, tally.passages)
                    self.board.show(passage_words(passage))
            finally:
                tally.dropped = source.dropped
                err.print(tally.words(camera.settings.name), markup=False)


def plans_from(sources: Sequence[str], stated: config.CameraPlan, settings: config.Settings) -> list[config.CameraPlan]:
    """The cameras of the settings file and of the command line; raises UsageError where there are none."""
    plans = [*settings.cameras, *(replace(stated, source=source) for source in sources)]
    if not plans:
        raise UsageError("there is nothing to watch; name a SOURCE, or a --config file with [[camera]]")
    return plans


def watch(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE...", help="Video files, folders of pictures, rtsp:// or http:// addresses, webcams (0)."
        ),
    ] = None,
    camera: Annotated[str | None, typer.Option(help="Name of the camera; default: that of the file or host.")] = None,
    gate: Annotated[
        list[str] | None, typer.Option(metavar=config.GATE_FORM, help="A line across the road, in pixels; repeatable.")
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(metavar="ISO-TIME", help="Time of the first frame; default: when the file was last written."),
    ] = None,
    bearing: Annotated[float | None, typer.Option(help="Where the camera looks, in degrees from true north.")] = None,
    country: Annotated[str | None, typer.Option(help="Where most plates come from, such as GB.")] = None,
    data: Annotated[
        Path | None, typer.Option(envvar="WAYSIDE_DATA", help="Where the record lies; default: wayside-data.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="Also write one JSON object a line to this file, emptied first; - for a pipe.")
    ] = None,
    settings: Annotated[Path | None, typer.Option("--config", help="A TOML file with cameras.")] = None,
    fps: Annotated[float | None, typer.Option(help="Pictures per second of a folder; default: 25.")] = None,
    patience: Annotated[
        float | None, typer.Option(help="Seconds that a lost stream is tried again; default: 60.")
    ] = None,
) -> None:
    """Watch cameras or recordings, and record every vehicle that goes past."""
    stated = config.CameraPlan(
        source="",
        name=None if camera is None else config.parse_name(camera),
        gates=config.parse_gates(gate or []),
        bearing_deg_true=None if bearing is None else config.parse_bearing(bearing),
        country=None if country is None else config.parse_country(country),
        started_at=None if start is None else config.parse_time(start),
    )
    site = config.Settings() if settings is None else config.read_settings(settings)
    plans = plans_from(sources or [], stated, site)
    stop = Stop()
    results = err if output == STANDARD_OUTPUT else out
    with stop.listening(), bootstrap.Keeper(data or site.data, output) as keeper, Board(results=results) as board:
        code = Run(keeper, board, stop, fps, patience).all(plans)
    raise typer.Exit(code)
