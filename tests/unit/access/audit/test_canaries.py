# SPDX-License-Identifier: Apache-2.0
"""Canaries: set and taken away by the auditor alone, and named in no journal entry."""

from __future__ import annotations

import pytest
from unit.access.world import OTHER_SITE, SITE, World

from wayside.access import RefusalError
from wayside.access.audit import canaries
from wayside.domain import UsageError


def place(world: World, plate: str, by: str = "anna") -> None:
    """Sets a canary."""
    with world.store.writing() as transaction:
        canaries.place(transaction, world.actor(by), SITE, plate)


def test_the_auditor_sets_canaries_and_takes_them_away(any_world: World) -> None:
    """At their own site; the journal tells that it was done, and not which plate it is."""
    world = any_world
    world.person("anna", "auditor")
    place(world, "ZQ77XYZ")
    with world.store.reading() as connection:
        assert canaries.plates(connection, SITE) == {"ZQ77XYZ"}
        assert canaries.plates(connection, OTHER_SITE) == frozenset()
    with pytest.raises(UsageError, match="already"):
        place(world, "ZQ77XYZ")
    with world.store.writing() as transaction:
        canaries.remove(transaction, world.actor("anna"), SITE, "ZQ77XYZ")
        with pytest.raises(UsageError, match="no such canary"):
            canaries.remove(transaction, world.actor("anna"), SITE, "ZQ77XYZ")
    assert world.deeds()[-2:] == ["canary placed", "canary removed"]
    assert "ZQ77XYZ" not in repr(world.told())


@pytest.mark.parametrize("role", ["investigator", "administrator", "list-manager"])
def test_nobody_else_sets_one(world: World, role: str) -> None:
    """Or they would know where not to look."""
    world.person("mary", role)
    with pytest.raises(RefusalError):
        place(world, "ZQ77XYZ", by="mary")
    with pytest.raises(RefusalError), world.store.writing() as transaction:
        canaries.remove(transaction, world.actor("mary"), SITE, "ZQ77XYZ")


@pytest.mark.parametrize("plate", ["", "ZQ7", "zq77xyz", "ZQ77 XYZ", "ZQ77*", "Z" * 17])
def test_a_canary_is_written_like_a_plate(world: World, plate: str) -> None:
    """Or nobody would ever look for it."""
    world.person("anna", "auditor")
    with pytest.raises(UsageError, match="written like a plate"):
        place(world, plate)
