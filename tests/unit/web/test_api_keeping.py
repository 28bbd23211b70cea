# SPDX-License-Identifier: Apache-2.0
"""Holds and retention by the API: asked for, signed, in force with the signature, let go."""

from __future__ import annotations

from typing import Any

import pytest
from unit.access.world import OTHER_SITE, SITE
from unit.web.house import Answered, House

from wayside.record import Periods

BECAUSE = "The court has asked us to keep these until the hearing"
UNTIL = "2027-03-01T00:00:00Z"
DAYS = {"passages_days": 30, "pictures_days": 14, "hits_days": 90, "sightings_days": 30}


@pytest.fixture
def keys(house: House) -> dict[str, str]:
    """Sessions of an investigator under a purpose, an officer and an approver."""
    people = {"ivy": "investigator", "dora": "officer", "petra": "approver"}
    for name, role in people.items():
        house.world.person(name, role)
    house.world.under_purpose("ivy")
    return {name: house.world.session(name) for name in people}


def asked(house: House, key: str, deed: str, subject: dict[str, Any]) -> Answered:
    """The answer to asking for a signature."""
    action, kind = deed.split()
    body = {"action": action, "object": kind, "subject": subject, "because": BECAUSE}
    return house.call("POST", "/api/v1/requests", session=key, json_body=body)


def signed(house: House, keys: dict[str, str], answer: Answered) -> Answered:
    """The answer to the approver's signature."""
    assert answer.status == 201, answer.text
    return house.call("POST", f"/api/v1/requests/{answer.json['id']}/approve", session=keys["petra"])


def test_a_hold_is_placed_with_the_signature_and_let_go(house: House, keys: dict[str, str]) -> None:
    """It names its records to those who may read them under the same address."""
    record = house.passages[SITE, "ordinary"]
    answer = asked(house, keys["ivy"], "place hold", {"records": [record], "until": UNTIL})
    assert house.call("GET", "/api/v1/holds", session=keys["ivy"]).json == {"holds": []}
    assert signed(house, keys, answer).json["used_at"] is not None
    (one,) = house.call("GET", "/api/v1/holds", session=keys["dora"]).json["holds"]
    assert (one["records"], one["active"], one["approved_by"]) == ([record], True, "petra")
    assert house.call("DELETE", f"/api/v1/holds/{one['id']}", session=keys["dora"]).status == 204
    assert house.call("DELETE", f"/api/v1/holds/{one['id']}", session=keys["dora"]).problem == "usage"


@pytest.mark.parametrize("subject", [{}, {"records": [], "until": UNTIL}, {"records": ["x"], "until": UNTIL}])
def test_what_does_not_say_exactly_what_is_sent_back(
    house: House, keys: dict[str, str], subject: dict[str, Any]
) -> None:
    """Before anybody is asked."""
    assert asked(house, keys["ivy"], "place hold", subject).problem == "usage"
    assert asked(house, keys["dora"], "extend retention", subject).problem == "usage"


def test_a_record_of_another_site_is_not_there(house: House, keys: dict[str, str]) -> None:
    """As everywhere."""
    record = house.passages[OTHER_SITE, "fresh"]
    assert asked(house, keys["ivy"], "place hold", {"records": [record], "until": UNTIL}).problem == "not-here"


def test_retention_gets_longer_with_a_signature_and_shorter_without(house: House, keys: dict[str, str]) -> None:
    """To lengthen it by the address that shortens is refused with the mend."""
    longer = {**DAYS, "passages_days": 60}
    refused = house.call("POST", "/api/v1/retention", session=keys["dora"], json_body=longer)
    assert (refused.problem, "second person" in refused.json["detail"]) == ("usage", True)
    assert signed(house, keys, asked(house, keys["dora"], "extend retention", longer)).status == 200
    said = house.call("GET", "/api/v1/retention", session=keys["dora"]).json
    assert (said["passages_days"], said["decided_here"], said["longest_days"]) == (60, True, 365)
    assert house.call("POST", "/api/v1/retention", session=keys["dora"], json_body=DAYS).status == 204
    assert house.world.store.site.retention.periods == Periods()
    assert asked(house, keys["dora"], "extend retention", DAYS).problem == "usage"


def test_the_periods_of_another_site_are_not_changed_from_here(house: House) -> None:
    """Not even by whoever has the task there."""
    house.world.person("dan", "officer", site=OTHER_SITE)
    key = house.world.session("dan")
    answer = house.call("POST", f"/api/v1/retention?site={OTHER_SITE}", session=key, json_body=DAYS)
    assert answer.problem == "usage"
    assert house.call("GET", f"/api/v1/retention?site={OTHER_SITE}", session=key).problem == "usage"
