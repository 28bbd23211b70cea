# SPDX-License-Identifier: Apache-2.0
"""`wayside search`: what it finds, how it says so, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from factories import bare_passage, full_passage

from wayside.bootstrap import account, plate_query
from wayside.domain import UsageError
from wayside.record import AmendmentKind, Store, amend, entries, passage_document
from wayside.record.search import PlateMatch, PlateQuery

Command = Callable[..., Any]
WHY = ("--purpose", "offence", "--reference", "CR-2026/0123")
WINDOW = ("--from", "2026-11-22T11:00:00Z", "--to", "2026-11-23T11:00:00Z")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A record of two cameras: a diplomatic plate that was confirmed, and a vehicle without a plate."""
    folder = tmp_path / "data"
    with Store(folder) as store:
        passage, pictures = full_passage(1)
        store.add(passage, pictures)
        store.add(replace(bare_passage(2), camera="yard"), {})
        amend(store, passage.id, AmendmentKind.CONFIRMATION, author="ada", reason="seen in the picture")
    return folder


def test_a_plate_is_found_however_it_is_written(wayside: Command, data: Path) -> None:
    """Spaces, small letters and dashes are only writing; the last person's word stands behind."""
    for written in ("101D234", "101 d-234", "101*", "~101D23", "*D23*"):
        said = wayside("search", written, *WHY, *WINDOW, "--data", data)
        assert said.code == 0
        assert " ".join(said.out.split()) == (
            "2026-11-22 12:00:01 gate 101D234 97 % GB diplomatic 101 main in, 92° car confirmation"
        )
        assert said.err.startswith("1 found; journal entry ")


def test_an_alternative_is_found_and_called_one(wayside: Command, data: Path) -> None:
    """With the probability that it is what the plate says."""
    said = wayside("search", "1O1D234", *WHY, "--data", data)
    assert "alternative 1O1D234 2 %" in said.out


def test_every_field_narrows_the_search(wayside: Command, data: Path) -> None:
    """Each of them finds the one passage that has it, or the other."""
    finds_gate = [
        ("--camera", "gate"), ("--gate", "main"), ("--way", "in"), ("--class", "diplomatic"), ("--sender-code", "101"),
        ("--country", "gb"), ("--at-least", "3"), ("--confirmed",), ("--read",),
    ]  # fmt: skip
    finds_yard = [("--camera", "yard"), ("--unread",), ("--unconfirmed",)]
    finds_both = [("--camera", "yard", "--camera", "gate"), ("--kind", "car"), ("--site", "site")]
    finds_none = [("--at-most", "0"), ("--place", "moon"), ("--colour", "red"), ("--kind", "bus")]
    expected = {options: {"gate"} for options in finds_gate} | {options: {"yard"} for options in finds_yard}
    expected |= {options: {"gate", "yard"} for options in finds_both} | {options: set() for options in finds_none}
    for options, cameras in expected.items():
        said = wayside("search", "-", *options, *WHY, *WINDOW, "--json", "--data", data)
        assert (said.code, {json.loads(line)["camera"] for line in said.out.splitlines()}) == (0, cameras), options


def test_results_can_be_had_as_json(wayside: Command, data: Path) -> None:
    """The object that `passages --json` writes, with what was matched and said."""
    said = wayside("search", "101D234", *WHY, "--json", "--data", data)
    found = json.loads(said.out)
    amendment = found["amendments"].pop()
    assert found == passage_document(full_passage(1)[0]) | {
        "entry": 1,
        "matched": {"text": "101D234", "source": "reading", "probability": 0.97},
        "amendments": [],
    }
    assert (amendment["kind"], amendment["author"], amendment["value"]) == ("confirmation", "ada", None)


def test_pages_follow_one_another(wayside: Command, data: Path) -> None:
    """The last line says how to go on."""
    first = wayside("search", "-", *WHY, *WINDOW, "--limit", "1", "--data", data)
    assert "yard" in first.out and "there are more" in first.err
    cursor = first.err.split("--after ")[1].strip()
    second = wayside("search", "-", *WHY, *WINDOW, "--limit", "1", "--after", cursor, "--data", data)
    assert "gate" in second.out and "--after" not in second.err


def test_the_journal_says_who_looked_for_what_and_why(wayside: Command, data: Path) -> None:
    """By the system's account; where several use one, with the name that was stated beside it."""
    wayside("search", "101D234", *WHY, "--data", data)
    wayside("search", "101D234", *WHY, "--person", "ada", "--data", data)
    with Store(data) as store, store.reading() as connection:
        told = [entry.payload for entry in entries(connection, ["search"])]
    assert [one and one["person"] for one in told] == [f"ada (by {account()})", account()]
    assert told[0] is not None
    assert told[0]["criteria"] == {"plate": {"text": "101D234", "match": "exact"}}
    assert (told[0]["reason"], told[0]["reference"]) == ("offence", "CR-2026/0123")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("101D234", "--purpose", "curiosity", "--reference", "CR-2026/0123"), "not on this site's list"),
        (("101D234", "--purpose", "offence", "--reference", "test"), "the reference"),
        (("101D234", *WHY, "--person", " "), "name who asks"),
        (("101*", *WHY), "states no beginning"),
        (("1*", *WHY, *WINDOW), "fix at least 2 characters"),
        (("~10", *WHY, *WINDOW), "at least 4 characters"),
        (("%", *WHY), "neither a letter nor a digit"),
        (("-", *WHY, "--from", "yesterday"), "is no time"),
        (("-", *WHY, *WINDOW, "--after", "nonsense"), "cursor"),
        (("101D234", *WHY, "--country", "GBR"), "no country code"),
        (("101D234",), "Missing option"),
        (("101D234", *WHY, *WINDOW, "--count-by", "class"), "counts do not know the plate"),
        (("-", *WHY, "--count-by", "class"), "counts need --from"),
        (("-", *WHY, *WINDOW, "--count-by", "colour"), "nothing is counted by 'colour'"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    wayside: Command, data: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    """With exit code 2, the mend, and no plate in the complaint."""
    said = wayside("search", *arguments, "--data", data)
    assert said.code == 2
    assert complaint in said.err
    assert "101D234" not in said.err


def test_a_record_that_is_not_there_is_not_made(wayside: Command, tmp_path: Path) -> None:
    """A typing mistake leaves nothing behind."""
    assert wayside("search", "101D234", *WHY, "--data", "typo").code == 1
    assert not (tmp_path / "typo").exists()


def test_counts_instead_of_passages(wayside: Command, data: Path) -> None:
    """By one or several things, or all together."""
    by_camera = wayside("search", "-", "--count-by", "camera", *WHY, *WINDOW, "--data", data)
    assert by_camera.out.splitlines() == ["gate  1", "yard  1"]
    crossings = wayside("search", "-", "--count-by", "gate, way,class", *WHY, *WINDOW, "--json", "--data", data)
    assert json.loads(crossings.out) == {"gate": "main", "way": "in", "class": "diplomatic", "count": 1}
    assert wayside("search", "--count-by", "all", *WHY, *WINDOW, "--data", data).out == "2\n"


@pytest.mark.parametrize(
    ("written", "query"),
    [
        ("ld23 abc", PlateQuery("LD23ABC")),
        ("LD?? X*", PlateQuery("LD??X*", PlateMatch.PATTERN)),
        (" ~LD23-ABC", PlateQuery("LD23ABC", PlateMatch.NEAR)),
        ("ÄB 12", PlateQuery("AB12")),
        ("-", None),
        ("", None),
    ],
)
def test_a_plate_is_understood_as_people_write_it(written: str, query: PlateQuery | None) -> None:
    """A pattern by its signs, a doubtful one by its tilde."""
    assert plate_query(written) == query


def test_a_text_that_is_no_plate_is_told() -> None:
    """Signs alone find nothing."""
    with pytest.raises(UsageError, match="neither a letter nor a digit"):
        plate_query("~ %_")
