# SPDX-License-Identifier: Apache-2.0
"""The JSON of a passage: its shape, its schema, and that nothing is lost on the way there and back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from importlib.resources import files
from typing import Any

import pytest
from factories import bare_passage, full_passage, passages
from hypothesis import given
from jsonschema import Draft202012Validator

from wayside.domain import Passage
from wayside.record import passage_document, read_passage, unpublished_document
from wayside.record.document import time_text


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    """The published schema of a line."""
    stated = json.loads((files("wayside") / "schema" / "passage.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(stated)
    return Draft202012Validator(stated, format_checker=Draft202012Validator.FORMAT_CHECKER)


def test_a_full_passage_has_exactly_the_published_keys() -> None:
    """Scripts rely on these names, in the order of the documentation."""
    document = passage_document(full_passage()[0])
    assert document == {
        "id": "00000000000000000000000000000001",
        "camera": "gate",
        "began_at": "2026-11-22T12:00:01.000Z",
        "ended_at": "2026-11-22T12:00:03.500Z",
        "vehicle": {"kind": "car", "score": 0.93, "colour": None},
        "plate": {
            "text": "101D234",
            "probability": 0.97,
            "alternatives": [{"text": "1O1D234", "probability": 0.02}],
            "reads": 7,
            "reason_unread": None,
        },
        "registration": {"country": "GB", "class": "diplomatic", "sender_code": "101", "rule": "gb/diplomatic"},
        "direction": {
            "crossings": [{"gate": "main", "way": "in", "at": "2026-11-22T12:00:02.250Z"}],
            "travel": "toward",
            "heading_deg_true": 92.5,
        },
        "occupants": {
            "status": "counted",
            "at_least": 1,
            "best": 2,
            "at_most": 3,
            "probability": 0.8,
            "method": "windscreen",
        },
        "evidence": document["evidence"],
    }
    assert [one["role"] for one in document["evidence"]] == ["frame", "vehicle", "plate"]
    assert all(one["path"].endswith(f"{one['sha256']}.jpg") for one in document["evidence"])


def test_what_is_unknown_is_null_and_never_left_out() -> None:
    """A reader need not ask whether a key is there."""
    known, unknown = passage_document(full_passage()[0]), passage_document(bare_passage())
    assert known.keys() == unknown.keys()
    assert unknown["registration"] is None
    assert unknown["plate"]["text"] is unknown["plate"]["probability"] is None
    assert unknown["plate"]["reason_unread"] == "no_plate_found"
    assert unknown["direction"] == {"crossings": [], "travel": None, "heading_deg_true": None}
    assert set(unknown["occupants"].values()) == {"not_attempted", None}


@given(passages())
def test_every_passage_is_valid_and_comes_back_as_it_was(schema: Draft202012Validator, passage: Passage) -> None:
    """Through JSON text and back, with what the record keeps beside it."""
    document = json.loads(json.dumps(passage_document(passage)))
    schema.validate(document)
    assert read_passage(document, json.loads(json.dumps(unpublished_document(passage)))) == passage


def spoilt(*path: str | int, value: Any) -> dict[str, Any]:
    """A good line with one value replaced."""
    document = passage_document(full_passage()[0])
    inside: Any = document
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    return document


@pytest.mark.parametrize(
    "document",
    [
        spoilt("id", value=7),
        spoilt("began_at", value="2026-11-22 12:00:01"),
        spoilt("plate", "probability", value=1.2),
        spoilt("plate", "reason_unread", value="tired"),
        spoilt("plate", "text", value=None),
        spoilt("registration", "class", value="royal"),
        spoilt("direction", "travel", value="up"),
        spoilt("occupants", "best", value="two"),
        spoilt("evidence", 0, "sha256", value="abc"),
        spoilt("owner", value="somebody"),
    ],
)
def test_the_schema_refuses_what_wayside_never_writes(schema: Draft202012Validator, document: dict[str, Any]) -> None:
    """A schema that accepts everything would say nothing."""
    assert not schema.is_valid(document)


def test_times_of_other_zones_are_written_in_utc() -> None:
    """One length and one zone, so that their order as text is their order in time."""
    assert time_text(datetime(2026, 7, 1, 9, 30, tzinfo=timezone(timedelta(hours=2)))) == "2026-07-01T07:30:00.000Z"


def test_a_time_without_a_zone_is_refused() -> None:
    """Nobody can tell which hour it means."""
    naive = datetime(2026, 7, 1, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="no time zone"):
        passage_document(replace(bare_passage(), began_at=naive))
