# SPDX-License-Identifier: Apache-2.0
"""Lines on their way in: what the schema refuses is refused and never repeated; the rest is the passage."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from factories import bare_passage, full_passage, passages
from hypothesis import assume, given
from hypothesis import strategies as st

from wayside.domain import Occupants, OccupantStatus, Passage
from wayside.record import passage_document
from wayside.record.exchange.incoming import LONGEST_LINE, SAYINGS, FaultError, fault_of, read_line
from wayside.record.lines import encoded

SCHEMA = json.loads((files("wayside") / "schema" / "passage.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
CANARY = "QX99ZZZ"
"""A plate that must stand in no message."""


def line_of(passage: Passage) -> bytes:
    """A passage as `watch --output` writes it."""
    return encoded(passage_document(passage))


def fault(data: bytes) -> tuple[str, str]:
    """What is said of a line that is refused."""
    with pytest.raises(FaultError) as caught:
        read_line(data)
    return caught.value.fault


@pytest.mark.parametrize("passage", [full_passage(3)[0], bare_passage(4)], ids=["full", "bare"])
def test_a_line_of_watch_is_the_passage_again(passage: Passage) -> None:
    """Written again, it is the same line to the byte."""
    assert line_of(read_line(line_of(passage))) == line_of(passage)


@given(passages())
def test_any_passage_that_can_be_shown_comes_back(passage: Passage) -> None:
    """Every line of `watch` is one of these."""
    assume(all(text and text.isprintable() for text in (passage.camera, passage.plate.text or "-")))
    assume(all(one.gate.isprintable() and one.way.isprintable() for one in passage.direction.crossings))
    assume(passage.registration is None or passage.registration.rule.isprintable())
    line = line_of(replace(passage, ended_at=passage.began_at + timedelta(seconds=2)))
    assert line_of(read_line(line)) == line


def test_what_a_line_does_not_tell_is_not_made_up() -> None:
    """No name of the sender, no probability of the meaning; crossings are timed from the passage's beginning."""
    passage = full_passage(1)[0]
    read = read_line(line_of(passage))
    assert read.registration is not None
    assert (read.registration.sender_name, read.registration.probability) == (None, None)
    assert [one.time_s for one in read.direction.crossings] == [1.25]
    assert read.crossed_at == passage.crossed_at


def scalars() -> st.SearchStrategy[Any]:
    """Values to put where they do not belong."""
    odd = st.sampled_from([CANARY, "", -1, 2, 1e300, None, True, [], {}, [CANARY], {CANARY: 1}, "car", 0.5, "2026"])
    return odd | st.text(max_size=5) | st.floats(allow_nan=False, allow_infinity=False)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to everything within a JSON value."""
    found = [at] if at else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        found += places(one, (*at, key))
    return found


def put(document: Any, at: tuple[Any, ...], value: Any) -> Any:
    """A copy with another value at a place."""
    changed = copy.deepcopy(document)
    inner = changed
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = value
    return changed


FULL = passage_document(full_passage(1)[0])


@given(st.sampled_from(places(FULL)), scalars())
def test_what_the_published_schema_refuses_is_refused(at: tuple[Any, ...], value: Any) -> None:
    """And no refusal repeats what stood there."""
    changed = put(FULL, at, value)
    try:
        read_line(encoded(changed))
    except FaultError as error:
        assert CANARY not in error.fault.where + error.fault.what
    else:
        VALIDATOR.validate(changed)


@pytest.mark.parametrize("key", sorted(FULL))
def test_no_key_may_be_missing(key: str) -> None:
    """Unknown is null, never left out."""
    _where, what = fault(encoded({name: value for name, value in FULL.items() if name != key}))
    assert f"lacks the key `{key}`" in what


def changed(**parts: Any) -> dict[str, Any]:
    """The full line with other parts."""
    return {**FULL, **parts}


CROSSING = {"gate": "main", "way": "in", "at": "2026-11-22T12:00:02.250Z"}
CONTRADICTIONS = {
    "ends before it begins": (changed(ended_at="2026-11-22T12:00:00.999Z"), "ended_at", "before began_at"),
    "no such day": (changed(began_at="2026-02-30T12:00:00.000Z"), "began_at", "no time that a calendar has"),
    "before the clocks": (changed(began_at="1969-12-31T23:59:59.999Z"), "began_at", "before 1970"),
    "microseconds": (changed(began_at="2026-11-22T12:00:01.000000Z"), "began_at", "not written in the form"),
    "another zone": (changed(began_at="2026-11-22T13:00:01.000+01:00"), "began_at", "not written in the form"),
    "text and reason": (put(FULL, ("plate", "reason_unread"), "too_small"), "plate", "either a text or a reason"),
    "meaning of nothing": (
        put(put(FULL, ("plate", "text"), None), ("plate", "reason_unread"), "too_small"),
        "registration",
        "means nothing without",
    ),
    "range upside down": (put(FULL, ("occupants", "at_least"), 3), "occupants", "at_least <= best <= at_most"),
    "counted without count": (put(FULL, ("occupants", "best"), None), "occupants", "at_least <= best"),
    "count where none was tried": (
        put(FULL, ("occupants", "status"), "not_attempted"),
        "occupants",
        "null everywhere where not",
    ),
    "picture elsewhere": (
        put(FULL, ("evidence", 0, "path"), "evidence/../../etc/passwd"),
        "evidence",
        "that follow from sha256",
    ),
    "control character in a name": (changed(camera="gate\x1b[2J"), "camera", "control character"),
    "control character in a gate": (
        put(FULL, ("direction", "crossings"), [{**CROSSING, "gate": "a\nb"}]),
        "direction.crossings",
        "control character",
    ),
    "control character in a plate": (put(FULL, ("plate", "text"), f"{CANARY}\0"), "plate.text", "control character"),
    "too many aboard": (put(FULL, ("occupants", "at_most"), 10**9), "occupants.at_most", "must be <= 1000"),
    "a name without end": (changed(camera="x" * 65), "camera", "length <= 64"),
    "not a kind": (put(FULL, ("vehicle", "kind"), CANARY), "vehicle.kind", "none of the words"),
    "a key too many": (changed(**{CANARY: 1}), "", "a key that the format does not know"),
    "text for a number": (put(FULL, ("plate", "reads"), CANARY), "plate.reads", "must be of type int, not str"),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_lines_that_contradict_themselves_are_refused(name: str) -> None:
    """With the key and the mend, and nothing of the plate."""
    document, where, what = CONTRADICTIONS[name]
    found = fault(encoded(document))
    assert found[0] == where
    assert what in found[1]
    assert CANARY not in "".join(found)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "not a whole JSON object"),
        (b"{", "not a whole JSON object"),
        (b"null", "must be of type object"),
        (b"{} {}", "lacks the key|not a whole"),
        (b'{"id": "\xff"}', "not UTF-8"),
        (b'{"id": "\\ud800"}', "not a whole JSON object"),
        (b"[" * 100_000, "must be of type object|cannot be read|not a whole"),
        (b" " * (LONGEST_LINE + 1), "longer than"),
        (b'{"id": NaN}', "not a whole JSON object"),
    ],
    ids=["empty", "cut", "null", "two", "bytes", "surrogate", "deep", "long", "nan"],
)
def test_what_is_no_json_object_is_refused(data: bytes, what: str) -> None:
    """And nothing worse happens."""
    with pytest.raises(FaultError, match=what):
        read_line(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_politely(data: bytes) -> None:
    """No exception but the one."""
    with pytest.raises(FaultError):
        read_line(data)


@given(st.text())
def test_what_the_decoder_says_is_never_handed_on_unread(message: str) -> None:
    """A message of an unknown kind could hold a plate."""
    what = fault_of(f"{CANARY} {message}").what
    assert CANARY not in what


def test_every_saying_is_used_for_something() -> None:
    """Of the nine messages of the decoder that are known, none is kept for nothing."""
    said = {fault_of(message).what for message in EXAMPLES}
    assert len(said) == len(SAYINGS)
    assert "cannot be read; write it as the reference says" not in said


EXAMPLES = (
    "Expected `str | null`, got `int` - at `$.plate.text`",
    "Object missing required field `id`",
    f"Object contains unknown field `{CANARY}`",
    f"Invalid enum value '{CANARY}' - at `$.vehicle.kind`",
    "Expected `str` matching regex '^[0-9]$' - at `$.id`",
    "Expected `str` of length <= 64 - at `$.camera`",
    "Expected `float` <= 1.0 - at `$.vehicle.score`",
    "Number out of range - at `$.vehicle.score`",
    "Input data was truncated",
)


def test_paths_say_which_of_several() -> None:
    """From 0, as programs count."""
    document = put(FULL, ("direction", "crossings"), [CROSSING, {**CROSSING, "at": "noon"}])
    assert fault(encoded(document))[0] == "direction.crossings[1].at"


@pytest.mark.parametrize("status", ["not_attempted", "not_visible"])
def test_occupants_without_a_count_are_taken(status: str) -> None:
    """With every number null."""
    passage = replace(full_passage(1)[0], occupants=Occupants(OccupantStatus(status)))
    assert read_line(line_of(passage)).occupants == passage.occupants


def test_whole_numbers_are_numbers() -> None:
    """A program of another language may write 1 for 1.0."""
    assert read_line(encoded(put(FULL, ("vehicle", "score"), 1))).vehicle.score == 1.0


def test_times_are_utc() -> None:
    """Whatever the zone of this machine."""
    assert read_line(encoded(FULL)).began_at == datetime(2026, 11, 22, 12, 0, 1, tzinfo=UTC)
