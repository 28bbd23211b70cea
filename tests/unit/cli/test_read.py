# SPDX-License-Identifier: Apache-2.0
"""`wayside read`: pictures in, plates and vehicles out."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from clips import encoded, write_pictures
from jsonschema import Draft202012Validator

Command = Callable[..., Any]
SCHEMA = files("wayside") / "schema"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture of 64 x 48 pixels."""
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded(".jpg"))
    return path


def lines_of(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSONL file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_picture_gives_its_plates_and_vehicles(wayside: Command, photo: Path) -> None:
    """With exactly the published keys."""
    said = wayside("read", photo, "--output", "out.jsonl")
    assert said.code == 0
    assert said.out == f"{photo}: 101D234 97 % GB diplomatic 101\n"
    assert lines_of(Path("out.jsonl")) == [
        {
            "file": str(photo),
            "plates": [
                {
                    "text": "101D234",
                    "probability": 0.97,
                    "alternatives": [{"text": "1O1D234", "probability": 0.02}],
                    "box": [0, 0, 64, 48],
                    "registration": {
                        "country": "GB",
                        "class": "diplomatic",
                        "sender_code": "101",
                        "rule": "gb/diplomatic",
                    },
                }
            ],
            "vehicles": [
                {
                    "kind": "car",
                    "score": 0.9,
                    "box": [0, 0, 64, 48],
                    "occupants": {
                        "status": "counted",
                        "at_least": 1,
                        "best": 1,
                        "at_most": 2,
                        "probability": 0.91,
                        "method": "front seats through the windscreen",
                    },
                }
            ],
        }
    ]


def test_crops_are_read_as_one_plate_each(wayside: Command, photo: Path) -> None:
    """No vehicle is looked for."""
    wayside("read", "--crops", photo, "--output", "out.jsonl")
    (line,) = lines_of(Path("out.jsonl"))
    assert [plate["text"] for plate in line["plates"]] == ["101D234"]
    assert line["vehicles"] == []


def test_folders_give_all_their_pictures(wayside: Command, photo: Path, tmp_path: Path) -> None:
    """In the order that people expect."""
    folder = write_pictures(tmp_path / "album", ["10.jpg", "9.jpg"])
    wayside("read", folder, photo, "--output", "out.jsonl")
    assert [Path(line["file"]).name for line in lines_of(Path("out.jsonl"))] == ["9.jpg", "10.jpg", "photo.jpg"]


def test_one_bad_picture_does_not_stop_the_others(wayside: Command, photo: Path, tmp_path: Path) -> None:
    """It is named with its mend, and the exit code is 1."""
    (tmp_path / "broken.jpg").write_bytes(encoded(".jpg")[:-50])
    (tmp_path / "empty").mkdir()
    said = wayside("read", "broken.jpg", "missing.png", "empty", photo, "--output", "out.jsonl")
    assert said.code == 1
    assert said.complaints == [
        "wayside: empty: the folder holds no JPEG, PNG, WebP or BMP picture; name another one",
        "wayside: broken.jpg: is cut short; copy or download it again",
        "wayside: missing.png: no such file; check the name",
    ]
    assert [line["file"] for line in lines_of(Path("out.jsonl"))] == [str(photo)]


def test_usage_is_explained(wayside: Command) -> None:
    """Exit code 2."""
    said = wayside("read")
    assert said.code == 2
    assert said.complaints == ["wayside: Missing argument 'IMAGE...'; see `wayside read --help`"]


def test_every_line_holds_the_published_schema(wayside: Command, photo: Path) -> None:
    """As a script would check it; and the schema refuses a line of another kind."""
    validator = Draft202012Validator(json.loads((SCHEMA / "still.schema.json").read_text("utf-8")))
    Draft202012Validator.check_schema(validator.schema)
    wayside("read", photo, "--output", "out.jsonl")
    (line,) = lines_of(Path("out.jsonl"))
    validator.validate(line)
    assert not validator.is_valid({**line, "plates": [{"text": "A"}]})
    assert not validator.is_valid({**line, "owner": "somebody"})


def test_both_schemas_share_their_words() -> None:
    """What a registration or a range of occupants is, both say alike."""
    passage, still = (json.loads((SCHEMA / f"{name}.schema.json").read_text("utf-8")) for name in ("passage", "still"))
    shared = passage["$defs"].keys() & still["$defs"].keys()
    assert shared >= {"alternatives", "registration", "occupants", "kind", "share"}
    assert all(passage["$defs"][name] == still["$defs"][name] for name in shared)
