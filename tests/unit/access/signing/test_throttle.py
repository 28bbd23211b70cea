# SPDX-License-Identifier: Apache-2.0
"""Limits: as many as are said, however they are spread, and a restart forgives nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from unit.access.world import World

from wayside.access import LimitError
from wayside.access.signing import Limit, throttle
from wayside.access.tables import allowance

FIVE = Limit("five", "things", 5, 60)


def spend(world: World, of: str = "mary", limit: Limit = FIVE) -> int:
    """How many milliseconds too early one more was."""
    with world.store.writing() as transaction:
        return throttle.spend(transaction, limit, of)


def test_so_many_at_once_and_then_one_a_minute(any_world: World) -> None:
    """Who is too early is told how long to wait, and waiting costs nothing more."""
    world = any_world
    assert [spend(world) for _ in range(5)] == [0] * 5
    assert spend(world) == spend(world) == 60_000
    world.clock.forward(seconds=59)
    assert spend(world) == 1000
    world.clock.forward(seconds=1)
    assert spend(world) == 0
    assert spend(world) == 60_000
    world.clock.forward(minutes=5)
    assert [spend(world) for _ in range(6)] == [0] * 5 + [60_000]


def test_each_has_an_allowance_of_their_own(world: World) -> None:
    """And each limit counts by itself."""
    for _ in range(6):
        spend(world, "mary")
    assert spend(world, "john") == 0
    assert spend(world, "mary", Limit("other", "others", 5, 60)) == 0


def test_a_restart_forgives_nothing(world: World) -> None:
    """The counts are in the database."""
    for _ in range(5):
        spend(world)
    world.store.close()
    again = World.opened(world.store.data_dir)
    assert spend(again) == 60_000
    again.store.close()


def test_what_was_no_failure_is_given_back(world: World) -> None:
    """Who signs in rightly a hundred times is never too early."""
    for _ in range(100):
        assert spend(world) == 0
        with world.store.writing() as transaction:
            throttle.give_back(transaction, FIVE, "mary")


def test_a_refusal_says_how_long_to_wait(world: World) -> None:
    """In whole seconds, rounded up."""
    with pytest.raises(LimitError, match="too many things; try again in 61 s") as told:
        throttle.enforce(FIVE, 60_001)
    assert told.value.wait_s == 61
    throttle.enforce(FIVE, 0)


def test_a_clock_set_back_locks_nobody_out_for_long(world: World) -> None:
    """At most for as long as the whole allowance takes to grow."""
    for _ in range(5):
        spend(world)
    world.clock.now -= timedelta(days=400)
    assert 0 < spend(world) <= 300_000
    world.clock.forward(minutes=5)
    assert spend(world) == 0


def test_the_database_does_not_know_what_was_typed(world: World) -> None:
    """It may have been a password in the wrong field."""
    spend(world, "canary-password")
    with world.store.reading() as connection:
        assert b"canary" not in bytes(connection.execute(select(allowance.c.key)).scalar_one())


def test_what_is_whole_again_is_cleared_away(world: World) -> None:
    """And nothing else."""
    spend(world, "mary")
    world.clock.forward(seconds=30)
    spend(world, "john")
    world.clock.forward(seconds=30)
    with world.store.writing() as transaction:
        throttle.clear(transaction)
        assert len(transaction.connection.execute(select(allowance)).all()) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.integers(0, 90), max_size=40), st.integers(1, 9), st.integers(1, 60))
def test_never_more_than_the_limit_in_any_stretch_of_time(
    world: World, pauses: list[int], most: int, every: int
) -> None:
    """In any stretch no more than the allowance and what grew back in it."""
    limit = Limit(f"{most}-{every}-{world.now_ms}", "things", most, every)
    done: list[float] = []
    with world.store.writing() as transaction:
        for pause in pauses:
            world.clock.forward(seconds=pause)
            moved = type(transaction)(transaction.connection, transaction.ledger, world.now_ms, transaction.texts)
            if not throttle.spend(moved, limit, "mary"):
                done.append(world.clock())
    for first, begin in enumerate(done):
        for last, end in enumerate(done[first:], first):
            assert last - first + 1 <= most + (end - begin) / every
