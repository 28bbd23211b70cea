# SPDX-License-Identifier: Apache-2.0
"""Sessions and one-time keys: over when their time is, when we say, and never readable from the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from unit.access.world import World

from wayside.access import SignInError
from wayside.access.signing import Once, SessionLimits, one_time, sessions
from wayside.access.signing.one_time import LIFE
from wayside.access.tables import one_time as one_time_table
from wayside.access.tables import session as session_table
from wayside.domain import UsageError

LIMITS = SessionLimits()


def live(world: World, key: str) -> sessions.Session | None:
    """The session of a key at this moment."""
    with world.store.reading() as connection:
        return sessions.find(connection, key, world.now_ms, LIMITS)


def test_a_session_is_found_by_its_key_only(any_world: World) -> None:
    """256 random bits, of which the database has only the hash."""
    world = any_world
    world.person("mary", "monitor")
    key, other = world.session("mary"), world.session("mary", second_factor=False)
    assert len(key) == 43
    found = live(world, key)
    assert found is not None
    assert (found.person, found.second_factor, found.begun_at) == ("mary", True, world.clock.now)
    assert live(world, other) != found
    assert live(world, key[:-1]) is None
    with world.store.reading() as connection:
        assert key not in repr(connection.execute(select(session_table)).all())
        assert found.name not in key


def test_a_session_that_is_not_used_ends(world: World) -> None:
    """After half an hour, to the millisecond; each use begins the half hour anew."""
    world.person("mary", "monitor")
    key = world.session("mary")
    world.clock.forward(minutes=29)
    with world.store.writing() as transaction:
        sessions.touch(transaction, key)
    world.clock.forward(minutes=29, seconds=59)
    assert live(world, key) is not None
    world.clock.forward(seconds=1)
    assert live(world, key) is None


def test_a_session_that_is_used_ends_too(world: World) -> None:
    """After twelve hours, whatever happens."""
    world.person("mary", "monitor")
    key = world.session("mary")
    for _ in range(36):
        assert live(world, key) is not None
        with world.store.writing() as transaction:
            sessions.touch(transaction, key)
        world.clock.forward(minutes=20)
    assert live(world, key) is None


def test_a_session_is_written_to_once_a_minute(world: World) -> None:
    """Not at each of many requests."""
    world.person("mary", "monitor")
    found = live(world, world.session("mary"))
    assert found is not None
    assert not sessions.wants_touch(found, world.clock.now + timedelta(seconds=59))
    assert sessions.wants_touch(found, world.clock.now + timedelta(seconds=60))


def test_signing_out_ends_one_session_or_all(world: World) -> None:
    """The one in whose page it was said may stay."""
    world.person("mary", "monitor")
    world.person("john", "monitor")
    keys, johns = [world.session("mary") for _ in range(3)], world.session("john")
    with world.store.writing() as transaction:
        sessions.end(transaction, keys[0])
        sessions.end(transaction, "never one")
    assert [live(world, key) is None for key in keys] == [True, False, False]
    with world.store.writing() as transaction:
        assert sessions.end_all(transaction, "mary", by="mary", but=keys[1]) == 1
    assert [live(world, key) is None for key in keys] == [True, False, True]
    with world.store.writing() as transaction:
        assert sessions.end_all(transaction, "mary", by="adam") == 1
        assert sessions.end_all(transaction, "mary", by="adam") == 0
    assert live(world, johns) is not None
    assert world.deeds()[-3:] == ["signed out", "signed out everywhere", "signed out everywhere"]


def test_a_touch_brings_no_session_back(world: World) -> None:
    """What has ended stays ended."""
    world.person("mary", "monitor")
    key = world.session("mary")
    with world.store.writing() as transaction:
        sessions.end(transaction, key)
        sessions.touch(transaction, key)
    assert live(world, key) is None


def test_sessions_that_are_over_are_cleared_away(world: World) -> None:
    """And no others."""
    world.person("mary", "monitor")
    world.session("mary")
    world.clock.forward(minutes=31)
    key = world.session("mary")
    with world.store.writing() as transaction:
        sessions.clear(transaction, LIMITS)
    with world.store.reading() as connection:
        assert len(sessions.of_person(connection, "mary")) == 1
    assert live(world, key) is not None


@pytest.mark.parametrize("limits", [(1, 60), (61, 60), (30, 25 * 60), (0, 0)])
def test_limits_that_cannot_be_are_refused(limits: tuple[int, int]) -> None:
    """Idling for longer than living, or living for longer than a day."""
    with pytest.raises(UsageError, match="mend"):
        SessionLimits(timedelta(minutes=limits[0]), timedelta(minutes=limits[1]))


@pytest.mark.parametrize("kind", list(Once))
def test_a_one_time_key_is_good_once_until_its_time_is_over(any_world: World, kind: Once) -> None:
    """For its own kind only; the database has only its hash."""
    world = any_world
    with world.store.writing() as transaction:
        key, late = (one_time.issue(transaction, kind, "mary") for _ in range(2))
        assert key not in repr(transaction.connection.execute(select(one_time_table)).all())
        for other in set(Once) - {kind}:
            with pytest.raises(SignInError):
                one_time.take(transaction, other, key)
        assert one_time.peek(transaction.connection, kind, key, transaction.now_ms) == "mary"
        assert one_time.take(transaction, kind, key) == "mary"
        with pytest.raises(SignInError, match="begin again"):
            one_time.take(transaction, kind, key)
    world.clock.now += LIFE[kind]
    with world.store.writing() as transaction, pytest.raises(SignInError):
        one_time.take(transaction, kind, late)


def test_one_time_keys_can_be_withdrawn(world: World) -> None:
    """One person's, or everybody's; those that are over are cleared away."""
    with world.store.writing() as transaction:
        marys, johns = (one_time.issue(transaction, Once.WELCOME, name) for name in ("mary", "john"))
        one_time.withdraw(transaction, Once.WELCOME, "mary")
        with pytest.raises(SignInError):
            one_time.take(transaction, Once.WELCOME, marys)
        assert one_time.peek(transaction.connection, Once.WELCOME, johns, world.now_ms) == "john"
        one_time.withdraw(transaction, Once.WELCOME)
        with pytest.raises(SignInError):
            one_time.take(transaction, Once.WELCOME, johns)
        one_time.issue(transaction, Once.SECOND_STEP, "mary")
    world.clock.forward(minutes=5)
    with world.store.writing() as transaction:
        one_time.clear(transaction)
        assert transaction.connection.execute(select(one_time_table)).all() == []
