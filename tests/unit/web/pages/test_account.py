# SPDX-License-Identifier: Apache-2.0
"""One's own account and one's purpose: every change is one's own, says what is wrong, and ends what it has to end."""

from __future__ import annotations

from typing import Any

import pytest
from unit.access.world import PASSWORD
from unit.web.house import Answered, House

NEW = "nine copper herons"


def signed_in(house: House, name: str = "vera", *roles: str) -> str:
    """The session of somebody."""
    house.world.person(name, *(roles or ("investigator",)))
    return house.world.session(name)


def posted(house: House, session: str, path: str, **form: str) -> Answered:
    """What the page answers."""
    return house.call("POST", path, session=session, form=form)


def test_a_password_is_changed_and_the_other_sessions_end(house: House) -> None:
    """The one that changed it goes on."""
    session = signed_in(house)
    other = house.world.session("vera")
    answer = posted(house, session, "/account/password", old=PASSWORD, new=NEW)
    assert (answer.status, answer.headers["location"]) == (303, "/account")
    assert house.call("GET", "/account", session=session).status == 200
    assert house.call("GET", "/account", session=other).status in {303, 401}
    assert posted(house, session, "/account/password", old=PASSWORD, new="another quiet river").status == 422


def at_hand(house: House) -> Any:
    """What the program interface says that Vera works under."""
    return house.call("GET", "/api/v1/purpose", session=house.world.session("vera")).json["at_hand"]


@pytest.mark.parametrize(("old", "new"), [("wrong", NEW), (PASSWORD, "short"), ("", NEW), (PASSWORD, "")])
def test_a_password_that_cannot_be_changes_nothing(house: House, old: str, new: str) -> None:
    """The page says why, and shows neither the old one nor the new one."""
    session = signed_in(house)
    other = house.world.session("vera")
    answer = posted(house, session, "/account/password", old=old, new=new)
    assert answer.status == 422
    assert PASSWORD not in answer.text
    assert NEW not in answer.text
    assert house.call("GET", "/account", session=other).status == 200


def test_signing_out_elsewhere_keeps_the_session_at_hand(house: House) -> None:
    """And those of other people."""
    session, other, his = signed_in(house), house.world.session("vera"), signed_in(house, "otto")
    assert posted(house, session, "/account/sessions/end").status == 303
    assert house.call("GET", "/account", session=session).status == 200
    assert house.call("GET", "/account", session=other).status in {303, 401}
    assert house.call("GET", "/account", session=his).status == 200


@pytest.mark.parametrize("code", ["000000", "x", "1" * 40])
def test_a_code_without_a_generator_is_wrong(house: House, code: str) -> None:
    """Whatever it is."""
    answer = posted(house, signed_in(house), "/account/generator/confirm", code=code)
    assert (answer.status, 'role="alert"' in answer.text) == (422, True)


def test_the_secret_of_a_generator_is_shown_once(house: House) -> None:
    """As a drawing too; the next page has it no more."""
    session = signed_in(house)
    page = posted(house, session, "/account/generator").text
    assert 'class="secret">' in page
    assert 'class="secret">' not in house.call("GET", "/account", session=session).text


@pytest.mark.parametrize("passkey", ["0", "zz", "abc", ""])
def test_a_passkey_is_named_in_whole_bytes(house: House, passkey: str) -> None:
    """Anything else removes none."""
    session = signed_in(house)
    assert posted(house, session, "/account/passkeys/remove", passkey=passkey).status == 422
    assert b"vera".hex() in house.call("GET", "/account", session=session).text


def test_somebody_else_s_passkey_is_not_removed(house: House) -> None:
    """Though one knows its number."""
    his = signed_in(house, "otto")
    posted(house, signed_in(house), "/account/passkeys/remove", passkey=b"otto".hex())
    assert b"otto".hex() in house.call("GET", "/account", session=his).text


def test_a_passkey_that_the_browser_made_up_is_refused(house: House) -> None:
    """As JSON, for the script that asked."""
    answer = posted(house, signed_in(house), "/account/passkeys", credential="{}", label="key")
    assert answer.status == 422
    assert answer.json["fault"]


@pytest.mark.parametrize(
    ("reason", "reference"), [("offence", "test"), ("offence", ""), ("curiosity", "CR-2026/0123"), ("", "")]
)
def test_a_purpose_that_is_none_is_not_begun(house: House, reason: str, reference: str) -> None:
    """And the head of the page still says that there is none."""
    session = signed_in(house)
    assert posted(house, session, "/purpose", reason=reason, reference=reference).status == 422
    assert at_hand(house) is None


def test_a_purpose_is_begun_once_and_ended(house: House) -> None:
    """While one is at hand another is refused; after its end there is none, and ending it again harms nobody."""
    session = signed_in(house)
    assert posted(house, session, "/purpose", reason="offence", reference="CR-2026/0123").status == 303
    assert "CR-2026/0123" in house.call("GET", "/purpose", session=session).text
    again = posted(house, session, "/purpose", reason="offence", reference="CR-2026/0999")
    assert again.status == 422
    assert "CR-2026/0999" not in house.call("GET", "/purpose", session=session).text
    ended = posted(house, session, "/purpose/end")
    assert (ended.status, ended.headers["location"]) == (303, "/purpose")
    assert at_hand(house) is None
    assert posted(house, session, "/purpose/end").status == 303


@pytest.mark.parametrize("path", ["/account", "/purpose"])
def test_a_stranger_sees_no_account(house: House, path: str) -> None:
    """They are led to the door."""
    assert house.call("GET", path).status in {303, 401}


@pytest.mark.parametrize("path", ["/account/password", "/account/generator", "/account/sessions/end", "/purpose"])
def test_another_page_cannot_change_an_account(house: House, path: str) -> None:
    """Without the token of our own page nothing is done."""
    session = signed_in(house)
    form = {"old": PASSWORD, "new": NEW, "reason": "offence", "reference": "CR-2026/0123"}
    answer = house.call("POST", path, session=session, form=form, own_page=False)
    assert answer.status == 403
    assert at_hand(house) is None
