# SPDX-License-Identifier: Apache-2.0
"""Signing in by the pages, and how a session ends: at once, however it ends."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from pyotp.totp import TOTP
from unit.access.world import PASSWORD, SITE, World
from unit.web.house import Answered, House, services_of

from wayside.access import first_run
from wayside.access.signing import Once, credentials, one_time

FOUNDER = {"name": "mary.hopkins", "shown_as": "Mary Hopkins", "password": "gravel otter lantern", "alone": "true"}


def key_in(answer: Answered) -> str:
    """The key that an answer's cookie sets."""
    return answer.headers["set-cookie"].partition("=")[2].partition(";")[0]


def visited(house: House, path: str = "/sign-in") -> str:
    """The key of a visitor's cookie."""
    return key_in(house.call("GET", path))


def signed_in(house: House, name: str, password: str = PASSWORD) -> Answered:
    """What a name and a password lead to."""
    return house.call("POST", "/sign-in", session=visited(house), form={"name": name, "password": password})


def alive(house: House, key: str) -> bool:
    """Whether a session opens anything."""
    return house.call("GET", "/api/v1/me", session=key).status == 200


def test_the_first_account_is_made_with_the_printed_link_and_only_once(house: House) -> None:
    """And whoever works alone needs no second factor on this machine."""
    link = first_run.link(house.world.store, "http://localhost")
    assert link is not None
    form = {**FOUNDER, "key": link.partition("#")[2]}
    made = house.call("POST", "/first-run", session=visited(house, "/first-run"), form=form)
    assert (made.status, made.headers["location"]) == (303, "/account")
    me = house.call("GET", "/api/v1/me", session=key_in(made)).json
    assert (me["roles"], me["second_factor"]) == ({SITE: ["owner"]}, True)
    again = house.call("POST", "/first-run", session=visited(house, "/first-run"), form=form)
    assert again.status == 422
    assert first_run.link(house.world.store, "http://localhost") is None


def test_a_weak_password_leaves_the_link_good(house: House) -> None:
    """What was wrong is said on the page, without the password."""
    link = first_run.link(house.world.store, "http://localhost")
    form = {**FOUNDER, "key": str(link).partition("#")[2]}
    weak = house.call("POST", "/first-run", session=visited(house), form={**form, "password": "hopkins12345"})
    assert weak.status == 422
    assert "hopkins12345" not in weak.text
    assert house.call("POST", "/first-run", session=visited(house), form=form).status == 303


def test_an_invited_person_chooses_a_password_once(house: House) -> None:
    """With the key of the welcome link."""
    house.world.person("ann", "administrator")
    added = house.call(
        "POST", "/api/v1/people", session=house.world.session("ann"), json_body={"name": "ivy", "shown_as": "Ivy"}
    )
    assert added.status == 201
    form = {"key": added.json["key"], "password": "gravel otter lantern"}
    assert house.call("POST", "/welcome", session=visited(house, "/welcome"), form=form).status == 303
    assert house.call("POST", "/welcome", session=visited(house, "/welcome"), form=form).status == 422


def test_a_password_alone_opens_little_where_others_work_too(house: House) -> None:
    """The account page, on which a second factor is added; no movement, no name of another person."""
    house.world.person("ivy", "investigator", second_factor=False)
    house.world.person("ann", "administrator")
    key = key_in(signed_in(house, "ivy"))
    assert house.call("GET", "/account", session=key).status == 200
    for path in ("/api/v1/passages", "/api/v1/people", "/api/v1/cameras"):
        assert house.call("GET", path, session=key).problem in {"second-factor", "not-own", "role"}


def test_a_code_generator_is_added_and_then_asked_for(house: House) -> None:
    """Its secret is shown once; its code is good once."""
    world = house.world
    world.person("ivy", "investigator", second_factor=False)
    key = key_in(signed_in(house, "ivy"))
    page = house.call("POST", "/account/generator", session=key)
    found = re.search(r'class="secret">([A-Z2-7]{32})<', page.text)
    assert found is not None
    assert "<svg" in page.text
    codes = TOTP(found[1])
    wrong = house.call("POST", "/account/generator/confirm", session=key, form={"code": "000000"})
    assert wrong.status == 422
    code = codes.at(world.clock.now)
    assert house.call("POST", "/account/generator/confirm", session=key, form={"code": code}).status == 303
    world.clock.forward(minutes=1)
    step = signed_in(house, "ivy")
    second = re.search(r'name="step" value="([^"]+)"', step.text)
    assert second is not None
    visit = visited(house)
    form = {"step": second[1], "code": codes.at(world.clock.now)}
    done = house.call("POST", "/sign-in/code", session=visit, form=form)
    assert (done.status, done.headers["location"]) == (303, "/")
    assert house.call("GET", "/api/v1/me", session=key_in(done)).json["second_factor"]
    assert house.call("POST", "/sign-in/code", session=visit, form=form).status == 403


def test_signing_in_gives_a_new_key(house: House) -> None:
    """What a visit had before is worth nothing afterwards, so that nobody can plant a key."""
    house.world.person("ivy", "investigator", second_factor=False)
    visit = visited(house)
    done = house.call("POST", "/sign-in", session=visit, form={"name": "ivy", "password": PASSWORD})
    assert key_in(done) != visit
    assert alive(house, key_in(done))
    assert not alive(house, visit)


def test_a_wrong_name_and_a_wrong_password_are_told_alike(house: House) -> None:
    """Nothing says which it was."""
    house.world.person("ivy", "investigator", second_factor=False)
    answers = [signed_in(house, name, "wrong wrong wrong") for name in ("ivy", "nobody")]
    assert [one.status for one in answers] == [403, 403]
    told = [re.search(r'role="alert">([^<]+)<', one.text) for one in answers]
    assert told[0] is not None
    assert told[1] is not None
    assert told[0][1] == told[1][1]


def test_after_five_wrong_passwords_a_name_waits_and_a_restart_changes_nothing(house: House) -> None:
    """The sixth is not looked at, even if it is right; a minute later one more is."""
    house.world.person("ivy", "investigator", second_factor=False)
    assert [signed_in(house, "ivy", "wrong wrong wrong").status for _ in range(5)] == [403] * 5
    house.world.store.close()
    world = World.opened(house.world.store.data_dir, house.world.clock)
    again = House(world, services_of(world), house.passages)
    assert signed_in(again, "ivy").status == 429
    world.clock.forward(seconds=61)
    assert signed_in(again, "ivy").status == 303
    again.loop.close()
    world.store.close()


def test_a_session_ends_with_signing_out(house: House) -> None:
    """At once, and for the key itself, not only in the browser."""
    house.world.person("ivy", "investigator")
    key, other = house.world.session("ivy"), house.world.session("ivy")
    left = house.call("POST", "/sign-out", session=key)
    assert (left.status, left.headers["location"]) == (303, "/sign-in")
    assert 'wayside=""' in left.headers["set-cookie"]
    assert (alive(house, key), alive(house, other)) == (False, True)


def test_a_session_ends_with_a_new_password_except_where_it_was_changed(house: House) -> None:
    """So that whoever changes it because somebody else knows it, is alone afterwards."""
    house.world.person("ivy", "investigator")
    key, other = house.world.session("ivy"), house.world.session("ivy")
    form = {"old": PASSWORD, "new": "gravel otter lantern"}
    assert house.call("POST", "/account/password", session=key, form=form).status == 303
    assert (alive(house, key), alive(house, other)) == (True, False)


def test_a_session_ends_with_a_change_of_roles(house: House) -> None:
    """Given or taken."""
    world = house.world
    world.person("ivy", "observer")
    world.person("ann", "administrator")
    key, by = world.session("ivy"), world.session("ann")
    assert house.call("POST", "/api/v1/people/ivy/roles", session=by, json_body={"role": "monitor"}).status == 201
    assert not alive(house, key)
    key = world.session("ivy")
    assert house.call("DELETE", "/api/v1/people/ivy/roles/monitor", session=by).status == 200
    assert not alive(house, key)


def test_a_session_ends_with_its_account_and_with_a_reset(house: House) -> None:
    """And so does what was begun under it."""
    world = house.world
    for name in ("ivy", "otto"):
        world.person(name, "investigator")
    world.person("ann", "administrator")
    keys = {name: world.session(name) for name in ("ivy", "otto")}
    assert house.call("POST", "/api/v1/people/ivy/disable", session=world.session("ann")).status == 200
    with world.store.writing() as transaction:
        credentials.reset(transaction, "otto", by="ann")
    assert [alive(house, key) for key in keys.values()] == [False, False]


def test_a_session_ends_when_an_administrator_says_so(house: House) -> None:
    """Everywhere at once."""
    house.world.person("ivy", "investigator")
    house.world.person("ann", "administrator")
    key = house.world.session("ivy")
    assert house.call("DELETE", "/api/v1/people/ivy/sessions", session=house.world.session("ann")).status == 204
    assert not alive(house, key)


@pytest.mark.parametrize("span", [{"minutes": 31}, {"hours": 13}])
def test_a_session_ends_by_itself(house: House, span: dict[str, float]) -> None:
    """When it is not used, and after half a day however much it is."""
    house.world.person("ivy", "investigator")
    key = house.world.session("ivy")
    until = house.world.clock.now + timedelta(**span)
    while "hours" in span and house.world.clock.now < until - timedelta(minutes=20):
        house.world.clock.forward(minutes=20)
        house.call("GET", "/api/v1/me", session=key)
    house.world.clock.now = until
    assert not alive(house, key)


def test_a_session_that_is_used_lives_on(house: House) -> None:
    """A request half an hour after the last one finds it there."""
    house.world.person("ivy", "investigator")
    key = house.world.session("ivy")
    for _ in range(3):
        house.world.clock.forward(minutes=29)
        assert alive(house, key)


def test_the_other_sessions_are_listed_and_ended_from_the_account_page(house: House) -> None:
    """The one in which that is done stays."""
    house.world.person("ivy", "investigator")
    key, other = house.world.session("ivy"), house.world.session("ivy")
    assert house.call("GET", "/account", session=key).text.count("<tr><td>") == 2
    assert house.call("POST", "/account/sessions/end", session=key).status == 303
    assert (alive(house, key), alive(house, other)) == (True, False)


def test_a_one_time_key_of_another_kind_opens_nothing(house: House) -> None:
    """A step of signing in is no invitation."""
    house.world.person("ivy", "investigator")
    with house.world.store.writing() as transaction:
        step = one_time.issue(transaction, Once.SECOND_STEP, "ivy")
    form = {"key": step, "password": "gravel otter lantern"}
    assert house.call("POST", "/welcome", session=visited(house), form=form).status == 422


def test_a_purpose_is_begun_once_and_shown_in_the_head_until_it_ends(house: House) -> None:
    """A reference that says nothing is sent back with the mend."""
    house.world.person("ivy", "investigator")
    key = house.world.session("ivy")
    assert "No purpose" in house.call("GET", "/purpose", session=key).text
    empty = house.call("POST", "/purpose", session=key, form={"reason": "offence", "reference": "test"})
    assert empty.status == 422
    assert 'role="alert"' in empty.text
    stated = {"reason": "offence", "reference": "CR-2026/0123"}
    assert house.call("POST", "/purpose", session=key, form=stated).status == 303
    assert "Working under offence, CR-2026/0123" in house.call("GET", "/account", session=key).text
    assert house.call("POST", "/purpose", session=key, form=stated).status == 422
    assert house.call("POST", "/purpose/end", session=key).status == 303
    assert "No purpose" in house.call("GET", "/purpose", session=key).text


def test_passkey_options_are_given_to_anybody_and_tell_nothing(house: House) -> None:
    """Not even whether somebody has one; a made-up answer opens nothing."""
    visit = visited(house)
    options = house.call("POST", "/sign-in/passkey/options", session=visit).json
    assert options["rpId"] == "localhost"
    assert options.get("allowCredentials", []) == []
    for nonsense in ("", "{}", "[]", '{"rawId": "eHh4"}', "\\u0000"):
        answer = house.call("POST", "/sign-in/passkey", session=visit, form={"credential": nonsense or " "})
        assert answer.status == 403, answer.text


def test_passkeys_are_offered_on_the_account_page(house: House) -> None:
    """With a challenge for this person and this host; an answer that does not fit is refused with a sentence."""
    house.world.person("ivy", "investigator")
    key = house.world.session("ivy")
    options = house.call("POST", "/account/passkeys/options", session=key).json
    assert (options["rp"]["id"], options["user"]["name"]) == ("localhost", "ivy")
    form = {"credential": "{}", "label": "phone"}
    assert house.call("POST", "/account/passkeys", session=key, form=form).json["fault"]
    last = house.call("POST", "/account/passkeys/remove", session=key, form={"passkey": b"ivy".hex()})
    assert "only second factor" in last.text
