# SPDX-License-Identifier: Apache-2.0
"""The pages of the second signature: nobody signs for themselves, and one decision is all there is."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from unit.access.world import NOW, OTHER_SITE, SITE
from unit.web.house import AGES, PLATE, House

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


def looking(house: House) -> str:
    """The session of an investigator at a site with an approver."""
    house.world.person("petra", "approver")
    house.world.person("vera", "investigator")
    house.world.under_purpose("vera")
    return house.world.session("vera")


def hidden(text: str, path: str) -> str:
    """The criteria in the form of a page that leads to an address."""
    form = text.partition(f'action="{path}"')[2].partition("</form>")[0]
    found = re.search(r'name="criteria" value="([^"]*)"', form)
    assert found is not None, text
    return unescape(found[1])


OLD = {"q": PLATE, "since": (NOW - AGES["old"] - timedelta(days=1)).isoformat()[:16]}


def test_a_search_that_reaches_far_back_is_asked_for_where_it_was_refused(house: House) -> None:
    """Signed by somebody else, it is done once, exactly as it was asked for, with its further pages."""
    session = looking(house)
    refused = house.call("POST", "/find", session=session, form=OLD)
    assert refused.status == 403
    criteria = hidden(refused.text, "/find/ask")
    wanting = {"criteria": criteria, "because": "test"}
    assert house.call("POST", "/find/ask", session=session, form=wanting).status == 422
    because = {"criteria": criteria, "because": "The court asks for the whole of July"}
    assert house.call("POST", "/find/ask", session=session, form=because).headers["location"] == "/approvals"
    own = house.call("GET", "/approvals", session=session).text
    assert "The court asks for the whole of July" in own
    assert "waits for a signature" in own
    assert "/find/again" not in own
    (request_id,) = set(re.findall(r"/approvals/(\w{32})", own))
    assert house.call("POST", f"/approvals/{request_id}/approve", session=house.world.session("petra")).status == 303
    signed = house.call("GET", "/approvals", session=session).text
    assert "petra" in signed
    again = hidden(signed, "/find/again")
    assert house.call("POST", "/find/again", session=session, form={"criteria": again}).status == 200
    assert house.call("POST", "/find/again", session=session, form={"criteria": again}).status == 403
    further = {"criteria": again, "cursor": "x"}
    assert house.call("POST", "/find/more", session=session, form=further).status == 422
    house.world.clock.forward(hours=2)
    later = house.world.session("vera")
    assert house.call("POST", "/find/more", session=later, form=further).status == 403
    assert "used" in house.call("GET", "/approvals", session=later).text


def test_journeys_that_reach_far_back_are_asked_for_too(house: House) -> None:
    """And followed once, exactly as they were asked for; a search it is not."""
    session = looking(house)
    form = {"plate": PLATE, "since": OLD["since"]}
    refused = house.call("POST", "/journeys", session=session, form=form)
    criteria = hidden(refused.text, "/journeys/ask")
    assert (refused.status, "data-map" in refused.text) == (403, False)
    because = {"criteria": criteria, "because": "The court asks for the whole of July"}
    assert house.call("POST", "/journeys/ask", session=session, form={**because, "because": "x"}).status == 422
    assert house.call("POST", "/journeys/ask", session=session, form=because).headers["location"] == "/approvals"
    (request_id,) = set(re.findall(r"/approvals/(\w{32})", house.call("GET", "/approvals", session=session).text))
    house.call("POST", f"/approvals/{request_id}/approve", session=house.world.session("petra"))
    again = {"criteria": hidden(house.call("GET", "/approvals", session=session).text, "/journeys/again")}
    assert house.call("POST", "/find/again", session=session, form=again).status == 403
    answer = house.call("POST", "/journeys/again", session=session, form=again)
    assert (answer.status, f'href="/passages/{house.passages[SITE, "old"]}"' in answer.text) == (200, True)
    assert house.call("POST", "/journeys/again", session=session, form=again).status == 403
    for stated in ("x", '{"site": "south"}'):
        assert house.call("POST", "/journeys/again", session=session, form={"criteria": stated}).status == 422
        assert house.call("POST", "/journeys/ask", session=session, form={**because, "criteria": stated}).status == 422


def test_nobody_is_asked_to_sign_for_a_search_that_cannot_be(house: House) -> None:
    """One without bounds is sent back before, so that no signature is spent on it."""
    session = looking(house)
    form = {**OLD, "q": "", "camera": f"gate-{SITE}"}
    refused = house.call("POST", "/find", session=session, form=form)
    assert (refused.status, "at most 92 days" in refused.text, "/find/ask" in refused.text) == (422, True, False)
    criteria = json.dumps({"site": SITE, "cameras": ["gate"], "since": OLD["since"] + ":00Z"})
    because = {"criteria": criteria, "because": "The court asks for the whole of July"}
    assert house.call("POST", "/find/ask", session=session, form=because).status == 422
    assert "request open" not in house.world.deeds()


def test_an_approval_is_for_nothing_else(house: House) -> None:
    """Another camera is another search, and somebody else's approval is nobody's."""
    session = looking(house)
    criteria = json.loads(hidden(house.call("POST", "/find", session=session, form=OLD).text, "/find/ask"))
    form = {"criteria": json.dumps(criteria), "because": "The court asks for the whole of July"}
    house.call("POST", "/find/ask", session=session, form=form)
    (request_id,) = set(re.findall(r"/approvals/(\w{32})", house.call("GET", "/approvals", session=session).text))
    house.call("POST", f"/approvals/{request_id}/approve", session=house.world.session("petra"))
    other = json.dumps({**criteria, "plate": {"text": "LD52XYA", "match": "exact"}})
    assert house.call("POST", "/find/again", session=session, form={"criteria": other}).status == 403
    house.world.person("victor", "investigator")
    house.world.under_purpose("victor")
    his = house.world.session("victor")
    assert house.call("POST", "/find/again", session=his, form={"criteria": json.dumps(criteria)}).status == 403
    assert request_id not in house.call("GET", "/approvals", session=his).text


@pytest.mark.parametrize("criteria", ["x", "[]", '{"site": "south"}', '{"plate": 3}', "{}"])
def test_criteria_that_no_page_of_ours_stated_are_refused(house: House, criteria: str) -> None:
    """Without a failure, and without asking anybody."""
    session = looking(house)
    form = {"criteria": criteria, "because": "The court asks for the whole of July"}
    assert house.call("POST", "/find/ask", session=session, form=form).status == 422
    assert house.call("POST", "/find/again", session=session, form=form).status == 422


def test_an_old_passage_is_asked_for_on_the_page_that_refuses_it(house: House) -> None:
    """And opened once after the signature; what is not there, or at another site, is not offered."""
    session = looking(house)
    path = f"/passages/{house.passages[SITE, 'old']}"
    refused = house.call("GET", path, session=session)
    assert (refused.status, f'action="{path}/ask"' in refused.text) == (403, True)
    because = {"because": "The same lorry as in July"}
    assert house.call("POST", f"{path}/ask", session=session, form=because).status == 303
    (request_id,) = set(re.findall(r"/approvals/(\w{32})", house.call("GET", "/approvals", session=session).text))
    house.call("POST", f"/approvals/{request_id}/approve", session=house.world.session("petra"))
    assert f'href="{path}"' in house.call("GET", "/approvals", session=session).text
    assert house.call("GET", path, session=session).status == 200
    assert house.call("GET", path, session=session).status == 403
    for other in (house.passages[OTHER_SITE, "old"], "f" * 32):
        assert house.call("POST", f"/passages/{other}/ask", session=session, form=because).status == 404
    fresh = f"/passages/{house.passages[SITE, 'fresh']}/ask"
    assert house.call("POST", fresh, session=session, form=because).status == 409


def test_an_owner_who_works_alone_signs_nothing_and_goes_on(house: House) -> None:
    """There is nobody to ask, and the auditor is told."""
    house.world.person("kim", "owner")
    house.world.under_purpose("kim")
    session = house.world.session("kim")
    criteria = hidden(house.call("POST", "/find", session=session, form=OLD).text, "/find/ask")
    form = {"criteria": criteria, "because": "The court asks for the whole of July"}
    house.call("POST", "/find/ask", session=session, form=form)
    again = hidden(house.call("GET", "/approvals", session=session).text, "/find/again")
    assert house.call("POST", "/find/again", session=session, form={"criteria": again}).status == 200
    assert "request alone" in house.world.deeds()


def test_who_can_ask_for_nothing_sees_no_list_of_their_own(house: House) -> None:
    """An approver signs only."""
    request_id = asked(house)
    own = house.call("GET", "/approvals", session=house.world.session("petra")).text
    assert "What you have asked for" not in own
    mine = house.call("GET", "/approvals", session=house.world.session("adam")).text
    assert "What you have asked for" in mine
    assert request_id in mine
    assert "Waiting for a signature" not in mine
