# SPDX-License-Identifier: Apache-2.0
"""The pages of the second signature: nobody signs for themselves, and one decision is all there is."""

from __future__ import annotations

import pytest
from unit.access.world import SITE
from unit.web.house import House

from wayside.access import approvals, roles

BECAUSE = "Joins the shift at the west gate"


def asked(house: House, account: str = "otto", by: str = "adam") -> str:
    """The id of a request for a role, by an administrator of a site with an approver."""
    house.world.person(by, "administrator")
    house.world.person("petra", "approver")
    if account not in {by, "petra"}:
        house.world.person(account)
    thing, subject = roles.grant_request(account, SITE, "observer")
    with house.world.store.writing() as transaction:
        return approvals.ask(transaction, house.world.actor(by), "grant", thing, subject, BECAUSE).id


def state(house: House, request_id: str) -> str:
    """What became of it."""
    with house.world.store.reading() as connection:
        return approvals.find(connection, request_id).state.value


def test_what_waits_is_listed_with_its_reason(house: House) -> None:
    """And who asked."""
    request_id = asked(house)
    answer = house.call("GET", "/approvals", session=house.world.session("petra"))
    assert answer.status == 200
    assert f'href="/approvals/{request_id}"' in answer.text
    assert BECAUSE in answer.text


def test_nothing_waits_at_first(house: House) -> None:
    """The page says so."""
    house.world.person("petra", "approver")
    assert "Nothing waits" in house.call("GET", "/approvals", session=house.world.session("petra")).text


@pytest.mark.parametrize(("word", "said"), [("approve", "approved"), ("refuse", "refused")])
def test_an_approver_decides_once(house: House, word: str, said: str) -> None:
    """With a remark that the journal keeps; a second decision changes nothing."""
    request_id, session = asked(house), house.world.session("petra")
    page = house.call("GET", f"/approvals/{request_id}", session=session).text
    assert "otto" in page
    assert f"/approvals/{request_id}/{word}" in page
    form = {"says": "He was trained by me"}
    assert house.call("POST", f"/approvals/{request_id}/{word}", session=session, form=form).status == 303
    assert state(house, request_id) == said
    told = house.world.told()[0].payload or {}
    assert (told["what"], told["because"]) == (f"request {said}", "He was trained by me")
    assert house.call("POST", f"/approvals/{request_id}/refuse", session=session, form=form).status == 422
    assert state(house, request_id) == said


def test_a_remark_can_be_left_out(house: House) -> None:
    """Then the journal keeps none."""
    request_id = asked(house)
    form = {"says": " "}
    house.call("POST", f"/approvals/{request_id}/approve", session=house.world.session("petra"), form=form)
    assert "because" not in (house.world.told()[0].payload or {})


def test_a_remark_that_is_too_long_decides_nothing(house: House) -> None:
    """The page says so."""
    request_id = asked(house)
    form = {"says": "x" * 1001}
    answer = house.call("POST", f"/approvals/{request_id}/refuse", session=house.world.session("petra"), form=form)
    assert answer.status == 422
    assert state(house, request_id) == "open"


def test_whoever_asked_cannot_sign(house: House) -> None:
    """Nor is it offered; taking it back is."""
    request_id = asked(house)
    session = house.world.session("adam")
    page = house.call("GET", f"/approvals/{request_id}", session=session).text
    assert f"/approvals/{request_id}/approve" not in page
    assert f"/approvals/{request_id}/withdraw" in page
    for word in ("approve", "refuse"):
        assert house.call("POST", f"/approvals/{request_id}/{word}", session=session).status == 403
    assert house.call("POST", f"/approvals/{request_id}/withdraw", session=session).status == 303
    assert state(house, request_id) == "withdrawn"


def test_whoever_gains_cannot_sign(house: House) -> None:
    """Though somebody else asked, and signing is their task."""
    request_id = asked(house, account="petra")
    session = house.world.session("petra")
    page = house.call("GET", f"/approvals/{request_id}", session=session)
    assert page.status in {200, 403}
    assert f"/approvals/{request_id}/approve" not in page.text
    assert house.call("POST", f"/approvals/{request_id}/approve", session=session).status == 403
    assert state(house, request_id) == "open"


def test_after_its_day_it_waits_no_more(house: House) -> None:
    """It can be read, and not signed."""
    request_id = asked(house)
    house.world.clock.forward(hours=25)
    session = house.world.session("petra")
    assert request_id not in house.call("GET", "/approvals", session=session).text
    assert "/approve" not in house.call("GET", f"/approvals/{request_id}", session=session).text


def test_an_auditor_sees_and_does_not_sign(house: House) -> None:
    """Whoever checks decides nothing."""
    request_id = asked(house)
    house.world.person("olga", "auditor")
    session = house.world.session("olga")
    assert request_id in house.call("GET", "/approvals", session=session).text
    assert "/approve" not in house.call("GET", f"/approvals/{request_id}", session=session).text
    assert house.call("POST", f"/approvals/{request_id}/approve", session=session).status == 403


def test_a_request_that_is_not_there_is_not_found(house: House) -> None:
    """In the same words as one of another site."""
    house.world.person("petra", "approver")
    assert house.call("GET", f"/approvals/{'0' * 32}", session=house.world.session("petra")).status == 404
