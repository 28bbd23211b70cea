# SPDX-License-Identifier: Apache-2.0
"""Signing in at an issuer by the pages: there, back, and connecting one's own account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from unit.access.provider import CLIENT, SECRET, Provider, served
from unit.access.world import SITE
from unit.web.house import Answered, House, services_of
from unit.web.test_sessions import alive, key_in, visited

from wayside.access.signing import Elsewhere, Issuer
from wayside.bootstrap import elsewhere_of, secret_in
from wayside.domain import UsageError
from wayside.record import StatedIssuer


@pytest.fixture
def provider(house: House) -> Iterator[Provider]:
    """A provider that the house's site names."""
    with served(house.world.clock) as made:
        stated = StatedIssuer(made.address, CLIENT, "The authority", second_factor_amr=("otp",), make_accounts=True)
        sign_in = house.services.sign_in
        house.services = services_of(house.world, elsewhere=Elsewhere(sign_in, Issuer(stated, SECRET, sign_in.clock)))
        yield made


def onward(answer: Answered) -> str:
    """Where a page goes on to by itself."""
    assert answer.status == 200, answer.text
    found = re.search(r'<meta http-equiv="refresh" content="0; url=([^"]+)">', answer.text)
    assert found is not None
    return unescape(found[1])


def returned(house: House, provider: Provider, key: str, path: str = "/sign-in/elsewhere") -> Answered:
    """What comes of going there from a page and coming back."""
    back = provider.visited(onward(house.call("POST", path, session=key)))
    return house.call("GET", f"/sign-in/elsewhere/done?{urlencode(back)}", session=key)


def test_a_person_signs_in_at_the_issuer(house: House, provider: Provider) -> None:
    """With a new key for the session, whose end is decided here."""
    assert "Sign in with The authority" in house.call("GET", "/sign-in").text
    visit = visited(house)
    done = returned(house, provider, visit)
    assert (done.status, done.headers["location"]) == (303, "/")
    key = key_in(done)
    assert key != visit
    me = house.call("GET", "/api/v1/me", session=key).json
    assert (me["name"], me["second_factor"], me["signs_in_elsewhere"], me["roles"]) == ("ivy", True, True, {})
    house.call("POST", "/sign-out", session=key)
    assert not alive(house, key)


def test_what_comes_back_twice_or_to_another_browser_signs_nobody_in(house: House, provider: Provider) -> None:
    """The page says so and gives no cookie of a session."""
    visit = visited(house)
    back = provider.visited(onward(house.call("POST", "/sign-in/elsewhere", session=visit)))
    path = f"/sign-in/elsewhere/done?{urlencode(back)}"
    for key in (visited(house), None):
        answer = house.call("GET", path, session=key)
        assert answer.status == 403
        assert "begin again" in answer.text
    assert house.call("GET", path, session=visit).status == 303
    assert house.call("GET", path, session=visit).status == 403
    refused = {"error": "access_denied", "state": provider.visited(onward(
        house.call("POST", "/sign-in/elsewhere", session=visit)))["state"]}  # fmt: skip
    answer = house.call("GET", f"/sign-in/elsewhere/done?{urlencode(refused)}", session=visit)
    assert (answer.status, "did not let you in" in answer.text) == (403, True)


def test_no_other_page_sends_anybody_there(house: House, provider: Provider) -> None:
    """Neither to sign in nor to connect what is the sender's."""
    house.world.person("ivy", "investigator")
    for path, key in (("/sign-in/elsewhere", visited(house)), ("/account/elsewhere", house.world.session("ivy"))):
        assert house.call("POST", path, session=key, own_page=False).status == 403
    assert provider.asked == []


def test_an_account_is_connected_by_its_own_person(house: House, provider: Provider) -> None:
    """On the page of the account, and the connection removed there."""
    house.world.person("ivy", "investigator")
    assert returned(house, provider, visited(house)).status == 403
    key = house.world.session("ivy")
    done = returned(house, provider, key, "/account/elsewhere")
    assert (done.status, done.headers["location"]) == (303, "/account")
    assert "Your account is connected." in house.call("GET", "/account", session=key).text
    provider.methods = {}
    step = returned(house, provider, visited(house))
    assert (step.status, 'name="step"' in step.text) == (200, True)
    again = returned(house, provider, key, "/account/elsewhere")
    assert (again.status, "belongs to an account" in again.text) == (403, True)
    assert house.call("POST", "/account/elsewhere/remove", session=key).status == 303
    assert house.call("POST", "/account/elsewhere/remove", session=key).status == 422


def test_a_session_that_changed_on_the_way_connects_nothing(house: House, provider: Provider) -> None:
    """Whoever signs in as somebody else meanwhile has another cookie, to which the answer does not belong."""
    house.world.person("ivy", "investigator")
    house.world.person("olga", "auditor")
    to = onward(house.call("POST", "/account/elsewhere", session=house.world.session("ivy")))
    path = f"/sign-in/elsewhere/done?{urlencode(provider.visited(to))}"
    assert house.call("GET", path, session=house.world.session("olga")).status == 403


def test_an_issuer_that_does_not_answer_leaves_the_other_ways(house: House, provider: Provider) -> None:
    """The page for signing in says so."""
    provider.describe = {"issuer": "https://evil.example"}
    answer = house.call("POST", "/sign-in/elsewhere", session=visited(house))
    assert (answer.status, 'name="password"' in answer.text) == (403, True)
    house.world.person("ivy", "investigator")
    assert house.call("POST", "/account/elsewhere", session=house.world.session("ivy")).status == 422


def test_without_an_issuer_there_is_no_other_way(house: House) -> None:
    """The pages do not speak of it."""
    assert "elsewhere" not in house.call("GET", "/sign-in").text
    assert house.call("POST", "/sign-in/elsewhere", session=visited(house)).status == 422
    assert elsewhere_of(house.services.sign_in) is None


def test_the_site_names_its_issuer_and_the_file_of_its_secret(house: House, tmp_path: Path) -> None:
    """Which nobody else may read, and which stands in no settings that are shown."""
    secret = house.world.store.data_dir / "oidc.secret"
    for text, mode, says in (("x", 0o644, "chmod 600"), (" ", 0o600, "is empty"), (None, 0, "cannot be read")):
        if text is None:
            secret.unlink()
        else:
            secret.write_text(text)
            secret.chmod(mode)
        with pytest.raises(UsageError, match=says):
            secret_in(secret)
    (tmp_path / "site.toml").write_text(
        f'name = "{SITE}"\n[oidc]\nissuer = "https://login.example"\nclient_id = "x"\nclient_secret_file = "s"\n'
    )
    (tmp_path / "s").write_text(SECRET)
    (tmp_path / "s").chmod(0o600)
    world = house.world.opened(tmp_path)
    made = elsewhere_of(world.sign_in())
    assert made is not None
    assert made.issuer.stated.name == "login.example"
    assert SECRET not in str(world.store.site.policy())
    world.store.close()
