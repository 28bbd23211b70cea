# SPDX-License-Identifier: Apache-2.0
"""Working under a purpose: one at a time, from when it is begun until it is ended."""

from __future__ import annotations

import pytest
from unit.access.world import OTHER_SITE, SITE, World

from wayside.access import Age, PurposeError, Thing, Why, decide, working
from wayside.domain import Purpose

CASE = Purpose("offence", "CR-2026/0123", "mary")
PASSAGE = Thing("passage", SITE, age=Age.FRESH)


def begin(world: World, purpose: Purpose = CASE, site: str = SITE) -> working.Work:
    """Begins to work."""
    with world.store.writing() as transaction:
        return working.begin(transaction, world.purposes, site, purpose)


def test_a_purpose_holds_from_its_beginning_to_its_end(any_world: World) -> None:
    """Both stand in the journal; in between, its site's passages can be searched."""
    world = any_world
    world.person("mary", "investigator")
    assert decide(world.actor("mary"), "search", PASSAGE).why is Why.PURPOSE
    work = begin(world)
    assert work == working.Work(work.id, SITE, CASE, world.clock.now)
    assert decide(world.actor("mary"), "search", PASSAGE).allowed
    with world.store.reading() as connection:
        assert working.at_hand(connection, "mary") == work
    with world.store.writing() as transaction:
        working.end(transaction, "mary")
        working.end(transaction, "mary")
    assert decide(world.actor("mary"), "search", PASSAGE).why is Why.PURPOSE
    assert world.deeds()[-2:] == ["purpose begun", "purpose ended"]


def test_one_purpose_at_a_time(world: World) -> None:
    """The next one begins when this one has ended."""
    world.person("mary", "investigator")
    begin(world)
    with pytest.raises(PurposeError, match="end it before"):
        begin(world, Purpose("collision", "CR-2026/0456", "mary"))
    with world.store.writing() as transaction:
        working.end(transaction, "mary")
    assert begin(world, Purpose("collision", "CR-2026/0456", "mary")).purpose.reason == "collision"


def test_an_empty_purpose_is_not_begun(world: World) -> None:
    """Nor one whose reason is not on the list."""
    world.person("mary", "investigator")
    for purpose in (Purpose("offence", "test", "mary"), Purpose("curiosity", "CR-2026/0123", "mary")):
        with pytest.raises(PurposeError):
            begin(world, purpose)
    assert world.actor("mary").purpose_at is None


def test_a_purpose_is_for_one_site(world: World) -> None:
    """Elsewhere the person works under none."""
    world.person("mary", "investigator")
    begin(world, site=OTHER_SITE)
    assert decide(world.actor("mary"), "search", PASSAGE).why is Why.PURPOSE
