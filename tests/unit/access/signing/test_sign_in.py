# SPDX-License-Identifier: Apache-2.0
"""Signing in from end to end: what works, what fails in the same words, and what a thief of anything gets."""

from __future__ import annotations

import logging
import time
from urllib.parse import parse_qs, urlsplit

import argon2
import pytest
from pyotp.totp import TOTP
from sqlalchemy import select
from unit.access.signing.authenticator import Authenticator
from unit.access.world import PASSWORD, SITE, World

from wayside.access import STRANGER, CredentialError, LimitError, SignInError, Thing, Why, decide, people, roles
from wayside.access.signing import Hasher, SignIn, credentials, passkeys, sessions
from wayside.access.signing.passkeys import Site
from wayside.access.tables import person as person_table

HOME = "192.0.2.1"
NEW_PASSWORD = "eleven rusty anchors"
PAGES = Site("gate.example", "https://gate.example", "North Gate")


def with_generator(world: World, name: str) -> TOTP:
    """Gives a person a code generator, one step ago."""
    sign_in = world.sign_in()
    with world.store.writing() as transaction:
        link = credentials.begin_totp(transaction, sign_in.seal, name, "North Gate")
    generator = TOTP(parse_qs(urlsplit(link).query)["secret"][0])
    confirm(world, name, generator)
    return generator


def confirm(world: World, name: str, generator: TOTP) -> None:
    """Shows that the generator works."""
    with world.store.reading() as connection:
        code = generator.at(int(world.clock()))
        step = credentials.right_step(connection, world.sign_in().seal, name, code, world.now_ms)
    assert step is not None
    with world.store.writing() as transaction:
        credentials.confirm_totp(transaction, name, step)
    world.clock.forward(seconds=30)


@pytest.fixture
def mary(any_world: World) -> TOTP:
    """Mary, an investigator with a code generator."""
    any_world.person("mary", "investigator", second_factor=False)
    return with_generator(any_world, "mary")


def code(world: World, generator: TOTP) -> str:
    """What the generator shows now."""
    return generator.at(int(world.clock()))


def test_password_and_code_make_a_session_with_two_factors(any_world: World, mary: TOTP) -> None:
    """The password alone leads to the second step and no further."""
    sign_in = any_world.sign_in()
    step = sign_in.by_password("mary", PASSWORD, HOME)
    assert step.session is None
    assert step.second_step is not None
    assert sign_in.actor(session=step.second_step) == STRANGER
    key = sign_in.by_code(step.second_step, code(any_world, mary))
    assert sign_in.actor(session=key).second_factor
    assert any_world.deeds()[-1] == "signed in"


def test_without_a_second_factor_a_session_can_do_next_to_nothing(world: World) -> None:
    """It is for adding one."""
    world.person("mary", "investigator", second_factor=False)
    step = world.sign_in().by_password("mary", PASSWORD, HOME)
    actor = world.sign_in().actor(session=step.session)
    assert step.second_step is None
    assert decide(actor, "change", Thing("credential", owner="mary")).allowed
    assert decide(actor, "begin", Thing("purpose", SITE, owner="mary")).why is Why.SECOND_FACTOR


def test_whoever_works_alone_on_this_machine_needs_none(world: World) -> None:
    """As long as that is so: the waiver is asked at each request, not kept in the session."""
    world.person("olaf", "owner", second_factor=False)
    alone = True
    sign_in = world.sign_in(waived=lambda connection: alone)
    key = sign_in.by_password("olaf", PASSWORD, HOME).session
    assert sign_in.actor(session=key).second_factor
    alone = False
    assert not sign_in.actor(session=key).second_factor


WRONG = [
    ("mary", "eleven rusty anchors"),
    ("nobody-here", PASSWORD),
    ("gone", PASSWORD),
    ("", ""),
    ("m" * 9999, PASSWORD),
]


@pytest.mark.parametrize(("name", "password"), WRONG)
def test_whatever_is_wrong_the_answer_is_the_same(world: World, name: str, password: str) -> None:
    """Nobody learns which accounts there are, nor from the journal's length."""
    world.person("mary", "investigator")
    world.person("gone", "investigator")
    with world.store.writing() as transaction:
        people.disable(transaction, "gone", by="adam")
    before = len(world.told())
    with pytest.raises(SignInError, match=r"^name and password do not fit together; check both$"):
        world.sign_in().by_password(name, password, HOME)
    entry = world.told()[0].payload
    assert entry is not None
    assert len(world.told()) == before + 1
    assert entry["account"] == (name if name in {"mary", "gone"} else None)


def test_an_unknown_name_takes_as_long_as_a_wrong_password(world: World) -> None:
    """Both hash once."""
    world.person("mary", "investigator")
    slow = Hasher(argon2.PasswordHasher(time_cost=6, memory_cost=16384, parallelism=1))
    with world.store.writing() as transaction:
        values = {"password": slow.hash(PASSWORD)}
        transaction.connection.execute(person_table.update().values(**values))
    sign_in = SignIn(world.store, world.sign_in().seal, hasher=slow, clock=world.clock)
    assert slow.nobody

    def took(name: str) -> float:
        began = time.process_time()
        with pytest.raises(SignInError):
            sign_in.by_password(name, "no such password", HOME)
        return time.process_time() - began

    known, unknown = (min(took(name) for _ in range(3)) for name in ("mary", "nobody-here"))
    assert 0.5 < known / unknown < 2


def test_a_hundred_wrong_passwords_are_slowed_down_through_a_restart(world: World) -> None:
    """Five at once and one a minute; the right one is refused as well while it lasts."""
    world.person("mary", "investigator")
    heard = []
    for attempt in range(100):
        if attempt == 50:
            world.store.close()
            world = World.opened(world.store.data_dir, world.clock)
        with pytest.raises((SignInError, LimitError)) as told:
            world.sign_in().by_password("mary", f"wrong password {attempt}", HOME)
        heard.append(type(told.value))
        world.clock.forward(seconds=1)
    assert heard.count(SignInError) == 5 + 1
    with pytest.raises(LimitError, match="try again in"):
        world.sign_in().by_password("mary", PASSWORD, HOME)
    world.clock.forward(minutes=10)
    assert world.sign_in().by_password("mary", PASSWORD, HOME).second_step
    world.store.close()


def test_one_address_cannot_try_many_names(world: World) -> None:
    """And once it is stopped it uses up nobody's allowance."""
    for number in range(20):
        with pytest.raises(SignInError):
            world.sign_in().by_password(f"name{number}", "wrong password", HOME)
    world.person("mary", "investigator")
    for _ in range(10):
        with pytest.raises(LimitError, match="this address"):
            world.sign_in().by_password("mary", "wrong password", HOME)
    assert world.sign_in().by_password("mary", PASSWORD, "192.0.2.2").second_step


def test_signing_in_rightly_is_never_too_often(world: World) -> None:
    """What succeeds is given back."""
    world.person("mary", "investigator")
    for _ in range(30):
        assert world.sign_in().by_password("mary", PASSWORD, HOME).second_step


def test_codes_cannot_be_guessed(any_world: World, mary: TOTP) -> None:
    """Five tries, then one a minute, over however many first steps."""
    sign_in = any_world.sign_in()
    wrong = f"{(int(code(any_world, mary)) + 1) % 10**6:06d}"
    for _ in range(5):
        step = sign_in.by_password("mary", PASSWORD, HOME).second_step
        with pytest.raises(SignInError, match="not the code"):
            sign_in.by_code(str(step), wrong)
    step = sign_in.by_password("mary", PASSWORD, HOME).second_step
    with pytest.raises(LimitError, match="too many codes"):
        sign_in.by_code(str(step), code(any_world, mary))


def test_a_code_and_a_second_step_are_good_once(any_world: World, mary: TOTP) -> None:
    """Whoever looked over the shoulder is too late."""
    sign_in = any_world.sign_in()
    first, second = (str(sign_in.by_password("mary", PASSWORD, HOME).second_step) for _ in range(2))
    shown = code(any_world, mary)
    assert sign_in.by_code(first, shown)
    with pytest.raises(SignInError, match="not the code"):
        sign_in.by_code(second, shown)
    any_world.clock.forward(seconds=30)
    with pytest.raises(SignInError, match="begin again"):
        sign_in.by_code(first, code(any_world, mary))
    assert sign_in.by_code(second, code(any_world, mary))


def test_a_code_of_which_another_was_quicker_is_refused(any_world: World, mary: TOTP) -> None:
    """In the same transaction that would have begun the session."""
    step = int(any_world.clock()) // 30
    with any_world.store.writing() as transaction:
        credentials.use_step(transaction, "mary", step)
    with pytest.raises(SignInError), any_world.store.writing() as transaction:
        credentials.use_step(transaction, "mary", step)


def test_a_passkey_signs_in_by_itself(world: World) -> None:
    """As two factors; failures are counted against the address."""
    world.person("mary", "investigator", second_factor=False)
    device, sign_in = Authenticator(), world.sign_in()
    with world.store.writing() as transaction:
        passkeys.enter(transaction, "mary", "Phone", device.id, device.cose_key(), 1)
        asked = passkeys.assertion_options(transaction, PAGES)
    key = sign_in.by_passkey(PAGES, device.but(uses=2).sign(asked), HOME)
    assert sign_in.actor(session=key).person == "mary"
    assert sign_in.actor(session=key).second_factor
    for _ in range(20):
        with pytest.raises(SignInError):
            sign_in.by_passkey(PAGES, "{}", HOME)
    with pytest.raises(LimitError):
        sign_in.by_passkey(PAGES, "{}", HOME)


def test_a_new_password_ends_the_other_sessions(any_world: World) -> None:
    """The old one is asked for; the new one has to be a good one."""
    world = any_world
    world.person("mary", "investigator")
    sign_in, keys = world.sign_in(), [world.session("mary") for _ in range(2)]
    with pytest.raises(SignInError, match="present password"):
        sign_in.change_password(keys[0], "not the old one", NEW_PASSWORD)
    with pytest.raises(CredentialError, match="common words"):
        sign_in.change_password(keys[0], PASSWORD, "password1234")
    with pytest.raises(CredentialError, match="name"):
        sign_in.change_password(keys[0], PASSWORD, "a gate in the north", ("gate",))
    sign_in.change_password(keys[0], PASSWORD, NEW_PASSWORD)
    assert sign_in.session(keys[0]).person == "mary"
    assert sign_in.actor(session=keys[1]) == STRANGER
    with pytest.raises(SignInError):
        sign_in.by_password("mary", PASSWORD, HOME)
    assert sign_in.by_password("mary", NEW_PASSWORD, HOME).second_step


def test_a_session_is_kept_alive_by_being_used(world: World) -> None:
    """And is over half an hour after the last look."""
    world.person("mary", "investigator")
    sign_in, key = world.sign_in(), world.session("mary")
    for _ in range(5):
        world.clock.forward(minutes=20)
        assert sign_in.actor(session=key).person == "mary"
    world.clock.forward(minutes=30)
    with pytest.raises(SignInError, match="sign in again"):
        sign_in.session(key)


def test_signing_out_is_at_once(world: World) -> None:
    """The key opens nothing any more."""
    world.person("mary", "investigator")
    sign_in, key = world.sign_in(), world.session("mary")
    sign_in.sign_out(key)
    assert sign_in.actor(session=key) == sign_in.actor() == sign_in.actor(token="wayside_x") == STRANGER


def test_a_purpose_ends_with_the_last_session(any_world: World) -> None:
    """On signing out, and where a session ran out: yesterday's case is not today's."""
    world = any_world
    world.person("mary", "investigator")
    sign_in, keys = world.sign_in(), [world.session("mary") for _ in range(2)]
    world.under_purpose("mary")
    sign_in.sign_out(keys[0])
    assert sign_in.actor(session=keys[1]).purpose_at == SITE
    sign_in.sign_out(keys[1])
    sign_in.sign_out("never one")
    assert world.actor("mary").purpose_at is None
    world.session("mary")
    world.under_purpose("mary")
    world.clock.forward(hours=1)
    device = Authenticator()
    with world.store.writing() as transaction:
        passkeys.enter(transaction, "mary", "Phone", device.id, device.cose_key(), 1)
        asked = passkeys.assertion_options(transaction, PAGES)
    key = sign_in.by_passkey(PAGES, device.but(uses=2).sign(asked), HOME)
    assert sign_in.actor(session=key).purpose_at is None
    assert world.deeds()[-2:] == ["purpose ended", "signed in"]


def test_a_welcome_link_sets_the_first_password(any_world: World) -> None:
    """Once; after it the account has no roles yet, and no second factor."""
    world = any_world
    sign_in = world.sign_in()
    with world.store.writing() as transaction:
        people.add(transaction, "mary", "Mary", SITE, by="ruth")
        before = credentials.invite(transaction, "mary", by="ruth")
        link = credentials.invite(transaction, "mary", by="ruth")
    with pytest.raises(SignInError):
        sign_in.welcome(before, NEW_PASSWORD)
    with pytest.raises(CredentialError):
        sign_in.welcome(link, "password1234")
    key = sign_in.welcome(link, NEW_PASSWORD)
    assert sign_in.actor(session=key).person == "mary"
    with pytest.raises(SignInError):
        sign_in.welcome(link, NEW_PASSWORD)
    with pytest.raises(CredentialError, match="reset"), world.store.writing() as transaction:
        credentials.invite(transaction, "mary", by="ruth")


def test_a_reset_ends_everything_but_the_roles(any_world: World, mary: TOTP) -> None:
    """The old password and code open nothing; the link that takes their place is good for three days."""
    world, sign_in = any_world, any_world.sign_in()
    key = world.session("mary")
    with world.store.writing() as transaction:
        link = credentials.reset(transaction, "mary", by="ruth")
    assert sign_in.actor(session=key) == STRANGER
    with pytest.raises(SignInError):
        sign_in.by_password("mary", PASSWORD, HOME)
    with world.store.reading() as connection:
        assert roles.roles_of(connection, "mary") == {SITE: frozenset({"investigator"})}
        assert credentials.right_step(connection, sign_in.seal, "mary", code(world, mary), world.now_ms) is None
    world.clock.forward(hours=71)
    assert sign_in.welcome(link, NEW_PASSWORD)


def test_a_generator_counts_from_its_first_code_on(world: World) -> None:
    """Until then the account has none; a second one is not begun beside it."""
    world.person("mary", "investigator", second_factor=False)
    seal = world.sign_in().seal
    with world.store.writing() as transaction:
        credentials.begin_totp(transaction, seal, "mary", "North Gate")
        credentials.begin_totp(transaction, seal, "mary", "North Gate")
    with world.store.reading() as connection:
        assert not people.known(connection, "mary").has_second_factor
    other = world.session("mary")
    generator = with_generator(world, "mary")
    assert world.sign_in().actor(session=other) == STRANGER
    with pytest.raises(CredentialError, match="already"), world.store.writing() as transaction:
        credentials.begin_totp(transaction, seal, "mary", "North Gate")
    with world.store.reading() as connection:
        assert generator.secret not in repr(connection.execute(select(person_table)).all())


def test_the_last_second_factor_stays(world: World) -> None:
    """It can be replaced, not taken away."""
    world.person("mary", "investigator", second_factor=False)
    with_generator(world, "mary")
    with pytest.raises(CredentialError, match="only second factor"), world.store.writing() as transaction:
        credentials.remove_totp(transaction, "mary")
    with world.store.writing() as transaction:
        passkeys.enter(transaction, "mary", "Phone", b"1", b"", 0)
        credentials.remove_totp(transaction, "mary")
    with pytest.raises(CredentialError, match="only second factor"), world.store.writing() as transaction:
        credentials.remove_passkey(transaction, "mary", b"1")
    with world.store.writing() as transaction:
        passkeys.enter(transaction, "mary", "Key", b"2", b"", 0)
        credentials.remove_passkey(transaction, "mary", b"1")


def test_an_older_hash_is_made_anew_when_its_password_is_shown(world: World) -> None:
    """So that stronger parameters reach everybody who signs in."""
    world.person("mary", "investigator")
    stronger = Hasher(argon2.PasswordHasher(time_cost=2, memory_cost=128, parallelism=1))
    SignIn(world.store, world.sign_in().seal, hasher=stronger, clock=world.clock).by_password("mary", PASSWORD, HOME)
    with world.store.reading() as connection:
        kept = credentials.kept_password(connection, "mary")
    assert kept is not None
    assert not stronger.outdated(kept)


def test_no_secret_is_told_to_the_journal_or_the_log(
    any_world: World, mary: TOTP, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither passwords, right or wrong, nor codes, nor keys."""
    caplog.set_level(logging.DEBUG)
    world, sign_in = any_world, any_world.sign_in()
    secrets = [PASSWORD, "canary-password-wrong", code(world, mary), mary.secret, "canary-as-a-name"]
    with pytest.raises(SignInError):
        sign_in.by_password("mary", secrets[1], HOME)
    with pytest.raises(SignInError):
        sign_in.by_password(secrets[4], PASSWORD, HOME)
    step = str(sign_in.by_password("mary", PASSWORD, HOME).second_step)
    key = sign_in.by_code(step, secrets[2])
    with world.store.writing() as transaction:
        link = credentials.reset(transaction, "mary", by="ruth")
        sessions.end_all(transaction, "mary", by="ruth")
    told = repr([entry.payload for entry in world.told()]) + caplog.text
    for secret in (*secrets, step, key, link):
        assert secret not in told
