# SPDX-License-Identifier: Apache-2.0
"""Maps as data: pins, lines and journeys lie where they should, and say the same to a script."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tiles import region
from unit.watch.roads import CAMERAS, said, seen

from wayside.record import AmendmentKind
from wayside.watch import journeys_of, places_of
from wayside.web.figures import ASIDE, aside, figure_of

PLACES = places_of(CAMERAS.values())


def test_places_without_a_position_are_not_on_the_map() -> None:
    """And those with one are, with their cameras' bearings."""
    figure = figure_of(Path("nowhere"), PLACES.values(), {"bridge": "5 in 24 h"})
    assert [(one.place.name, one.bearings, one.note) for one in figure.pins] == [
        ("bridge", [90.0], "5 in 24 h"),
        ("north gate", [180.0, 0.0], ""),
    ]
    assert figure.pins[0].y < figure.pins[1].y  # north is up


def test_there_and_back_are_two_lines() -> None:
    """Each to the right of the way."""
    made = journeys_of([seen(1, "gate in", 0), seen(2, "bridge", 30), seen(3, "gate in", 60)], CAMERAS, "LD52XYZ")
    there, back = figure_of(Path("nowhere"), PLACES.values(), None, made, ["LD52XYZ"]).lines
    assert there.ends[0] - back.ends[0] == pytest.approx(2 * ASIDE, abs=1)
    assert aside((0, 0), (10, 0)) == (0, ASIDE, 10, ASIDE)
    assert aside((5, 5), (5, 5)) == (5, 5, 5, 5)


def test_a_line_that_cannot_have_been_driven_is_marked() -> None:
    """In the drawing and for the script."""
    made = journeys_of([seen(1, "gate in", 0), seen(2, "bridge", 0.2)], CAMERAS, "LD52XYZ")
    figure = figure_of(Path("nowhere"), PLACES.values(), None, made, ["LD52XYZ"])
    assert [one.implausible for one in figure.lines] == [True]
    assert figure.data()["journeys"][0]["implausible"] == [True]


def test_the_script_is_told_the_whole_film() -> None:
    """From 0 to 1; what was rejected is not played."""
    wrong = said(AmendmentKind.REJECTION)
    found = [seen(1, "gate in", 0), seen(2, "yard", 5, "LD52XYZ", wrong), seen(3, "bridge", 30)]
    figure = figure_of(Path("nowhere"), PLACES.values(), None, journeys_of(found, CAMERAS, "LD52XYZ"), ["LD52XYZ"])
    data = json.loads(json.dumps(figure.data()))
    (journey,) = data["journeys"]
    assert [stop["from"] for stop in journey["stops"]] == [0, pytest.approx(1, abs=0.01)]
    assert len(journey["implausible"]) == len(journey["stops"]) - 1
    assert data["film"][0]["at"] == 0 and data["film"][-1]["at"] == pytest.approx(1)
    west, south, east, north = data["bounds"]
    assert west < 8.0 < east
    assert south < 50.0
    assert north > 50.05


def test_region_files_and_faults_are_told(tmp_path: Path) -> None:
    """With the address from which each is fetched."""
    region(tmp_path / "maps" / "town.pmtiles")
    (tmp_path / "maps" / "bad.pmtiles").write_bytes(b"")
    figure = figure_of(tmp_path, [])
    assert figure.data()["regions"][0]["address"] == "/map/regions/town.pmtiles"
    assert len(figure.faults) == 1
    assert figure.land is not None  # nothing has a position: the world


def test_the_bar_says_its_length() -> None:
    """In the unit that fits."""
    length, words = figure_of(Path("nowhere"), PLACES.values()).bar
    assert 0 < length <= 200
    assert words == "2 km"
