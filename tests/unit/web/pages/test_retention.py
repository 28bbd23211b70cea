# SPDX-License-Identifier: Apache-2.0
"""The page of retention: shorter at once, longer with somebody else's signature, and never beyond the site's bound."""

from __future__ import annotations

import pytest
from unit.access.world import SITE
from unit.web.house import Answered, House

from wayside.access import approvals
from wayside.record import Periods
from wayside.record.site import read_site

BECAUSE = "The council has decided on sixty days, file 12/4"


@pytest.fixture
def dora(house: House) -> str:
    """The session of an officer, at a site with an approver."""
    house.world.person("petra", "approver")
    house.world.person("dora", "officer")
    return house.world.session("dora")


def changed(house: House, key: str, because: str = BECAUSE, **days: int) -> Answered:
    """The answer to a change of some periods; the others stay."""
    stated = {"passages_days": 30, "pictures_days": 14, "hits_days": 90, "sightings_days": 30, **days}
    form = {name: str(value) for name, value in stated.items()}
    return house.call("POST", "/retention", session=key, form={**form, "because": because})


def in_force(house: House) -> Periods:
    """What holds now."""
    return house.world.store.site.retention.periods


def sign(house: House, key: str | None = None, word: str = "approve") -> Answered:
    """The answer to a decision on the only request that waits."""
    with house.world.store.reading() as connection:
        request_id = approvals.waiting(connection, SITE, house.world.now_ms)[0].id
    return house.call("POST", f"/approvals/{request_id}/{word}", session=key or house.world.session("petra"))


def test_longer_holds_with_the_signature_and_not_before(house: House, dora: str) -> None:
    """The journal names who decided and who signed, and the page says where it comes from."""
    assert changed(house, dora, passages_days=60).headers["location"] == "/approvals"
    assert in_force(house) == Periods()
    assert sign(house).status == 303
    assert in_force(house) == Periods(passages_days=60)
    newest = house.world.told(["config"])[0].payload or {}
    assert (newest["person"], newest["approved_by"]) == ("dora", "petra")
    text = house.call("GET", "/retention", session=dora).text
    assert "<b>60 days</b>" in text
    assert "Decided here" in text


def test_nobody_signs_their_own_and_a_refusal_changes_nothing(house: House, dora: str) -> None:
    """Two people, or none."""
    changed(house, dora, hits_days=100)
    assert sign(house, dora).status == 403
    assert sign(house, word="refuse").status == 303
    assert in_force(house) == Periods()


def test_shorter_holds_at_once(house: House, dora: str) -> None:
    """Nobody is asked, and going back to before then takes two."""
    assert changed(house, dora, because="", passages_days=7).headers["location"] == "/retention"
    assert in_force(house) == Periods(passages_days=7)
    assert changed(house, dora).headers["location"] == "/approvals"
    assert in_force(house) == Periods(passages_days=7)


def test_longer_without_a_reason_is_sent_back(house: House, dora: str) -> None:
    """With what was typed."""
    answer = changed(house, dora, because=" ", passages_days=61)
    assert answer.status == 422
    assert 'value="61"' in answer.text


def test_nothing_goes_beyond_the_bound_of_the_site(house: House, dora: str) -> None:
    """With or without a second person."""
    answer = changed(house, dora, passages_days=366)
    assert answer.status == 422
    assert "longest_days" in answer.text


def test_an_auditor_reads_it_and_changes_nothing(house: House) -> None:
    """The form is not offered either."""
    house.world.person("olga", "auditor")
    key = house.world.session("olga")
    assert '<form method="post" action="/retention"' not in house.call("GET", "/retention", session=key).text
    assert changed(house, key, passages_days=1).status == 403


def test_rules_of_the_file_are_shown(house: House, dora: str) -> None:
    """They go before the periods that are decided here."""
    file = house.world.store.data_dir / "site.toml"
    file.write_text(f'name = "{SITE}"\n[[retention.rules]]\ncameras = ["clinic"]\npassages_days = 2\n')
    house.world.store.stated = read_site(file.parent)
    text = house.call("GET", "/retention", session=dora).text
    assert "clinic" in text
    assert "2 days" in text
