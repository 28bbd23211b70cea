# SPDX-License-Identifier: Apache-2.0
"""The demo's page: every verdict, every mark in its place, nothing that a plate or a file name could do to it."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from factories import NOON, bare_passage, full_passage
from hypothesis import given
from hypothesis import strategies as st

from wayside.cli.demo.page import card, marks, missed, page, picture_address, starts, true_meaning, verdict
from wayside.cli.demo.score import Pair, Score, alike, match, merged, overlap, score
from wayside.cli.demo.truth import TrueCrossing, TrueVehicle
from wayside.domain import Passage

PASSAGE = replace(full_passage()[0], began_at=NOON, ended_at=NOON + timedelta(seconds=4), evidence=())
VEHICLE = TrueVehicle("car", "101D234", "diplomatic", "GB", 2, 0.0, 4.0, (TrueCrossing("main", "in", 1.0, 1.5),))
SECONDS = st.floats(0, 100)


def rendered(*pairs: Pair, root: Path = Path()) -> str:
    """The page over some pairs."""
    return page(pairs, score(pairs, NOON), NOON, 60.0, root)


@pytest.mark.parametrize(
    ("pair", "word"),
    [
        (Pair(None, VEHICLE), "missed"),
        (Pair(PASSAGE, None), "invented"),
        (Pair(PASSAGE, VEHICLE), "right"),
        (Pair(PASSAGE, replace(VEHICLE, plate="IOID234")), "right"),
        (Pair(PASSAGE, replace(VEHICLE, plate="101D235")), "wrong"),
        (Pair(PASSAGE, replace(VEHICLE, plate=None)), "right"),
        (Pair(bare_passage(), VEHICLE), "wrong"),
    ],
)
def test_every_pair_has_a_verdict(pair: Pair, word: str) -> None:
    """What nobody could read is not held against the passage; what was not read and could be is."""
    assert verdict(pair) == word


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (Pair(PASSAGE, VEHICLE), None),
        (Pair(PASSAGE, replace(VEHICLE, plate_class="military")), "GB military"),
        (Pair(PASSAGE, replace(VEHICLE, plate_class="international_org")), "GB international org"),
        (Pair(PASSAGE, replace(VEHICLE, plate_class=None, country="FR")), "FR"),
        (Pair(PASSAGE, replace(VEHICLE, plate=None, country="FR")), None),
        (Pair(bare_passage(), VEHICLE), "GB diplomatic"),
        (Pair(None, VEHICLE), None),
        (Pair(PASSAGE, None), None),
    ],
)
def test_the_true_meaning_stands_where_another_was_stated(pair: Pair, words: str | None) -> None:
    """And only there."""
    assert true_meaning(pair) == words


def test_a_missed_vehicle_says_when_it_came_and_nothing_that_nobody_saw() -> None:
    """There is no picture of it."""
    shown = missed(VEHICLE)
    assert (shown.verdict, shown.time, shown.true_plate, shown.reads) == ("missed", "0.0 s", "101D234", 0)
    assert (shown.pictures, shown.probability_share) == ({}, 0)
    assert card(Pair(None, VEHICLE), Path()) == shown


def test_an_invented_passage_has_no_true_plate() -> None:
    """But everything that was recorded of it."""
    shown = card(Pair(PASSAGE, None), Path())
    assert (shown.plate, shown.true_plate, shown.true_registration) == ("101D234", None, None)
    assert shown.probability_share == pytest.approx(97)


def test_a_passage_without_a_plate_has_no_probability() -> None:
    """Its bar is empty and its reason is told."""
    shown = card(Pair(bare_passage(), VEHICLE), Path())
    assert (shown.probability, shown.probability_share) == ("–", 0)
    assert shown.plate == "(no plate found)"


def test_pictures_are_within_the_page(tmp_path: Path) -> None:
    """By their role, from the data directory; one that is gone is an error."""
    passage, pictures = full_passage()
    for one in passage.evidence:
        file = tmp_path / one.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(pictures[one.sha256])
    shown = card(Pair(passage, None), tmp_path)
    assert set(shown.pictures) == {one.role.value for one in passage.evidence}
    first = passage.evidence[0]
    head, _, data = shown.pictures[first.role.value].partition(",")
    assert (head, base64.b64decode(data)) == ("data:image/jpeg;base64", pictures[first.sha256])
    with pytest.raises(FileNotFoundError):
        picture_address(tmp_path / "gone.jpg")
    with pytest.raises(FileNotFoundError):
        rendered(Pair(passage, None), root=tmp_path / "elsewhere")


def crossed(seconds: float) -> Passage:
    """A passage that crossed its gate so long after the clip began."""
    return replace(PASSAGE, crossed_at=(NOON + timedelta(seconds=seconds),))


@pytest.mark.parametrize(("seconds", "at"), [(0, 0), (15, 25), (60, 100), (61, 100), (-0.5, 0)])
def test_a_mark_stands_at_its_share_of_the_clip(seconds: float, at: float) -> None:
    """And never beside the line, whatever was foreseen before the first frame or after the last."""
    (mark,) = marks([crossed(seconds)], NOON, 60.0)
    assert mark.at == pytest.approx(at)
    assert mark.label.startswith("101D234: main in at 1")


def test_a_clip_of_no_length_has_marks_all_the_same() -> None:
    """Nothing is divided by zero."""
    assert [mark.at for mark in marks([crossed(0), crossed(3)], NOON, 0.0)] == [0, 100]


def test_a_passage_that_crossed_nothing_has_no_mark() -> None:
    """Nor is there one where nothing was found."""
    assert marks([bare_passage()], NOON, 60.0) == marks([], NOON, 60.0) == []


def test_what_began_first_stands_first() -> None:
    """Missed ones among the others."""
    late = replace(PASSAGE, plate=replace(PASSAGE.plate, text="LATE1"), began_at=NOON + timedelta(seconds=30))
    gone = replace(VEHICLE, plate="MISSED1", began_s=10.0)
    text = rendered(Pair(late, None), Pair(PASSAGE, VEHICLE), Pair(None, gone))
    at = [text.rindex(plate) for plate in ("101D234", "MISSED1", "LATE1")]
    assert at == sorted(at)
    assert [starts(pair, NOON) for pair in (Pair(late, gone), Pair(None, gone), Pair(None, None))] == [30.0, 10.0, 0.0]


def test_the_page_needs_nothing_else_and_runs_nothing() -> None:
    """What was read as a plate is text, also where it looks like something else."""
    evil = replace(PASSAGE.plate, text='<script>alert("x")</script>')
    text = rendered(Pair(replace(PASSAGE, plate=evil, camera="<img src=x>"), VEHICLE))
    assert "<script" not in text
    assert "<img src=x>" not in text
    assert "&lt;script&gt;" in text
    assert not re.findall(r'(?:src|href)="(?!data:|#)[^"]+"', text)


def test_the_page_of_nothing_is_a_page() -> None:
    """A clip in which nothing went past, and nothing was found."""
    assert score([], NOON) == Score(0, 0, 0, 0, 0, 0, 0, 0, 0)
    assert "</html>" in rendered()


@pytest.mark.parametrize(
    ("found", "merged_right", "passed"), [(20, 19, True), (20, 18, False), (19, 19, False), (20, 20, True)]
)
def test_the_bar_is_every_vehicle_and_nearly_every_plate(found: int, merged_right: int, passed: bool) -> None:
    """Nineteen of twenty plates."""
    assert Score(20, found, 0, 20, 0, merged_right, 0, 0, 0).passed == passed


@given(SECONDS, SECONDS, SECONDS, SECONDS)
def test_the_overlap_is_a_share(began: float, lasted: float, true_began: float, true_lasted: float) -> None:
    """None where the two were there at different times, one where at the same."""
    passage = replace(
        PASSAGE, began_at=NOON + timedelta(seconds=began), ended_at=NOON + timedelta(seconds=began + lasted)
    )
    shared = overlap(passage, replace(VEHICLE, began_s=true_began, ended_s=true_began + true_lasted), NOON)
    assert 0 <= shared <= 1 + 1e-9
    if true_began > began + lasted + 0.001 or began > true_began + true_lasted + 0.001:
        assert shared == 0
    own = replace(VEHICLE, began_s=began, ended_s=began + lasted)
    assert overlap(passage, own, NOON) == pytest.approx(1, abs=1e-3) or lasted < 0.01


@given(st.text("AO0I1 -b", max_size=9), st.text("AO0I1 -b", max_size=9))
def test_plates_are_alike_as_far_as_they_are_the_same(one: str, other: str) -> None:
    """Wholly where only twins differ, never more than wholly."""
    assert alike(one, one.replace("O", "0").replace("I", "1")) == 1
    assert 0 <= alike(one, other) <= 1
    assert (alike(one, other) == 1) == (merged(one) == merged(other))


@given(st.lists(st.tuples(SECONDS, st.sampled_from(["AB12", "CD34", None])), max_size=5),
       st.lists(st.tuples(SECONDS, st.sampled_from(["AB12", "CD34", None])), max_size=5))  # fmt: skip
def test_every_passage_and_every_vehicle_is_in_one_pair(
    seen: list[tuple[float, str | None]], true: list[tuple[float, str | None]]
) -> None:
    """So the counts of found, missed and invented add up."""
    passages = [
        replace(
            PASSAGE if text else bare_passage(),
            began_at=NOON + timedelta(seconds=began),
            ended_at=NOON + timedelta(seconds=began + 4),
            plate=replace(PASSAGE.plate, text=text) if text else bare_passage().plate,
        )
        for began, text in seen
    ]
    vehicles = [replace(VEHICLE, plate=text, began_s=began, ended_s=began + 4) for began, text in true]
    pairs = match(passages, vehicles, NOON)
    assert sorted(id(pair.passage) for pair in pairs if pair.passage) == sorted(map(id, passages))
    assert sorted(id(pair.vehicle) for pair in pairs if pair.vehicle) == sorted(map(id, vehicles))
    counted = score(pairs, NOON)
    assert counted.found + counted.invented == len(passages)
    assert counted.vehicles == len(vehicles)
    assert counted.plates_exact <= counted.plates_merged <= counted.plates
    assert counted.crossings_right <= counted.crossings
