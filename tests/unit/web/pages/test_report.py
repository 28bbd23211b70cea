# SPDX-License-Identifier: Apache-2.0
"""The phone page of observers: nothing of anybody stays on the phone, and what it asks for is one's own."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from sighted import in_force, sent
from sqlalchemy import insert
from unit.access.world import NOW
from unit.web.house import House
from unit.web.person import Person

from wayside.intake import briefs
from wayside.record.tables import camera
from wayside.web.csrf import token_of


@pytest.fixture
def otto(house: House) -> Person:
    """An observer."""
    return Person(house, "otto", "observer", purpose=False)


def test_the_page_is_the_same_for_everybody(house: House, otto: Person) -> None:
    """For the phone keeps it: no name, no token, no brief in it."""
    brief = in_force(house.world.store, "otto", "olga")
    olga = Person(house, "olga", "observer", purpose=False)
    first, second = (one.page("/report") for one in (otto, olga))
    assert (first.status, first.headers["cache-control"]) == (200, "no-cache")
    assert first.body == second.body
    assert not re.search(rf"\b[Oo]tto\b|{token_of(otto.key)}|{brief.id}", first.text)


def test_the_state_is_what_one_was_given(house: House, otto: Person) -> None:
    """Briefs that are in force or coming, with whether they were read and acknowledged; none of the others."""
    store = house.world.store
    now, later = in_force(store), in_force(store, acknowledged=False, begins_at=NOW + timedelta(days=2))
    foreign, over = in_force(store, "olga"), in_force(store)
    with store.writing() as transaction:
        briefs.end(transaction, over.id, by="lisa")
    state = otto.page("/report/state").json
    told = {one["id"]: (one["read"], one["acknowledged"]) for one in state["briefs"]}
    assert told == {now.id: (True, True), later.id: (True, False)}
    assert foreign.id not in json.dumps(state)
    assert (state["person"], state["csrf"], state["now"]) == ("otto", token_of(otto.key), NOW.isoformat())


def test_a_phone_learns_what_became_of_its_own_reports(house: House, otto: Person) -> None:
    """Those of the last day, so that it may forget them; not those of others, nor older ones."""
    brief = in_force(house.world.store, "otto", "olga")
    sent(house.world.store, brief, 1)
    sent(house.world.store, brief, 2, observer="olga")
    assert otto.page("/report/state").json["sent"] == [f"{1:032x}"]
    house.world.clock.forward(hours=25)
    again = Person(house, "olga", "observer", purpose=False)
    assert again.page("/report/state").json["sent"] == []


def test_places_are_those_of_the_site_s_cameras_once_each(house: House, otto: Person) -> None:
    """Not those of another site."""
    rows = [{"name": name, "site": site, "place": place} for name, site, place in (
        ("one", "north", "the bridge"), ("two", "north", "the bridge"), ("far", "south", "the harbour"),
    )]  # fmt: skip
    with house.world.store.writing() as transaction:
        transaction.connection.execute(insert(camera), rows)
    assert otto.page("/report/state").json["places"] == ["the bridge", "the gate"]


@pytest.mark.parametrize("path", ["/report", "/report/state"])
@pytest.mark.parametrize("role", ["monitor", "list-manager", "auditor"])
def test_only_observers_report(house: House, role: str, path: str) -> None:
    """Others are refused the page and its state."""
    assert Person(house, "mona", role, purpose=False).page(path).status == 403


def test_the_worker_keeps_what_the_page_is_made_of(house: House) -> None:
    """Every address in it answers, also to a phone that is signed out, and none is left as it was written."""
    worker = house.call("GET", "/report/worker.js")
    assert (worker.status, worker.headers["service-worker-allowed"]) == (200, "/report")
    assert '"SHELL"' not in worker.text
    begin = worker.text.index('["/')
    kept = json.loads(worker.text[begin : worker.text.index("]", begin) + 1])
    assert len(kept) == 8
    assert {house.call("GET", path).status for path in kept} == {200}


def test_a_phone_installs_the_page(house: House) -> None:
    """Under an address of ours, with icons that are there and as large as they say."""
    answer = house.call("GET", "/report/manifest.webmanifest")
    told = json.loads(answer.body)
    assert answer.headers["content-type"] == "application/manifest+json"
    assert told["start_url"].startswith(told["scope"])
    assert {one["purpose"] for one in told["icons"]} == {"any", "maskable"}
    for icon in told["icons"]:
        body = house.call("GET", icon["src"]).body
        width, height = (int.from_bytes(body[at : at + 4]) for at in (16, 20))  # of the header of a PNG
        assert f"{width}x{height}" == icon["sizes"]
