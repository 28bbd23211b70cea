# SPDX-License-Identifier: Apache-2.0
"""Runs the pipeline over the demo clip and shows what came out: a table, a page, and the score against the truth."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from wayside import bootstrap
from wayside.cli.demo.clip import CLIP, TRUTH, demo_folder
from wayside.cli.demo.page import page, starts, true_meaning, verdict
from wayside.cli.demo.score import Pair, Score, match, score
from wayside.cli.demo.truth import Truth, read_truth
from wayside.cli.failures import EXIT_FAILED, EXIT_STOPPED
from wayside.cli.screen import Board, complain, out, show_table
from wayside.cli.stop import Stop
from wayside.cli.words import direction_words, meaning_words, occupants_words, passage_words, percent, plate_words
from wayside.config import CameraPlan
from wayside.domain import Passage, RecordError
from wayside.record import Store
from wayside.setup import SiteCameras

STARTED_AT = datetime(2026, 6, 1, 7, 30, tzinfo=UTC)
"""The clip was rendered, so any time will do; a fixed one gives the same record every time."""
COLUMNS = ("time", "plate", "prob.", "registration", "direction", "occupants", "vehicle", "truth")
SIGNS = {"right": "[green]✓[/]", "wrong": "[red]✗[/]", "missed": "[red]missed[/]", "invented": "[red]not there[/]"}


@dataclass(frozen=True, slots=True)
class Watched:
    """What a run over the clip gave."""

    passages: tuple[Passage, ...]
    frames: int
    length_s: float
    """Of the clip."""
    took_s: float


def empty_record(root: Path) -> None:
    """Removes the record of an earlier demo, and nothing that is not one. Raises RecordError."""
    try:
        if (root / "wayside.sqlite3").is_file():
            shutil.rmtree(root)
    except OSError as error:
        raise RecordError(f"{root}: cannot be emptied ({error.strerror}); name another --out directory") from None


def set_up(record: Path, plan: CameraPlan) -> None:
    """Puts the demo's camera, off, among those of its record, so that the pages have one to be tried with."""
    with Store(record) as store:
        SiteCameras(store).add(replace(plan, source=str(Path(plan.source).resolve()), enabled=False), "demo")


def watch_clip(clip: Path, truth: Truth, out_dir: Path, stop: Stop) -> Watched:
    """Runs the clip through the pipeline into a fresh record below `out_dir`."""
    empty_record(out_dir / "record")
    began_s, frames, last_s = time.monotonic(), 0, 0.0
    # The people in the clip are drawn: there is nobody whose face could be blurred.
    plan = CameraPlan(str(clip), name="gate", gates=truth.gates, started_at=STARTED_AT, privacy_blur=False)
    with bootstrap.Keeper(out_dir / "record", None) as keeper, Board() as board:
        camera = bootstrap.open_camera(plan)
        passages: list[Passage] = []
        with stop.closing(camera.source), board.task("gate", camera.source.frame_total) as task:

            def on_frame(frame: bootstrap.Frame) -> None:
                nonlocal frames, last_s
                frames, last_s = frames + 1, frame.time_s
                board.advance(task)

            for passage, _ in camera.passages(bootstrap.load_models(), keeper, stop, on_frame):
                passages.append(passage)
                board.count(task, len(passages))
                board.show(passage_words(passage))
    set_up(out_dir / "record", plan)
    return Watched(tuple(passages), frames, last_s, time.monotonic() - began_s)


def row(pair: Pair) -> tuple[Text | str, ...]:
    """A pair in the order of COLUMNS."""
    passage, vehicle, sign = pair.passage, pair.vehicle, Text.from_markup(SIGNS[verdict(pair)])
    if passage is None:
        plate = vehicle.plate if vehicle and vehicle.plate else "–"
        return ("–", Text(plate), "–", "–", "–", "–", vehicle.kind if vehicle else "–", sign)
    if vehicle is not None and verdict(pair) == "wrong":
        sign.append(f" {vehicle.plate}")
    elif truly := true_meaning(pair):
        sign.append(f" but {truly}")
    return (
        f"{passage.began_at:%H:%M:%S}",
        Text(plate_words(passage.plate), style="bold"),
        percent(passage.plate.probability),
        meaning_words(passage.registration),
        direction_words(passage),
        occupants_words(passage.occupants),
        passage.vehicle.described,
        sign,
    )


def table(pairs: list[Pair]) -> Table:
    """All pairs, in order of time."""
    shown = Table(title="What went past the gate", header_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for name in COLUMNS:
        shown.add_column(name, no_wrap=name in {"time", "plate"})
    for pair in sorted(pairs, key=lambda pair: starts(pair, STARTED_AT)):
        shown.add_row(*row(pair))
    return shown


def score_lines(result: Score) -> list[str]:
    """The score in words."""
    return [
        f"passages found   {result.found} of {result.vehicles}, {result.invented} invented",
        f"plates right     {result.plates_merged} of {result.plates} with O=0 and I=1, {result.plates_exact} exactly",
        f"meanings right   {result.meanings_right} of {result.plates}: country and class",
        f"crossings right  {result.crossings_right} of {result.crossings}",
    ]


def write_page(path: Path, content: str) -> None:
    """Writes the page; raises RecordError."""
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise RecordError(f"{path}: cannot be written ({error.strerror}); name another --out directory") from None


def run(clip: Path, truth_path: Path, out_dir: Path) -> int:
    """Watches, compares, shows; the exit code: 1 where the demo's bar is missed."""
    truth, stop = read_truth(truth_path), Stop()
    with stop.listening():
        watched = watch_clip(clip, truth, out_dir, stop)
    if stop():
        return EXIT_STOPPED
    pairs = match(watched.passages, truth.vehicles, STARTED_AT)
    result = score(pairs, STARTED_AT)
    write_page(out_dir / "index.html", page(pairs, result, STARTED_AT, watched.length_s, out_dir / "record"))
    show_table(table(pairs))
    for line in score_lines(result):
        out.print(line, markup=False)
    speed = watched.frames / max(watched.took_s, 1e-9)
    out.print(f"speed            {watched.frames} frames in {watched.took_s:.1f} s, {speed:.0f} frames/s", markup=False)
    out.print(f"the page         {(out_dir / 'index.html').resolve()}", markup=False)
    out.print(f"to try the pages wayside serve --data {out_dir / 'record'}", markup=False)
    if result.passed:
        return 0
    complain("the demo missed its bar: every vehicle found, and 95 % of plates right")
    return EXIT_FAILED


def demo(
    out_dir: Annotated[Path, typer.Option("--out", help="Where the page and the record go.")] = Path("demo-out"),
) -> None:
    """Watch a rendered clip whose truth is known, and see what comes out."""
    folder = demo_folder()
    raise typer.Exit(run(folder / CLIP, folder / TRUTH, out_dir))
