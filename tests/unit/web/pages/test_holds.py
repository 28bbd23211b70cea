# SPDX-License-Identifier: Apache-2.0
"""The page of holds: asked for under a purpose, in force with somebody else's signature, released by either task."""

from __future__ import annotations

import pytest
from unit.access.world import NOW, OTHER_SITE, SITE
from unit.web.house import Answered, House

from wayside.access import approvals
from wayside.record.retention import Hold, erase_before, holds, place_hold

BECAUSE = "The court has asked us to keep these until the hearing"


@pytest.fixture
def ivy(house: House) -> str:
    """The session of an investigator under a purpose, at a site with an approver."""
    house.world.person("petra", "approver")
    house.world.person("ivy", "investigator")
    house.world.under_purpose("ivy")
    return house.world.session("ivy")


def asked(house: House, key: str, *records: str, until: str = "2027-03-01", because: str = BECAUSE) -> Answered:
    """The answer to asking for a hold."""
    form = {"records": "\n".join(records), "until": until, "because": because}
    return house.call("POST", "/holds/ask", session=key, form=form)


def waiting(house: House) -> str:
    """The id of the only request that waits."""
    with house.world.store.reading() as connection:
        return approvals.waiting(connection, SITE, house.world.now_ms)[0].id


def settled(house: House, word: str = "approve") -> Answered:
    """The answer to the approver's decision."""
    return house.call("POST", f"/approvals/{waiting(house)}/{word}", session=house.world.session("petra"))


def found(house: House) -> list[Hold]:
    """All holds."""
    return holds(house.world.store)


def test_it_is_held_with_the_signature_and_survives_an_erasure(house: House, ivy: str) -> None:
    """Nobody has to come back for it; the hold names the case, who asked and who signed."""
    record = house.passages[SITE, "ordinary"]
    assert asked(house, ivy, record).headers["location"] == "/approvals"
    assert found(house) == []
    assert settled(house).status == 303
    (one,) = found(house)
    assert (one.reference, one.placed_by, one.approved_by, one.ids) == ("CR-2026/0123", "ivy", "petra", (record,))
    purpose = house.world.purposes.checked("offence", "CR-2026/0123", "olga")
    assert erase_before(house.world.store, NOW, purpose).counts.held == 1
    text = house.call("GET", "/holds", session=ivy).text
    assert "CR-2026/0123" in text
    assert record in text


def test_nothing_is_held_that_was_refused(house: House, ivy: str) -> None:
    """Nor can it be asked for twice with one signature."""
    asked(house, ivy, house.passages[SITE, "ordinary"])
    assert settled(house, "refuse").status == 303
    assert found(house) == []


def test_nobody_signs_their_own_hold(house: House, ivy: str) -> None:
    """Whoever asked may take it back only."""
    asked(house, ivy, house.passages[SITE, "ordinary"])
    answer = house.call("POST", f"/approvals/{waiting(house)}/approve", session=ivy)
    assert answer.status == 403
    assert found(house) == []


def test_what_was_erased_before_the_signature_cannot_be_held(house: House, ivy: str) -> None:
    """The signature is not given then, and the approver is told why."""
    asked(house, ivy, house.passages[SITE, "ordinary"])
    purpose = house.world.purposes.checked("offence", "CR-2026/0123", "olga")
    erase_before(house.world.store, NOW, purpose)
    answer = settled(house)
    assert answer.status == 422
    assert "what is still there" in answer.text
    assert waiting(house)


@pytest.mark.parametrize(("until", "says"), [("2029-01-01", "366 days"), ("2026-11-01", "366 days"), ("", "date")])
def test_a_hold_ends_within_a_year(house: House, ivy: str, until: str, says: str) -> None:
    """And what was typed is still in the form."""
    answer = asked(house, ivy, house.passages[SITE, "fresh"], until=until)
    assert answer.status == 422
    assert says in answer.text
    assert house.passages[SITE, "fresh"] in answer.text


def test_an_empty_reason_is_sent_back(house: House, ivy: str) -> None:
    """Whoever signs has to judge it."""
    assert asked(house, ivy, house.passages[SITE, "fresh"], because="test").status == 422


def test_only_records_of_the_site_can_be_named(house: House, ivy: str) -> None:
    """Another site's looks like one that is not there, and so does none at all."""
    there = asked(house, ivy, house.passages[SITE, "fresh"], house.passages[OTHER_SITE, "fresh"])
    nowhere = asked(house, ivy, "f" * 32)
    assert there.status == nowhere.status == 404
    assert asked(house, ivy).status == 422


def test_without_a_purpose_nothing_is_asked_for(house: House) -> None:
    """The hold would have no case."""
    house.world.person("ivan", "investigator")
    answer = asked(house, house.world.session("ivan"), house.passages[SITE, "fresh"])
    assert answer.status == 403


@pytest.mark.parametrize("role", ["investigator", "officer"])
def test_it_is_released_once_by_whoever_has_the_task(house: House, role: str) -> None:
    """The journal tells; a second time there is nothing to release."""
    until = NOW.replace(year=2027)
    store, record = house.world.store, house.passages[SITE, "fresh"]
    hold = place_hold(store, [record], reference="CR-2026/0123", person="ivy", expires_at=until)
    house.world.person("nora", role)
    key = house.world.session("nora")
    assert f"/holds/{hold}/release" in house.call("GET", "/holds", session=key).text
    assert house.call("POST", f"/holds/{hold}/release", session=key).status == 303
    assert found(house)[0].released_at is not None
    assert (house.world.told(["hold"])[0].payload or {})["person"] == "nora"
    again = house.call("POST", f"/holds/{hold}/release", session=key)
    assert (again.status, "Over" in again.text) == (422, True)


def test_an_auditor_sees_that_something_is_held_and_not_what(house: House) -> None:
    """Nor is the form or a release offered."""
    until, record = NOW.replace(year=2027), house.passages[SITE, "fresh"]
    place_hold(house.world.store, [record], reference="CR-2026/0123", person="ivy", expires_at=until)
    house.world.person("olga", "auditor")
    text = house.call("GET", "/holds", session=house.world.session("olga")).text
    assert "CR-2026/0123" in text
    assert record not in text
    assert "<textarea" not in text
    assert "/release" not in text


def test_an_owner_who_works_alone_holds_at_once(house: House) -> None:
    """There is nobody to ask; the auditor's list says so."""
    with house.world.store.writing() as transaction:
        transaction.connection.exec_driver_sql("DELETE FROM role_grant")
        transaction.connection.exec_driver_sql("UPDATE person SET disabled_ms = 1")
    house.world.person("olivia", "owner")
    house.world.under_purpose("olivia")
    record = house.passages[SITE, "fresh"]
    assert asked(house, house.world.session("olivia"), record).status == 303
    assert (found(house)[0].ids, found(house)[0].approved_by) == ((record,), None)


def test_the_page_of_a_passage_leads_here(house: House, ivy: str) -> None:
    """With its id in the form."""
    record = house.passages[SITE, "fresh"]
    link = f"/holds?record={record}"
    assert link in house.call("GET", f"/passages/{record}", session=ivy).text
    assert f">{record}</textarea>" in house.call("GET", link, session=ivy).text
