# SPDX-License-Identifier: Apache-2.0
"""Passkeys: made and used by a device of the tests' own, refused in every way in which they can be wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unit.access.signing.authenticator import PRESENT, Authenticator, challenge_in
from unit.access.world import World

from wayside.access import CredentialError, SignInError, people
from wayside.access.signing import passkeys
from wayside.access.signing.passkeys import Site

PAGES = Site("gate.example", "https://gate.example", "North Gate")


@pytest.fixture
def world_of_mary(any_world: World) -> World:
    """Mary, without a second factor."""
    any_world.person("mary", "investigator", second_factor=False)
    any_world.person("john", "investigator", second_factor=False)
    return any_world


def mary(world: World, name: str = "mary") -> people.Person:
    """Her account."""
    with world.store.reading() as connection:
        return people.known(connection, name)


def options(world: World, name: str = "mary") -> str:
    """For making a passkey."""
    with world.store.writing() as transaction:
        return passkeys.registration_options(transaction, PAGES, mary(world, name))


def register(world: World, answer: str, name: str = "mary", label: str = "Phone") -> passkeys.Passkey:
    """Keeps one."""
    with world.store.writing() as transaction:
        return passkeys.register(transaction, PAGES, mary(world, name), answer, label)


def registered(world: World) -> Authenticator:
    """A device whose passkey is Mary's."""
    device = Authenticator()
    register(world, device.make(options(world)))
    return device


def challenge(world: World) -> str:
    """For signing in."""
    with world.store.writing() as transaction:
        return passkeys.assertion_options(transaction, PAGES)


def sign_in(world: World, answer: str, pages: Site = PAGES) -> str:
    """Whose passkey it was."""
    with world.store.reading() as connection:
        shown = passkeys.verify(connection, pages, answer, world.now_ms)
    with world.store.writing() as transaction:
        passkeys.accept(transaction, shown)
    return shown.person


def test_a_passkey_is_made_and_signs_in(world_of_mary: World) -> None:
    """It counts as a second factor from then on, and each use is counted."""
    world = world_of_mary
    device = registered(world)
    assert mary(world).has_second_factor
    assert sign_in(world, device.but(uses=2).sign(challenge(world))) == "mary"
    assert sign_in(world, device.but(uses=3).sign(challenge(world))) == "mary"
    with world.store.reading() as connection:
        (kept,) = passkeys.of_person(connection, "mary")
    assert (kept.id, kept.label, kept.used_at) == (device.id, "Phone", world.clock.now)


def test_the_browser_is_asked_for_a_verified_owner_and_told_nothing_of_others(world_of_mary: World) -> None:
    """A stranger's options list no passkeys; the owner's exclude those that are there."""
    world = world_of_mary
    device = registered(world)
    asked = json.loads(options(world))
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert len(asked["excludeCredentials"]) == 1
    offered = json.loads(challenge(world))
    assert offered["userVerification"] == "required"
    assert not offered.get("allowCredentials")
    assert len(challenge_in(challenge(world))) >= 32
    assert device.id.hex() not in json.dumps(offered)


WRONG: dict[str, dict[str, Any]] = {
    "another page": {"origin": "https://gate.example.evil"},
    "another host": {"host": "evil.example"},
    "the owner was not verified": {"flags": PRESENT},
    "the owner was not there": {"flags": 0},
    "a copy that counts from the start": {"uses": 1},
    "another key": {"key": Authenticator().key},
    "another passkey": {"id": b"never registered"},
}


@pytest.mark.parametrize("what", sorted(WRONG))
def test_a_wrong_signature_signs_nobody_in(world_of_mary: World, what: str) -> None:
    """With one answer to all of them."""
    world = world_of_mary
    device = registered(world)
    wrong = device.but(**{"uses": 9, **WRONG[what]})
    with pytest.raises(SignInError, match="does not open an account"):
        sign_in(world, wrong.sign(challenge(world)))
    assert sign_in(world, device.but(uses=9).sign(challenge(world))) == "mary"


@pytest.mark.parametrize(
    "what", ["another page", "another host", "the owner was not verified", "the owner was not there"]
)
def test_a_wrong_passkey_is_not_kept(world_of_mary: World, what: str) -> None:
    """The account has none afterwards."""
    with pytest.raises(CredentialError, match="does not fit"):
        register(world_of_mary, Authenticator().but(**WRONG[what]).make(options(world_of_mary)))
    assert not mary(world_of_mary).has_second_factor


def test_a_challenge_is_good_once(world_of_mary: World) -> None:
    """What was recorded on the way cannot be sent again."""
    device = registered(world_of_mary)
    answer = device.but(uses=5).sign(challenge(world_of_mary))
    sign_in(world_of_mary, answer)
    with pytest.raises(SignInError, match="begin again"):
        sign_in(world_of_mary, answer)


def test_a_challenge_is_good_for_five_minutes(world_of_mary: World) -> None:
    """For making a passkey as for signing in."""
    device = registered(world_of_mary)
    made, asked = options(world_of_mary), challenge(world_of_mary)
    world_of_mary.clock.forward(minutes=5)
    with pytest.raises(SignInError, match="begin again"):
        register(world_of_mary, Authenticator().make(made))
    with pytest.raises(SignInError, match="begin again"):
        sign_in(world_of_mary, device.but(uses=5).sign(asked))


def test_a_challenge_of_our_own_making_only(world_of_mary: World) -> None:
    """A signed challenge that we never gave out says nothing."""
    device = registered(world_of_mary)
    made_up = json.dumps({"challenge": "bm90IG91cnMgYXQgYWxs"})
    with pytest.raises(SignInError):
        sign_in(world_of_mary, device.but(uses=5).sign(made_up))


def test_of_two_who_send_the_same_answer_one_is_signed_in(world_of_mary: World) -> None:
    """Both were verified before either was accepted."""
    device = registered(world_of_mary)
    answer = device.but(uses=5).sign(challenge(world_of_mary))
    with world_of_mary.store.reading() as connection:
        shown = passkeys.verify(connection, PAGES, answer, world_of_mary.now_ms)
    with world_of_mary.store.writing() as transaction:
        passkeys.accept(transaction, shown)
        with pytest.raises(SignInError):
            passkeys.accept(transaction, shown)


def test_a_count_that_changed_meanwhile_is_refused(world_of_mary: World) -> None:
    """Two challenges signed with one count: the second comes from a copy."""
    device = registered(world_of_mary).but(uses=5)
    answers = [device.sign(challenge(world_of_mary)) for _ in range(2)]
    with world_of_mary.store.reading() as connection:
        shown = [passkeys.verify(connection, PAGES, answer, world_of_mary.now_ms) for answer in answers]
    with world_of_mary.store.writing() as transaction:
        passkeys.accept(transaction, shown[0])
        with pytest.raises(SignInError):
            passkeys.accept(transaction, shown[1])


def test_one_persons_challenge_makes_nobody_else_a_passkey(world_of_mary: World) -> None:
    """Nor is a passkey kept twice."""
    world = world_of_mary
    with pytest.raises(SignInError):
        register(world, Authenticator().make(options(world, "mary")), "john")
    device = registered(world)
    with pytest.raises(CredentialError, match="in use already"):
        register(world, device.make(options(world, "john")), "john")


@pytest.mark.parametrize("label", ["", "  ", "P" * 65, "Phone\n"])
def test_a_passkey_is_named(world_of_mary: World, label: str) -> None:
    """So that the lost one can be told from the others."""
    answer = Authenticator().make(options(world_of_mary))
    if label == "Phone\n":
        assert register(world_of_mary, answer, label=label).label == "Phone"
    else:
        with pytest.raises(CredentialError, match="name it"):
            register(world_of_mary, answer, label=label)


def test_there_is_an_end_to_passkeys(world_of_mary: World) -> None:
    """Ten are enough for anybody."""
    with world_of_mary.store.writing() as transaction:
        for number in range(passkeys.MOST):
            passkeys.enter(transaction, "mary", f"Key {number}", bytes([number]), b"", 0)
    with pytest.raises(CredentialError, match="10 passkeys"):
        options(world_of_mary)


def test_a_disabled_persons_passkey_opens_nothing(world_of_mary: World) -> None:
    """Even with a challenge from before."""
    device = registered(world_of_mary)
    answer = device.but(uses=5).sign(challenge(world_of_mary))
    with world_of_mary.store.writing() as transaction:
        people.disable(transaction, "mary", by="adam")
    with pytest.raises(SignInError):
        sign_in(world_of_mary, answer)


def test_removing_what_is_not_there_is_refused(world_of_mary: World) -> None:
    """As is removing somebody else's."""
    device = registered(world_of_mary)
    with pytest.raises(CredentialError), world_of_mary.store.writing() as transaction:
        passkeys.remove(transaction, "john", device.id)
    with world_of_mary.store.writing() as transaction:
        passkeys.remove(transaction, "mary", device.id)
    assert not mary(world_of_mary).has_second_factor


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.one_of(st.text(max_size=60), JSON.map(json.dumps)))
def test_whatever_a_stranger_sends_is_refused_in_one_way(world: World, sent: str) -> None:
    """It raises nothing else."""
    with world.store.reading() as connection, pytest.raises(SignInError):
        passkeys.verify(connection, PAGES, sent, world.now_ms)


FIELDS = st.sampled_from(["clientDataJSON", "authenticatorData", "signature"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(FIELDS, st.binary(max_size=80))
def test_an_answer_with_a_broken_part_is_refused(world: World, field: str, junk: bytes) -> None:
    """Down in the library as well as before it."""
    with world.store.reading() as connection:
        there = people.find(connection, "mary") is not None
    if not there:
        world.person("mary", second_factor=False)
    device = Authenticator()
    with world.store.writing() as transaction:
        passkeys.enter(transaction, "mary", "Phone", device.id, device.cose_key(), 1)
        asked = passkeys.assertion_options(transaction, PAGES)
    answer = json.loads(device.but(uses=2).sign(asked))
    answer["response"][field] = junk.hex()
    with world.store.reading() as connection, pytest.raises(SignInError):
        passkeys.verify(connection, PAGES, json.dumps(answer), world.now_ms)
