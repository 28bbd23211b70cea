# SPDX-License-Identifier: Apache-2.0
"""API tokens: one site, some scopes, until a date; never more than their person, and gone at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from unit.access.world import OTHER_SITE, SITE, World

from wayside.access import (
    STRANGER,
    AccountKind,
    Actor,
    Age,
    CredentialError,
    PurposeError,
    RefusalError,
    Thing,
    Why,
    decide,
    people,
    roles,
)
from wayside.access.signing import Order, Token, tokens
from wayside.access.tables import token as table
from wayside.access.working import at_hand
from wayside.domain import Purpose, UsageError

PASSAGE = Thing("passage", SITE, age=Age.FRESH)
CASE = Purpose("offence", "CR-2026/0123", "mary")


def order(world: World, *scopes: str, site: str = SITE, days: float = 30, purpose: Purpose | None = CASE) -> Order:
    """A token for so many days."""
    until = world.clock.now + timedelta(days=days)
    return Order(site, "nightly report", frozenset(scopes or ("passages:read",)), until, purpose)


def issue(world: World, wanted: Order, actor: Actor | None = None) -> tuple[Token, str]:
    """A token for Mary, and its key."""
    with world.store.writing() as transaction:
        return tokens.issue(transaction, actor or world.actor("mary"), wanted, world.purposes)


@pytest.fixture
def staffed(any_world: World) -> World:
    """Mary investigates in the north and watches in the south."""
    any_world.person("mary", "investigator")
    with any_world.store.writing() as transaction:
        roles.enter(transaction, "mary", OTHER_SITE, "monitor", by="adam", request=None)
    return any_world


def test_a_token_does_what_it_was_issued_for_and_no_more(staffed: World) -> None:
    """Under its own purpose, whatever its person works under."""
    token, key = issue(staffed, order(staffed))
    actor = staffed.sign_in().actor(token=key)
    assert actor.person == "mary"
    assert decide(actor, "search", PASSAGE).allowed
    assert decide(actor, "make", Thing("export", SITE, age=Age.FRESH)).why is Why.SCOPE
    assert decide(actor, "read", Thing("person", owner="mary")).why is Why.SCOPE
    assert decide(actor, "search", replace(PASSAGE, site=OTHER_SITE)).why is Why.NOT_HERE
    assert decide(staffed.actor("mary"), "search", PASSAGE).why is Why.PURPOSE
    with staffed.store.reading() as connection:
        work = at_hand(connection, "mary", token.id)
    assert work is not None
    assert work.purpose == CASE


def test_a_token_without_a_purpose_cannot_search(staffed: World) -> None:
    """Nor is its person's purpose lent to it."""
    _, key = issue(staffed, order(staffed, purpose=None))
    staffed.under_purpose("mary")
    assert decide(staffed.sign_in().actor(token=key), "search", PASSAGE).why is Why.PURPOSE


def test_a_token_loses_what_its_person_loses(staffed: World) -> None:
    """At once."""
    _, key = issue(staffed, order(staffed))
    with staffed.store.writing() as transaction:
        roles.revoke(transaction, "mary", SITE, "investigator", by="adam")
    assert decide(staffed.sign_in().actor(token=key), "search", PASSAGE).why is Why.NOT_HERE


def test_a_token_ends_with_its_date_or_when_it_is_revoked(staffed: World) -> None:
    """To the second; what was revoked cannot be revoked again."""
    first, key = issue(staffed, order(staffed, days=1))
    _, late = issue(staffed, order(staffed, days=1))
    sign_in = staffed.sign_in()
    with staffed.store.writing() as transaction:
        tokens.revoke(transaction, first.id, by="mary")
        assert at_hand(transaction.connection, "mary", first.id) is None
    assert sign_in.actor(token=key) == STRANGER
    assert sign_in.actor(token=late) != STRANGER
    staffed.clock.forward(days=1)
    assert sign_in.actor(token=late) == STRANGER
    with pytest.raises(CredentialError), staffed.store.writing() as transaction:
        tokens.revoke(transaction, first.id, by="mary")


def test_the_key_is_shown_once_and_not_kept(staffed: World) -> None:
    """It is known by its beginning, for those who search for leaked keys."""
    token, key = issue(staffed, order(staffed))
    assert key.startswith("wayside_")
    with staffed.store.reading() as connection:
        assert key not in repr(connection.execute(select(table)).all())
        assert tokens.of_person(connection, "mary") == [token]
    assert staffed.sign_in().actor(token=key.removeprefix("wayside_")) == STRANGER
    assert key not in repr(staffed.told())


def test_only_with_a_second_factor_and_a_role_there(staffed: World) -> None:
    """Otherwise a token would be a way around both."""
    alone = replace(staffed.actor("mary"), second_factor=False)
    for wanted, actor, why in (
        (order(staffed), alone, Why.SECOND_FACTOR),
        (order(staffed, site="nowhere"), None, Why.NOT_HERE),
    ):
        with pytest.raises(RefusalError) as told:
            issue(staffed, wanted, actor)
        assert told.value.decision.why is why


def test_a_token_issues_no_token(staffed: World) -> None:
    """No scope names it."""
    _, key = issue(staffed, order(staffed))
    with pytest.raises(RefusalError) as told:
        issue(staffed, order(staffed), staffed.sign_in().actor(token=key))
    assert told.value.decision.why is Why.SCOPE


def test_orders_that_cannot_be_are_refused(staffed: World) -> None:
    """With what would be right."""
    good = order(staffed)
    for broken, error, match in (
        (replace(good, label=" "), CredentialError, "named after its program"),
        (replace(good, label="x" * 65), CredentialError, "named after its program"),
        (replace(good, scopes=frozenset()), CredentialError, "scopes"),
        (replace(good, scopes=frozenset({"everything"})), UsageError, "passages:read"),
        (order(staffed, days=366), CredentialError, "365 days"),
        (order(staffed, days=0), CredentialError, "365 days"),
        (order(staffed, purpose=Purpose("offence", "test", "mary")), PurposeError, "such as"),
    ):
        with pytest.raises(error, match=match):
            issue(staffed, broken)


def test_a_device_gets_its_key_from_an_administrator(staffed: World) -> None:
    """With it, it adds passages and sees nothing."""
    staffed.person("ruth", "administrator")
    with staffed.store.writing() as transaction:
        people.add(transaction, "gate-cam", "Gate camera", SITE, by="ruth", kind=AccountKind.DEVICE)
        roles.enter(transaction, "gate-cam", SITE, "device", by="ruth", request=None)
        wanted = order(staffed, "passages:add", purpose=None)
        _, key = tokens.issue_for_device(transaction, staffed.actor("ruth"), "gate-cam", wanted)
        with pytest.raises(RefusalError):
            tokens.issue_for_device(transaction, staffed.actor("mary"), "gate-cam", wanted)
    actor = staffed.sign_in().actor(token=key)
    assert decide(actor, "add", Thing("passage", SITE)).allowed
    assert not decide(actor, "watch", PASSAGE).allowed
