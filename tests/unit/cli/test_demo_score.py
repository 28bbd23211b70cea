# SPDX-License-Identifier: Apache-2.0
"""How passages are held against the truth of a clip."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from factories import NOON, full_passage

from wayside.cli.demo.page import true_meaning
from wayside.cli.demo.score import Pair, Score, match, score
from wayside.cli.demo.truth import TrueCrossing, TrueVehicle, read_truth
from wayside.domain import Crossing, Direction, Gate, Passage, PlateReading, Point, SourceError, Unread


def vehicle(text: str | None, began_s: float, way: str = "in") -> TrueVehicle:
    """A car that is seen for four seconds and crosses the main gate after two."""
    crossing = TrueCrossing("main", way, began_s + 2, began_s + 2)
    return TrueVehicle("car", text, "civil", "GB", 2, began_s, began_s + 4, (crossing,))


def passage(text: str | None, began_s: float, way: str = "in") -> Passage:
    """A passage of the same shape."""
    began_at = NOON + timedelta(seconds=began_s)
    unread = None if text else Unread.TOO_BLURRED
    return replace(
        full_passage()[0],
        id=f"{text}{began_s}",
        began_at=began_at,
        ended_at=began_at + timedelta(seconds=4),
        plate=PlateReading(text, 0.9 if text else None, (), 3, unread),
        direction=Direction((Crossing("main", way, began_s + 2),), None, None),
        crossed_at=(began_at + timedelta(seconds=2),),
    )


def compared(passages: list[Passage], vehicles: list[TrueVehicle]) -> Score:
    """The score of passages against vehicles."""
    return score(match(passages, vehicles, NOON), NOON)


def test_a_perfect_run_passes() -> None:
    """Everything found, nothing invented."""
    result = compared([passage("AB12", 0), passage("CD34", 20)], [vehicle("CD34", 20), vehicle("AB12", 0)])
    assert result == Score(2, 2, 0, 2, 2, 2, 0, 2, 2)
    assert result.passed


def test_vehicles_side_by_side_are_told_apart_by_their_plates() -> None:
    """Two that come at one time and go one way."""
    pairs = match([passage("AB12", 0), passage("CD34", 0.1)], [vehicle("CD34", 0), vehicle("AB12", 0)], NOON)
    assert all(pair.plate_exact for pair in pairs)


def test_vehicles_at_one_time_are_told_apart_by_their_ways() -> None:
    """Where no plate was read."""
    pairs = match([passage(None, 0, "in"), passage(None, 0, "out")], [vehicle("A", 0, "out"), vehicle("B", 0)], NOON)
    told = {
        (pair.vehicle.plate, pair.passage.direction.crossings[0].way) for pair in pairs if pair.vehicle and pair.passage
    }
    assert told == {("A", "out"), ("B", "in")}


def test_missed_and_invented_are_counted() -> None:
    """A missed vehicle fails the demo."""
    result = compared([passage("AB12", 0), passage("XX99", 60)], [vehicle("AB12", 0), vehicle("CD34", 20)])
    assert (result.vehicles, result.found, result.invented) == (2, 1, 1)
    assert not result.passed


def test_one_vehicle_counted_twice_is_an_invention() -> None:
    """Double counting is the commonest fault of all."""
    result = compared([passage("AB12", 0), passage("AB12", 0.5)], [vehicle("AB12", 0)])
    assert (result.found, result.invented) == (1, 1)


@pytest.mark.parametrize(
    ("read", "exact", "merged"),
    [("AB10", 1, 1), ("ab 10", 1, 1), ("ABIO", 0, 1), ("AB1O", 0, 1), ("AB12", 0, 0), (None, 0, 0)],
)
def test_plates_are_compared_exactly_and_merged(read: str | None, exact: int, merged: int) -> None:
    """O is 0 and I is 1, and nothing else."""
    result = compared([passage(read, 0)], [vehicle("AB10", 0)])
    assert (result.found, result.plates_exact, result.plates_merged) == (1, exact, merged)


def test_a_meaning_is_right_with_country_and_class() -> None:
    """The passages of these tests say that they are British diplomats, the vehicles that they are civil."""
    diplomat = replace(vehicle("AB12", 0), plate_class="diplomatic")
    foreign = replace(diplomat, country="FR")
    assert [
        compared([passage("AB12", 0)], [one]).meanings_right for one in (vehicle("AB12", 0), diplomat, foreign)
    ] == [
        0,
        1,
        0,
    ]
    assert true_meaning(Pair(passage("AB12", 0), foreign)) == "FR diplomatic"
    assert true_meaning(Pair(passage("AB12", 0), diplomat)) is None


def test_a_plate_that_nobody_can_read_is_not_asked_for() -> None:
    """Nor does reading something there count against the passage's being found."""
    result = compared([passage("GUESS", 0)], [vehicle(None, 0)])
    assert (result.found, result.plates, result.passed) == (1, 0, True)


@pytest.mark.parametrize(("way", "late_s", "right"), [("in", 0.0, 1), ("in", 0.9, 1), ("in", 1.2, 0), ("out", 0.0, 0)])
def test_a_crossing_is_right_with_its_gate_way_and_time(way: str, late_s: float, right: int) -> None:
    """All three."""
    told = passage("AB12", 0, way)
    told = replace(told, crossed_at=tuple(at + timedelta(seconds=late_s) for at in told.crossed_at))
    assert Pair(told, vehicle("AB12", 0)).crossings_right(NOON) == right


@pytest.mark.parametrize(("at_s", "right"), [(0.9, 0), (1.1, 1), (4.0, 1), (6.9, 1), (7.1, 0)])
def test_a_long_vehicle_crosses_for_a_while(at_s: float, right: int) -> None:
    """From its wheels to the middle of its box; any moment of it is right."""
    lorry = replace(vehicle("AB12", 0), crossings=(TrueCrossing("main", "in", 2.0, 6.0),))
    told = replace(passage("AB12", 0), crossed_at=(NOON + timedelta(seconds=at_s),))
    assert Pair(told, lorry).crossings_right(NOON) == right


def truth_document() -> dict[str, Any]:
    """A truth file as the simulator writes it."""
    plates = [{"end": "front", "corners": [[0, 0]] * 4, "readable": True}]
    frames = [{"frame": number, "box": [0, 0, 1, 1], "visible": 1.0, "plates": plates} for number in (10, 50)]
    crossing = {"gate": "main", "way": "in", "time_s": 1.5, "frame": 15, "ground_time_s": 1.4}
    return {
        "clip": "gate.mp4",
        "fps": 10,
        "gates": [{"name": "main", "start": [0, 5], "end": [9, 5], "forward": "in", "backward": "out"}],
        "vehicles": [
            {
                "kind": "car",
                "plate": "AB12",
                "plate_class": "civil",
                "country": "GB",
                "occupants": 2,
                "crossings": [crossing],
                "frames": frames,
            }
        ],
    }


def test_a_truth_file_is_read(tmp_path: Path) -> None:
    """Frames become seconds; a plate that is readable in no frame is not asked for."""
    path = tmp_path / "truth.json"
    stated = truth_document()
    path.write_text(json.dumps(stated))
    truth = read_truth(path)
    assert truth.gates == (Gate("main", Point(0, 5), Point(9, 5), "in", "out"),)
    assert truth.vehicles == (
        TrueVehicle("car", "AB12", "civil", "GB", 2, 1.0, 5.0, (TrueCrossing("main", "in", 1.4, 1.5),)),
    )
    for frame in stated["vehicles"][0]["frames"]:
        frame["plates"] = [{**plate, "readable": False} for plate in frame["plates"]]
    path.write_text(json.dumps(stated))
    assert read_truth(path).vehicles[0].plate is None


@pytest.mark.parametrize("text", ["", "{}", '{"clip": 1, "fps": 0, "gates": [], "vehicles": [{}]}'])
def test_a_damaged_truth_file_is_told(tmp_path: Path, text: str) -> None:
    """With its name and the mend."""
    path = tmp_path / "truth.json"
    path.write_text(text)
    with pytest.raises(SourceError, match=r"truth\.json: the truth is damaged"):
        read_truth(path)
    with pytest.raises(SourceError, match="cannot be read"):
        read_truth(tmp_path / "no.json")
