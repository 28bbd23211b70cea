# SPDX-License-Identifier: Apache-2.0
"""The page of one's own tokens: a key is shown once, scopes only narrow, and a token ends at once."""

from __future__ import annotations

import re

import pytest
from unit.web.house import Answered, House

GOOD = {"label": "sheet", "scope": "statistics:read", "until": "2027-03-01"}
NUMBERS = "/api/v1/cameras"


def person(house: House, *roles: str) -> str:
    """The session of somebody."""
    house.world.person("vera", *roles)
    return house.world.session("vera")


def ordered(house: House, session: str, **changed: str) -> Answered:
    """What comes of ordering a token."""
    return house.call("POST", "/account/tokens", session=session, form=GOOD | changed)


def key_in(answer: Answered) -> str:
    """The key that a page shows."""
    (key,) = re.findall(r"wayside_[\w-]+", answer.text)
    return str(key)


def test_a_token_is_issued_and_its_key_shown_once(house: House) -> None:
    """It opens what its scope names, and the list shows it without its key."""
    session = person(house, "investigator")
    answer = ordered(house, session)
    assert answer.status == 200
    assert house.call("GET", NUMBERS, token=key_in(answer)).status == 200
    listed = house.call("GET", "/account/tokens", session=session).text
    assert "sheet" in listed
    assert "wayside_" not in listed


def test_a_token_ends_at_once(house: House) -> None:
    """And stays in the list as ended."""
    session = person(house, "investigator")
    key = key_in(ordered(house, session))
    (path,) = re.findall(
        r'action="(/account/tokens/\w+/end)"', house.call("GET", "/account/tokens", session=session).text
    )
    assert house.call("POST", path, session=session).status == 303
    assert house.call("GET", NUMBERS, token=key).status == 401
    assert "ended" in house.call("GET", "/account/tokens", session=session).text


def test_a_token_that_searches_has_a_purpose(house: House) -> None:
    """With a reference of the site's form."""
    session = person(house, "investigator")
    why = {"scope": "passages:read", "reason": "offence", "reference": "CR-2026/0123"}
    key = key_in(ordered(house, session, **why))
    body = {"criteria": {"cameras": ["gate"], "since": "2026-11-20T00:00:00Z"}}
    assert house.call("POST", "/api/v1/passages/search", token=key, json_body=body).status == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"label": " "},
        {"until": "2030-01-01"},
        {"until": "2020-01-01"},
        {"scope": "everything"},
        {"reason": "offence", "reference": "test"},
    ],
)
def test_an_order_that_cannot_be_issues_nothing(house: House, changed: dict[str, str]) -> None:
    """The page says why."""
    session = person(house, "investigator")
    answer = ordered(house, session, **changed)
    assert answer.status == 422
    assert 'role="alert"' in answer.text
    assert "You have no token" in answer.text


def test_without_scopes_nothing_is_issued(house: House) -> None:
    """A token for nothing is none."""
    session = person(house, "investigator")
    form = {name: value for name, value in GOOD.items() if name != "scope"}
    assert house.call("POST", "/account/tokens", session=session, form=form).status == 422


def test_whoever_has_no_task_gets_no_token(house: House) -> None:
    """Though they may see that they have none."""
    session = person(house)
    assert house.call("GET", "/account/tokens", session=session).status == 200
    assert ordered(house, session).status in {403, 404}


def test_somebody_else_s_token_is_not_ended(house: House) -> None:
    """Nor is it in one's list."""
    session = person(house, "investigator")
    ordered(house, session)
    (path,) = re.findall(
        r'action="(/account/tokens/\w+/end)"', house.call("GET", "/account/tokens", session=session).text
    )
    house.world.person("otto", "investigator")
    his = house.world.session("otto")
    assert house.call("POST", path, session=his).status == 403
    assert "You have no token" in house.call("GET", "/account/tokens", session=his).text
