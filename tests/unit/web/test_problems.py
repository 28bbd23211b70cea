# SPDX-License-Identifier: Apache-2.0
"""What went wrong is told in the right class of answer, and never with what somebody typed or where files lie."""

from __future__ import annotations

import json
import logging

import pytest
from fastapi.exceptions import RequestValidationError
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from unit.web.house import House
from unit.web.person import Person

from wayside.access import Decision, LimitError, PersonError, PurposeError, RefusalError, RequestError, SignInError, Why
from wayside.domain import AccessError, RecordError, UsageError
from wayside.intake import BriefError, SightingError
from wayside.web.errors import ForeignPageError
from wayside.web.problems import STATUS_OF_ERROR, UNEXPECTED, place_of, problem_of, without_path

PLATE = "LD23ABC"


@pytest.mark.parametrize(
    ("error", "word", "status"),
    [
        (ForeignPageError(), "foreign-page", 403),
        (PurposeError("x"), "purpose", 422),
        (SignInError("x"), "sign-in", 403),
        (RequestError("x"), "approval", 409),
        (PersonError("x"), "person", 422),
        (AccessError("x"), "access", 403),
        (BriefError("x"), "brief", 409),
        (SightingError("x"), "usage", 422),
        (UsageError("x"), "usage", 422),
        (RecordError("x"), "record", 503),
    ],
)
def test_an_error_has_the_status_of_its_nearest_kind(error: Exception, word: str, status: int) -> None:
    """Kinds of kinds come first, or a general one would hide them."""
    problem = problem_of(error)
    assert (problem.type, problem.status, problem.detail) == (word, status, str(error))


def test_no_kind_of_error_is_hidden_by_one_before_it() -> None:
    """Each stands before the kinds that it is one of."""
    kinds = [kind for kind, _, _ in STATUS_OF_ERROR]
    for at, kind in enumerate(kinds):
        assert not [one for one in kinds[:at] if issubclass(kind, one)]


@pytest.mark.parametrize("why", list(Why))
def test_every_refusal_has_a_status_and_its_own_words(why: Why) -> None:
    """Only a stranger is asked to sign in."""
    problem = problem_of(RefusalError(Decision(why)))
    expected = {Why.NOT_SIGNED_IN: 401, Why.NOT_HERE: 404, Why.GONE: 410}.get(why, 403)
    assert (problem.status, problem.type) == (expected, why.value.replace("_", "-"))
    assert ("WWW-Authenticate" in problem.headers) is (expected == 401)
    assert problem.detail


def test_who_asks_too_often_is_told_when_to_come_back() -> None:
    """In the header that programs heed."""
    error = LimitError("too often; wait", 17)
    problem = problem_of(error)
    assert (problem.status, problem.headers) == (429, {"Retry-After": "17"})


def test_what_the_server_itself_refuses_keeps_its_headers_and_drops_its_words() -> None:
    """The meaning of the status is told instead."""
    problem = problem_of(HTTPException(405, f"no {PLATE} here", {"Allow": "GET"}))
    assert (problem.status, problem.headers) == (405, {"Allow": "GET"})
    assert PLATE not in json.dumps(problem.document())


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("/data/site.toml: is no file", "is no file"),
        ("records/evidence/ab.jpg: is damaged", "is damaged"),
        ("the plate is none: write it as LD23 ABC", "the plate is none: write it as LD23 ABC"),
        ("and/or", "and/or"),
        ("", ""),
    ],
)
def test_places_on_the_disk_are_for_whoever_runs_the_program(sentence: str, told: str) -> None:
    """They are left out; the sentence stays."""
    assert without_path(sentence) == told


def test_what_nobody_foresaw_says_a_number_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    """The log has the number and the lines of code, not the message: that may hold a plate."""
    try:
        raise KeyError(PLATE)
    except KeyError as error:
        with caplog.at_level(logging.ERROR, logger="wayside.web"):
            problem = problem_of(error)
    (line,) = [one.getMessage() for one in caplog.records]
    assert (problem.status, problem.detail) == (500, UNEXPECTED)
    assert problem.more["number"] in line
    assert "KeyError" in line
    assert "test_problems.py:" in line
    assert PLATE not in line
    assert PLATE not in json.dumps(problem.document())


def test_a_form_that_is_wrong_is_told_where_and_not_what() -> None:
    """A field that somebody made up may be a plate."""
    faults = [
        {"loc": ("body", "since"), "type": "missing", "msg": PLATE, "input": PLATE},
        {"loc": ("body", PLATE), "type": "extra_forbidden", "msg": PLATE, "input": PLATE},
    ]
    document = problem_of(RequestValidationError(faults)).document()
    assert [one["at"] for one in document["faults"]] == ["body.since", "body.?"]
    assert PLATE not in json.dumps(document)


@given(st.lists(st.text(max_size=8) | st.integers(), min_size=1, max_size=4))
def test_the_last_name_of_what_should_not_be_there_is_never_told(parts: list[str | int]) -> None:
    """However deep it stands."""
    assert "certainty" in parts or place_of(parts, "extra_forbidden") == ".".join([*map(str, parts[:-1]), "?"])
    assert place_of(parts, "missing").count("?") == ".".join(map(str, parts)).count("?")


@pytest.mark.parametrize("value", ["maybe", 7, None])
def test_the_key_of_a_table_is_not_told_either(house: House, value: object) -> None:
    """Certainties are stated by field; what somebody puts there instead may be a plate."""
    otto = Person(house, "otto", "observer", purpose=False)
    body = {"seen_at": "2026-11-22T12:00:00Z", "certainty": {PLATE: value}}
    answer = otto.post("/sightings", body)
    assert (answer.status, answer.problem) == (422, "form")
    assert PLATE not in answer.text


@pytest.mark.parametrize(("path", "status"), [("/live", 303), ("/api/v1/passages", 401)])
def test_a_stranger_is_led_to_the_page_for_signing_in(house: House, path: str, status: int) -> None:
    """A program is told; a piece of a page that asks by itself is not led anywhere."""
    answer = house.call("GET", path)
    assert answer.status == status
    assert answer.headers.get("location") == ("/sign-in" if status == 303 else None)
    piece = house.call("GET", path, headers={"hx-request": "true"})
    assert (piece.status, "location" in piece.headers) == (401, False)
