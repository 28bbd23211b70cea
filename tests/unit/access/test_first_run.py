# SPDX-License-Identifier: Apache-2.0
"""The first run: no account by default, a link that makes one, once, and that nobody writes down."""

from __future__ import annotations

import logging
import threading

import pytest
from sqlalchemy import select
from unit.access.world import SITE, World

from wayside.access import Age, CredentialError, PersonError, SignInError, Thing, decide, first_run, people
from wayside.access.first_run import Founder, found, link
from wayside.access.tables import person
from wayside.domain import WaysideError

ADDRESS = "http://127.0.0.1:8080/"
PASSWORD = "eleven rusty anchors"
RUTH = Founder("ruth", "Ruth", PASSWORD, alone=False)


def key_of(world: World) -> str:
    """The key in a new link."""
    made = link(world.store, ADDRESS)
    assert made is not None
    return made.partition("#")[2]


def test_a_fresh_record_has_no_account_at_all(any_world: World) -> None:
    """And no password that anybody could know."""
    with any_world.store.reading() as connection:
        assert people.is_empty(connection)
        assert connection.execute(select(person)).all() == []
    assert any_world.sign_in().is_new()
    with pytest.raises(SignInError):
        any_world.sign_in().by_password("admin", "admin", "192.0.2.1")


def test_the_link_makes_the_first_account_once(any_world: World) -> None:
    """Then there are no more links."""
    made = link(any_world.store, ADDRESS)
    assert made is not None
    path, _, key = made.partition("#")
    assert path == "http://127.0.0.1:8080/first-run"
    session = found(any_world.store, any_world.hasher, key, RUTH)
    actor = any_world.sign_in().actor(session=session)
    assert (actor.person, actor.roles, actor.second_factor) == ("ruth", {SITE: frozenset({"administrator"})}, False)
    assert link(any_world.store, ADDRESS) is None
    with pytest.raises(SignInError):
        found(any_world.store, any_world.hasher, key, Founder("eve", "Eve", PASSWORD, alone=True))
    assert not any_world.sign_in().is_new()


def test_an_administrator_sees_nothing_and_an_owner_works_at_once(world: World) -> None:
    """The owner is trained by having read what the page says; after a year again."""
    found(world.store, world.hasher, key_of(world), Founder("olaf", "Olaf", PASSWORD, alone=True))
    olaf = world.actor("olaf")
    assert olaf.trained
    assert decide(olaf, "watch", Thing("passage", SITE, age=Age.FRESH)).allowed
    world.clock.forward(days=366)
    assert not world.actor("olaf").trained


def test_a_link_is_good_for_a_day_and_only_the_newest_is(world: World) -> None:
    """Whoever found an old one in a terminal's history has nothing."""
    old = key_of(world)
    new = key_of(world)
    with pytest.raises(SignInError, match="new link"):
        found(world.store, world.hasher, old, RUTH)
    world.clock.forward(hours=24)
    with pytest.raises(SignInError, match="new link"):
        found(world.store, world.hasher, new, RUTH)


def test_a_weak_password_or_a_bad_name_leaves_the_link_good(world: World) -> None:
    """It can be tried again."""
    key = key_of(world)
    with pytest.raises(CredentialError):
        found(world.store, world.hasher, key, Founder("ruth", "Ruth", "password1234", alone=False))
    with pytest.raises(CredentialError, match="name"):
        found(world.store, world.hasher, key, Founder("ruth", "Ruth", "ruthless anchors", alone=False))
    with pytest.raises(PersonError, match="nobody's own"):
        found(world.store, world.hasher, key, Founder("admin", "Admin", PASSWORD, alone=False))
    assert found(world.store, world.hasher, key, RUTH)


def test_of_two_who_come_with_the_link_one_is_first(any_world: World) -> None:
    """There is one account afterwards."""
    key = key_of(any_world)
    came: list[object] = []

    def come(name: str) -> None:
        try:
            came.append(found(any_world.store, any_world.hasher, key, Founder(name, name, PASSWORD, alone=False)))
        except WaysideError as error:
            came.append(error)

    threads = [threading.Thread(target=come, args=(name,)) for name in ("ruth", "rita", "rosa")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(one, str) for one in came) == 1
    with any_world.store.reading() as connection:
        assert len(people.active_people(connection)) == 1


def test_the_key_stands_where_no_server_sees_it_and_is_told_nowhere(
    world: World, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Behind the `#`, and neither in the log, nor on the terminal by itself, nor in the journal."""
    caplog.set_level(logging.DEBUG)
    key = key_of(world)
    found(world.store, world.hasher, key, RUTH)
    written = capfd.readouterr()
    told = repr([entry.payload for entry in world.told()])
    for text in (caplog.text, written.out, written.err, told):
        assert key not in text
        assert PASSWORD not in text
    assert first_run.PATH in str(link(World.opened(world.store.data_dir.parent / "other").store, ADDRESS))
