# SPDX-License-Identifier: Apache-2.0
"""Accounts: somebody's own, never given twice, gone at once with all that was open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.access.world import SITE, World

from wayside.access import STRANGER, AccountKind, PersonError, Shift, SignInError, people
from wayside.access.people import check_name, generic_names
from wayside.access.signing import Once, one_time, sessions, tokens
from wayside.access.signing.tokens import Order
from wayside.access.working import at_hand


def test_an_account_begins_with_nothing(any_world: World) -> None:
    """No password, no role, no training; the journal says who made it."""
    with any_world.store.writing() as transaction:
        made = people.add(transaction, "mary.hopkins", " Mary Hopkins ", SITE, by="adam")
    assert made == people.Person(
        "mary.hopkins",
        "Mary Hopkins",
        SITE,
        AccountKind.PERSON,
        True,
        None,
        has_password=False,
        has_second_factor=False,
        signs_in_elsewhere=False,
    )
    actor = any_world.actor("mary.hopkins")
    assert (actor.roles, actor.trained, actor.purpose_at) == ({}, False, None)
    payload = any_world.told()[0].payload
    assert payload is not None
    assert (payload["person"], payload["what"], payload["account"]) == ("adam", "account made", "mary.hopkins")


@pytest.mark.parametrize("name", sorted(generic_names()))
def test_names_that_are_nobodys_own_are_refused(name: str) -> None:
    """Whoever used them could not be told from the others."""
    with pytest.raises(PersonError, match="nobody's own"):
        check_name(name)


BADLY_FORMED = ["", "Mary", "mary hopkins", "mary@gate", "-mary", "mary.", "m" * 33, "mary\n", "4mary", "märy"]


@pytest.mark.parametrize("name", BADLY_FORMED)
def test_names_have_one_form(name: str) -> None:
    """So that two can never be mistaken for each other."""
    with pytest.raises(PersonError, match="small letters"):
        check_name(name)


@given(st.from_regex(r"[a-z]{1,8}([.-][a-z0-9]{1,8}){0,2}", fullmatch=True))
def test_good_names_are_taken(name: str) -> None:
    """Small letters and digits, with dots and strokes between them."""
    if name not in generic_names():
        check_name(name)


@pytest.mark.parametrize("shown", ["", "  ", "M" * 65, "Mary\x1b[2J"])
def test_the_shown_name_is_printable(world: World, shown: str) -> None:
    """It stands in pages and exports."""
    with pytest.raises(PersonError, match="printable"), world.store.writing() as transaction:
        people.add(transaction, "mary", shown, SITE, by="adam")


def test_a_name_is_never_given_twice(world: World) -> None:
    """Not even after its account is disabled: the journal's old entries would name the wrong person."""
    world.person("mary")
    with world.store.writing() as transaction:
        people.disable(transaction, "mary", by="adam")
    with pytest.raises(PersonError, match="never given twice"), world.store.writing() as transaction:
        people.add(transaction, "mary", "Another Mary", SITE, by="adam")


def test_a_disabled_account_has_nothing_left(any_world: World) -> None:
    """Its session, token, link, purpose and roles are gone in the same moment."""
    world = any_world
    world.person("mary", "investigator")
    actor = world.under_purpose("mary")
    sign_in = world.sign_in()
    session = world.session("mary")
    order = Order(SITE, "script", frozenset({"passages:read"}), world.clock.now + timedelta(days=1))
    with world.store.writing() as transaction:
        _, token = tokens.issue(transaction, actor, order, world.purposes)
        link = one_time.issue(transaction, Once.WELCOME, "mary")
    assert sign_in.actor(session=session).person == sign_in.actor(token=token).person == "mary"
    with world.store.writing() as transaction:
        people.disable(transaction, "mary", by="adam")
    assert sign_in.actor(session=session) == sign_in.actor(token=token) == STRANGER
    with world.store.reading() as connection:
        assert sessions.of_person(connection, "mary") == []
        assert at_hand(connection, "mary") is None
        found = people.find(connection, "mary")
        assert found is not None
        assert (found.active, found.has_password, found.has_second_factor) == (False, False, False)
        with pytest.raises(SignInError, match="used, replaced or is over"):
            one_time.peek(connection, Once.WELCOME, link, world.now_ms)
    assert world.actor("mary") == STRANGER


def test_disabling_twice_is_refused(world: World) -> None:
    """As is disabling nobody."""
    for name in ("nobody-here", world.person("mary")):
        if name == "mary":
            with world.store.writing() as transaction:
                people.disable(transaction, name, by="adam")
        with pytest.raises(PersonError, match="no active account"), world.store.writing() as transaction:
            people.disable(transaction, name, by="adam")


def test_who_is_at_a_site(world: World) -> None:
    """Those at home there, and those who hold a role there."""
    world.person("mary", "monitor")
    world.person("john", "monitor", site="south")
    world.person("paul", site="south")
    with world.store.reading() as connection:
        assert [one.name for one in people.at_site(connection, SITE)] == ["mary"]
        assert [one.name for one in people.at_site(connection, "south")] == ["john", "paul"]
        assert [one.name for one in people.active_people(connection)] == ["john", "mary", "paul"]


def test_duty_is_entered_anew_each_time(world: World) -> None:
    """Night shifts reach into the next day; a shift that ends before it begins is refused."""
    world.person("mary", "investigator")
    night = Shift(4, 22 * 60, 30 * 60)
    for shifts in ([Shift(0, 480, 960), night], [night], []):
        with world.store.writing() as transaction:
            people.set_duty(transaction, "mary", SITE, shifts, by="adam")
        with world.store.reading() as connection:
            assert people.duties(connection, SITE).get("mary", []) == shifts
    for broken in [(7, 0, 60), (0, -1, 60), (0, 60, 60), (0, 0, 1441), (0, 1440, 1500)]:
        with pytest.raises(PersonError, match="mend its"):
            Shift(*broken)
