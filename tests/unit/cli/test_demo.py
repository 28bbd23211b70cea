# SPDX-License-Identifier: Apache-2.0
"""`wayside demo`: the table, the page and the exit code, with a pipeline that finds what it is told to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from clips import write_video
from factories import full_passage

from wayside.cli.demo.command import STARTED_AT, run
from wayside.cli.demo.page import page
from wayside.cli.demo.score import Pair, Score
from wayside.domain import Passage, PlateReading
from wayside.record import Store

Command = Callable[..., Any]


def stage(folder: Path, vehicles: list[tuple[int, int]]) -> tuple[Path, Path]:
    """A clip of 25 frames with a truth of vehicles seen from frame to frame."""
    folder.mkdir()
    clip = write_video(folder / "gate.mp4", 25, code="mp4v")
    truth = folder / "gate.truth.json"
    truth.write_text(json.dumps({"clip": "gate.mp4", "fps": 10, "gates": [], "vehicles": [seen(*v) for v in vehicles]}))
    return clip, truth


def seen(first: int, last: int) -> dict[str, Any]:
    """A car in a truth file."""
    plates = [{"readable": True}]
    return {
        "kind": "car",
        "plate": "1010 234",
        "plate_class": "diplomatic",
        "country": "GB",
        "occupants": 1,
        "crossings": [],
        "frames": [{"frame": number, "plates": plates} for number in (first, last)],
    }


class Inside(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href"}]


def test_the_demo_shows_what_was_missed_and_fails(wayside: Command, tmp_path: Path, capfd: Any) -> None:
    """The blind pipeline's passages lie at another time, so nothing matches the truth."""
    clip, truth = stage(tmp_path / "stage", [(0, 20)])
    assert run(clip, truth, tmp_path / "out") == 1
    said = capfd.readouterr()
    assert "passages found   0 of 1, 3 invented" in said.out
    assert "the demo missed its bar" in said.err
    inside = Inside((tmp_path / "out" / "index.html").read_text("utf-8"))
    assert inside.tags.count("article") == 4


def test_a_second_demo_begins_with_an_empty_record(wayside: Command, tmp_path: Path, capfd: Any) -> None:
    """But nothing is removed that is not a record."""
    clip, truth = stage(tmp_path / "stage", [(0, 20)])
    for _ in range(2):
        run(clip, truth, tmp_path / "out")
    own = tmp_path / "mine" / "record"
    own.mkdir(parents=True)
    (own / "letter.txt").write_text("keep me")
    run(clip, truth, tmp_path / "mine")
    assert (own / "letter.txt").read_text() == "keep me"


def test_the_page_needs_nothing_else_and_trusts_no_text(tmp_path: Path) -> None:
    """No script, no outside address; what a plate says is text."""
    passage, pictures, root = recorded(tmp_path, "<script>alert(1)</script>")
    text = page([Pair(passage, None)], Score(0, 0, 1, 0, 0, 0, 0, 0, 0), STARTED_AT, 10.0, root)
    inside = Inside(text)
    assert "script" not in inside.tags
    assert "link" not in inside.tags
    assert len(inside.addresses) == len(pictures)
    assert all(address.startswith("data:image/jpeg;base64,") for address in inside.addresses)
    assert "&lt;script&gt;" in text
    assert "prefers-color-scheme: dark" in text


def recorded(root: Path, text: str) -> tuple[Passage, Mapping[str, bytes], Path]:
    """A passage with this plate, its pictures lying below a data directory."""
    passage, pictures = full_passage()
    passage = replace(passage, plate=PlateReading(text, 0.9, (), 1, None))
    with Store(root) as store:
        store.add(passage, pictures)
    return passage, pictures, root


def test_the_demo_reports_a_missing_clip(wayside: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As one sentence."""
    monkeypatch.setattr("wayside.__file__", str(tmp_path / "a" / "b" / "__init__.py"))
    said = wayside("demo")
    assert said.code == 1
    assert said.complaints == ["wayside: gate.mp4: the demo's clip is not installed; install Wayside again"]


def test_the_demo_watches_with_the_gates_of_the_truth(wayside: Command, tmp_path: Path, pipeline: Any) -> None:
    """At a fixed time, so that every run gives the same record."""
    clip, truth = stage(tmp_path / "stage", [])
    stated = json.loads(truth.read_text())
    stated["gates"] = [{"name": "main", "start": [0, 9], "end": [64, 9], "forward": "in", "backward": "out"}]
    truth.write_text(json.dumps(stated))
    run(clip, truth, tmp_path / "out")
    (settings,) = pipeline.settings
    assert [gate.name for gate in settings.gates] == ["main"]
    assert settings.started_at == STARTED_AT
