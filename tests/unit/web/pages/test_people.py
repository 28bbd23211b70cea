# SPDX-License-Identifier: Apache-2.0
"""The pages of people: accounts and tasks are seen by who may, and changed with everything that access asks for."""

from __future__ import annotations

import re
from html import unescape

import pytest
from unit.access.world import SITE
from unit.web.house import Answered, House

from wayside.access import people, roles
from wayside.web.pages.people import minutes, shifts_of


def administrator(house: House, name: str = "adam") -> str:
    """The session of an administrator of a site that has an approver already."""
    house.world.person("petra", "approver")
    house.world.person(name, "administrator")
    return house.world.session(name)


def held(house: House, name: str) -> frozenset[str]:
    """The roles that somebody holds at the site."""
    with house.world.store.reading() as connection:
        return roles.roles_of(connection, name).get(SITE, frozenset())


def post(house: House, session: str, path: str, **form: str) -> Answered:
    """What a form of a page brings about."""
    return house.call("POST", path, session=session, form=form or {"nothing": ""})


def test_the_list_shows_everybody_with_their_tasks(house: House) -> None:
    """And leads to each; the head names the pages that the person may open, and no other."""
    session = administrator(house)
    answer = house.call("GET", "/people", session=session)
    assert answer.status == 200
    assert 'href="/people/petra"' in answer.text
    assert "approver" in answer.text
    head = answer.text.partition("</nav>")[0]
    assert 'href="/people"' in head
    assert 'href="/desk"' not in head
    assert 'href="/find"' not in head


def test_whoever_is_invited_gets_a_link_that_works_once(house: House) -> None:
    """It is shown to the administrator once and leads to choosing a password."""
    answer = post(house, administrator(house), "/people", name="mary.hopkins", shown_as="Mary Hopkins", kind="person")
    assert answer.status == 200
    (key,) = re.findall(r"http://localhost/welcome#([\w-]+)", answer.text)
    words = "eleven green bottles"
    visit = house.call("GET", "/welcome").headers["set-cookie"].partition("=")[2].partition(";")[0]
    made = house.call("POST", "/welcome", session=visit, form={"key": key, "password": words})
    assert made.status == 303
    again = house.call("POST", "/welcome", session=visit, form={"key": key, "password": words})
    assert again.status == 422
    assert held(house, "mary.hopkins") == frozenset()


def test_a_device_gets_no_link(house: House) -> None:
    """It signs in with a token."""
    answer = post(house, administrator(house), "/people", name="north-gate", shown_as="Gate", kind="device")
    assert answer.status == 200
    assert "/welcome#" not in answer.text


@pytest.mark.parametrize("name", ["admin", "Mary", "adam", ""])
def test_a_name_that_is_none_makes_no_account(house: House, name: str) -> None:
    """The page says why."""
    answer = post(house, administrator(house), "/people", name=name, shown_as="Mary", kind="person")
    assert answer.status == 422
    assert "welcome#" not in answer.text


def test_a_name_is_never_markup(house: House) -> None:
    """Whatever an administrator types."""
    session = administrator(house)
    post(house, session, "/people", name="mallory", shown_as="<script>alert(1)</script>", kind="person")
    for page in ("/people", "/people/mallory"):
        text = house.call("GET", page, session=session).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text


def test_a_task_is_given_only_once_somebody_else_has_signed(house: House) -> None:
    """Without that neither the page nor anything else gives it."""
    session = administrator(house)
    house.world.person("otto")
    assert post(house, session, "/people/otto/roles", role="observer").status == 403
    because = "Joins the shift at the west gate"
    asked = post(house, session, "/people/otto/roles/ask", role="observer", because=because)
    assert asked.status == 200
    assert held(house, "otto") == frozenset()
    (request_id,) = set(re.findall(r"/approvals/(\w{32})", asked.text))
    signed = post(house, house.world.session("petra"), f"/approvals/{request_id}/approve", says="Known to me")
    assert signed.status == 303
    assert "Give observer now" in house.call("GET", "/people/otto", session=session).text
    given = post(house, session, "/people/otto/roles", role="observer")
    assert given.status == 200
    assert held(house, "otto") == {"observer"}


def test_a_task_is_not_asked_for_without_a_reason(house: House) -> None:
    """Whoever signs has to judge it."""
    session = administrator(house)
    house.world.person("otto")
    answer = post(house, session, "/people/otto/roles/ask", role="observer", because="test")
    assert answer.status == 422
    assert "say in up to" in unescape(answer.text)


def test_a_task_that_clashes_is_not_even_asked_for(house: House) -> None:
    """The page says why."""
    session = administrator(house)
    house.world.person("otto", "auditor")
    answer = post(house, session, "/people/otto/roles/ask", role="investigator", because="Has to look for a lorry")
    assert answer.status == 422
    assert "Nobody checks their own looking" in unescape(answer.text)


def test_a_task_is_taken_away_at_once(house: House) -> None:
    """And the person's session with it."""
    session = administrator(house)
    house.world.person("otto", "observer")
    his = house.world.session("otto")
    assert post(house, session, "/people/otto/roles/end", role="observer").status == 200
    assert held(house, "otto") == frozenset()
    assert house.call("GET", "/", session=his).status == 303


def test_an_account_is_ended_with_everything(house: House) -> None:
    """Nothing can be changed on its page any more."""
    session = administrator(house)
    house.world.person("otto", "observer")
    answer = post(house, session, "/people/otto/disable")
    assert answer.status == 200
    assert "/people/otto/training" not in answer.text
    assert held(house, "otto") == frozenset()


@pytest.mark.parametrize(("until", "status"), [("2027-06-01", 200), ("2029-06-01", 422), ("soon", 422)])
def test_training_is_entered_for_a_year_at_most(house: House, until: str, status: int) -> None:
    """By somebody else than its person."""
    session = administrator(house)
    house.world.person("otto", "observer", trained=False)
    assert post(house, session, "/people/otto/training", until=until).status == status
    assert house.world.actor("otto").trained == (status == 200)


def test_duty_is_entered_and_shown(house: House) -> None:
    """A night goes past midnight."""
    session = administrator(house)
    house.world.person("otto", "observer")
    answer = post(house, session, "/people/otto/duty", weekday="4", begins="22:00", ends="06:00")
    assert answer.status == 200
    assert "Friday, 22:00–06:00" in answer.text
    with house.world.store.reading() as connection:
        (shift,) = people.duties(connection, SITE)["otto"]
    assert (shift.weekday, shift.from_min, shift.to_min) == (4, 1320, 1800)
    assert "None is entered" in post(house, session, "/people/otto/duty", begins="08:00", ends="16:00").text


def test_a_time_of_day_that_is_none_is_complained_of(house: House) -> None:
    """And the duty stays."""
    session = administrator(house)
    house.world.person("otto", "observer")
    assert post(house, session, "/people/otto/duty", weekday="1", begins="noon", ends="16:00").status == 422
    assert minutes("06:30") == 390
    assert [one.weekday for one in shifts_of([3, 1, 3], "08:00", "16:00")] == [1, 3]


def test_sessions_of_somebody_else_end(house: House) -> None:
    """Everywhere."""
    session = administrator(house)
    house.world.person("otto", "observer")
    his = house.world.session("otto")
    assert post(house, session, "/people/otto/sessions/end").status == 200
    assert house.call("GET", "/", session=his).status == 303


def test_credentials_are_reset_with_a_signature_only(house: House) -> None:
    """The new link is shown once."""
    session = administrator(house)
    house.world.person("otto", "observer")
    assert post(house, session, "/people/otto/reset").status == 403
    asked = post(house, session, "/people/otto/reset/ask", because="His telephone fell into the river")
    (request_id,) = set(re.findall(r"/approvals/(\w{32})", asked.text))
    post(house, house.world.session("petra"), f"/approvals/{request_id}/approve")
    answer = post(house, session, "/people/otto/reset")
    assert "/welcome#" in answer.text
    assert post(house, session, "/people/otto/reset").status == 403


def test_while_a_site_is_founded_tasks_are_given_alone(house: House) -> None:
    """Until the first approver is there; the page says so."""
    house.world.person("adam", "administrator")
    session = house.world.session("adam")
    house.world.person("petra")
    assert "Appoint two" in house.call("GET", "/people", session=session).text
    assert post(house, session, "/people/petra/roles", role="approver").status == 200
    assert held(house, "petra") == {"approver"}
    assert "Appoint two" not in house.call("GET", "/people", session=session).text


def test_an_owner_becomes_administrator_before_others_join(house: House) -> None:
    """And signs in anew."""
    house.world.person("kim", "owner")
    session = house.world.session("kim")
    assert "/people/others" in house.call("GET", "/people", session=session).text
    assert post(house, session, "/people/others").headers["location"] == "/sign-in"
    assert held(house, "kim") == {"administrator"}


def test_an_owner_invites_nobody_before(house: House) -> None:
    """They would be shut out without a second factor; a camera may have its account."""
    house.world.person("kim", "owner")
    session = house.world.session("kim")
    refused = post(house, session, "/people", name="mary", shown_as="Mary", kind="person")
    assert refused.status == 422
    assert "work with others first" in refused.text
    assert post(house, session, "/people", name="north-gate", shown_as="Gate", kind="device").status == 200


def test_an_administrator_is_no_owner(house: House) -> None:
    """There is nothing to hand over."""
    assert post(house, administrator(house), "/people/others").status == 422


def test_one_s_own_account_can_be_seen_and_not_changed(house: House) -> None:
    """Neither training nor tasks."""
    session = administrator(house)
    answer = house.call("GET", "/people/adam", session=session)
    assert answer.status == 200
    assert "/people/adam/training" not in answer.text
    assert post(house, session, "/people/adam/roles", role="observer").status == 403


def test_an_account_that_is_not_there_is_not_found(house: House) -> None:
    """As one of another site."""
    assert house.call("GET", "/people/nobody", session=administrator(house)).status == 404


def test_the_last_who_can_give_tasks_is_not_taken_away(house: House) -> None:
    """Neither an owner by themselves nor the last administrator: everybody would be locked out."""
    house.world.person("kim", "owner")
    session = house.world.session("kim")
    answer = house.call("DELETE", "/api/v1/people/kim/roles/owner", session=session)
    assert (answer.status, answer.problem) == (422, "person")
    assert "nobody could give a task any more" in answer.json["detail"]
    page = post(house, session, "/people/kim/roles/end", role="owner")
    assert (page.status, "work with others first" in page.text) == (422, True)
    assert held(house, "kim") == {"owner"}


def test_of_two_administrators_one_can_go(house: House) -> None:
    """And then no more."""
    session = administrator(house)
    house.world.person("bert", "administrator")
    assert house.call("DELETE", "/api/v1/people/bert/roles/administrator", session=session).status == 200
    refused = house.call("DELETE", "/api/v1/people/adam/roles/administrator", session=session)
    assert (refused.status, "let another be given" in refused.json["detail"]) == (422, True)
    assert held(house, "adam") == {"administrator"}
