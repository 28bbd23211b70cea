# SPDX-License-Identifier: Apache-2.0
"""Roles: given with a second signature, never two that conflict, never to oneself, and gone at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from unit.access.world import OTHER_SITE, SITE, World

from wayside.access import (
    STRANGER,
    AccountKind,
    Actor,
    PersonError,
    RefusalError,
    RequestError,
    Why,
    approvals,
    people,
    permissions,
    roles,
)
from wayside.access.tables import role_grant


@pytest.fixture
def staffed(any_world: World) -> World:
    """A site with an administrator, an approver and somebody without a role."""
    any_world.person("ruth", "administrator")
    any_world.person("paul", "approver")
    any_world.person("mary")
    return any_world


def ask(world: World, name: str, role: str, *, by: str = "ruth", signed_by: str | None = "paul") -> None:
    """Asks for a grant and has it signed."""
    with world.store.writing() as transaction:
        thing, subject = roles.grant_request(name, SITE, role)
        asked = approvals.ask(transaction, world.actor(by), "grant", thing, subject, "joins the evening shift")
        if signed_by is not None:
            approvals.approve(transaction, world.actor(signed_by), asked.id)


def give(world: World, name: str, role: str, *, by: str = "ruth") -> None:
    """Gives a role."""
    with world.store.writing() as transaction:
        roles.grant(transaction, world.actor(by), name, SITE, role)


def test_a_role_needs_a_second_signature_which_is_used_up(staffed: World) -> None:
    """The role is there at once, and the grant names the request that was signed."""
    with pytest.raises(RequestError, match="no unused approval"):
        give(staffed, "mary", "monitor")
    ask(staffed, "mary", "monitor")
    give(staffed, "mary", "monitor")
    assert staffed.actor("mary").roles == {SITE: frozenset({"monitor"})}
    with staffed.store.writing() as transaction:
        roles.revoke(transaction, "mary", SITE, "monitor", by="ruth")
    with pytest.raises(RequestError, match="no unused approval"):
        give(staffed, "mary", "monitor")
    with staffed.store.reading() as connection:
        (kept,) = connection.execute(role_grant.select().where(role_grant.c.person == "mary")).all()
    assert kept.request is not None
    assert kept.ended_by == "ruth"


def test_an_approval_is_for_one_person_and_one_role(staffed: World) -> None:
    """What was signed for a monitor makes no investigator, and nobody else a monitor."""
    staffed.person("john")
    ask(staffed, "mary", "monitor")
    for name, role in (("mary", "investigator"), ("john", "monitor")):
        with pytest.raises(RequestError):
            give(staffed, name, role)


def test_who_gains_a_role_does_not_sign_for_it(staffed: World) -> None:
    """An approver cannot let themselves be made something else; another approver has to."""
    ask(staffed, "paul", "monitor", signed_by=None)
    with staffed.store.reading() as connection:
        (asked,) = approvals.waiting(connection, SITE, staffed.now_ms)
    with pytest.raises(RefusalError) as told, staffed.store.writing() as transaction:
        approvals.approve(transaction, staffed.actor("paul"), asked.id)
    assert told.value.decision.why is Why.OWN


def test_nobody_gives_themselves_a_role(staffed: World) -> None:
    """Neither with a request nor without."""
    with pytest.raises(PersonError, match="themselves"):
        give(staffed, "ruth", "officer")


def test_conflicting_roles_are_refused_before_anybody_signs(staffed: World) -> None:
    """Every pair that the table names, with its sentence."""
    for first in ("investigator", "administrator", "approver", "auditor"):
        for second in permissions().roles:
            why = permissions().clash(first, second)
            if why is None or "owner" in (first, second) or "device" in (first, second):
                continue
            name = f"{first[:6]}-{second[:6]}"
            staffed.person(name, first)
            with pytest.raises(PersonError, match=why[:20]), staffed.store.reading() as connection:
                roles.check_grant(connection, name, SITE, second, by="ruth")


def test_conflicts_end_at_the_border_of_a_site(staffed: World) -> None:
    """Who audits the south may search in the north."""
    staffed.person("anna", "auditor", site=OTHER_SITE)
    with staffed.store.reading() as connection:
        roles.check_grant(connection, "anna", SITE, "investigator", by="ruth")


def test_only_an_administrator_of_the_site_gives_roles_there(staffed: World) -> None:
    """One of another site is a stranger here."""
    staffed.person("olga", "administrator", site=OTHER_SITE)
    with staffed.store.writing() as transaction, pytest.raises(RefusalError) as told:
        thing, subject = roles.grant_request("mary", SITE, "monitor")
        approvals.ask(transaction, staffed.actor("olga"), "grant", thing, subject, "joins the evening shift")
    assert told.value.decision.why is Why.NOT_HERE


def test_without_a_second_factor_nobody_gets_a_role(staffed: World) -> None:
    """A role is what makes a stolen password worth something."""
    staffed.person("john", second_factor=False)
    with pytest.raises(PersonError, match="second factor"):
        give(staffed, "john", "monitor")


def test_devices_are_devices(staffed: World) -> None:
    """And people are not."""
    with staffed.store.writing() as transaction:
        people.add(transaction, "gate-cam", "Gate camera", SITE, by="ruth", kind=AccountKind.DEVICE)
    for name, role in (("gate-cam", "monitor"), ("mary", "device")):
        with pytest.raises(PersonError, match="devices"):
            give(staffed, name, role)
    ask(staffed, "gate-cam", "device")
    give(staffed, "gate-cam", "device")
    assert staffed.actor("gate-cam").roles == {SITE: frozenset({"device"})}


@pytest.mark.parametrize("role", ["owner", "king", ""])
def test_unknown_roles_and_ownership_are_not_given(staffed: World, role: str) -> None:
    """The refusal names those that are."""
    with pytest.raises(PersonError, match="investigator"):
        give(staffed, "mary", role)


def test_a_role_is_held_once(staffed: World) -> None:
    """A second grant of the same changes nothing and says so."""
    ask(staffed, "mary", "monitor")
    give(staffed, "mary", "monitor")
    with pytest.raises(PersonError, match="already"):
        give(staffed, "mary", "monitor")


def test_while_a_site_is_founded_its_administrator_gives_alone(any_world: World) -> None:
    """Until the first approver is there, and never again, even when that one has gone."""
    world = any_world
    for name in ("ruth", "paul", "mary", "john"):
        world.person(name, *(["administrator"] if name == "ruth" else []))
    give(world, "mary", "monitor")
    give(world, "paul", "approver")
    with pytest.raises(RequestError):
        give(world, "john", "monitor")
    with world.store.writing() as transaction:
        people.disable(transaction, "paul", by="ruth")
    with pytest.raises(RequestError):
        give(world, "john", "monitor")


def test_founding_is_for_the_administrator_only(world: World) -> None:
    """Not for whoever comes first."""
    for name in ("ruth", "mary", "john"):
        world.person(name, "administrator" if name == "ruth" else "monitor")
    with pytest.raises(RefusalError) as told:
        give(world, "john", "observer", by="mary")
    assert told.value.decision.why is Why.ROLE


def test_taking_a_role_away_ends_the_sessions_and_the_purpose(any_world: World) -> None:
    """At once, not at the next sign-in."""
    world = any_world
    world.person("mary", "investigator")
    sign_in = world.sign_in()
    session = world.session("mary")
    world.under_purpose("mary")
    with world.store.writing() as transaction:
        roles.revoke(transaction, "mary", SITE, "investigator", by="ruth")
    assert sign_in.actor(session=session) == STRANGER
    assert world.actor("mary").purpose_at is None
    with pytest.raises(PersonError, match="does not hold"), world.store.writing() as transaction:
        roles.revoke(transaction, "mary", SITE, "investigator", by="ruth")


def test_getting_a_role_ends_the_sessions(staffed: World) -> None:
    """Who gets more power signs in for it."""
    session = staffed.session("mary")
    ask(staffed, "mary", "monitor")
    give(staffed, "mary", "monitor")
    assert staffed.sign_in().actor(session=session) == STRANGER


def test_an_owner_becomes_administrator_before_others_join(world: World) -> None:
    """With a second factor; the owner's own eyes are gone with the ownership."""
    world.person("olaf", "owner", second_factor=False)
    world.person("mary")
    with pytest.raises(PersonError, match="works alone"):
        give(world, "mary", "monitor", by="olaf")
    with pytest.raises(PersonError, match="second factor"), world.store.writing() as transaction:
        roles.become_administrator(transaction, "olaf", SITE)
    with world.store.writing() as transaction:
        people.add(transaction, "ruth", "Ruth", SITE, by="olaf")
    world.person("otto", "owner", site=OTHER_SITE)
    with world.store.writing() as transaction:
        roles.become_administrator(transaction, "otto", OTHER_SITE)
    assert world.actor("otto").roles == {OTHER_SITE: frozenset({"administrator"})}


def test_training_is_entered_by_somebody_else_for_a_year_at_most(world: World) -> None:
    """Only who works alone enters their own."""
    world.person("ruth", "administrator", trained=False)
    world.person("mary", "investigator", trained=False)
    world.person("olaf", "owner", site=OTHER_SITE, trained=False)
    soon = world.clock.now + timedelta(days=300)
    for name, by in (("mary", "ruth"), ("olaf", "olaf")):
        assert not world.actor(name).trained
        with world.store.writing() as transaction:
            roles.set_training(transaction, name, soon, by=by)
        assert world.actor(name).trained
    with pytest.raises(PersonError, match="their own"), world.store.writing() as transaction:
        roles.set_training(transaction, "ruth", soon, by="ruth")
    with pytest.raises(PersonError, match="twelve months"), world.store.writing() as transaction:
        roles.set_training(transaction, "mary", world.clock.now + timedelta(days=400), by="ruth")
    world.clock.forward(days=301)
    assert not world.actor("mary").trained


def test_who_could_sign_in_with_a_password_alone(world: World) -> None:
    """Accounts that hold a role; one without can do nothing."""
    world.person("ruth", "administrator")
    world.person("olaf", "owner", site=OTHER_SITE, second_factor=False)
    world.person("john", second_factor=False)
    with world.store.reading() as connection:
        assert roles.without_second_factor(connection) == ["olaf"]


def test_a_stranger_has_no_roles(world: World) -> None:
    """Nor has a name that nobody bears."""
    assert world.actor("nobody-here") == STRANGER == Actor()
