# SPDX-License-Identifier: Apache-2.0
"""What bootstrap joins: an erasure of the record takes along what access keeps of the same."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from unit.access.world import SITE, World

from wayside.access import Actor, State, Thing, approvals
from wayside.access.tables import session
from wayside.bootstrap import erase_registration, erase_what_is_due
from wayside.domain import Purpose
from wayside.record.retention import Manner

PLATE = "LD23ABC"
SUBJECT = {"criteria": {"plate": {"text": PLATE, "match": "exact"}}}


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A site with people."""
    return World.opened(tmp_path / "record")


def asked(world: World) -> str:
    """A request that names a plate."""
    actor, thing, state = Actor(person="vera"), Thing("passage", SITE), State.OPEN
    with world.store.writing() as transaction:
        return approvals.write(
            transaction, actor, "search passage", thing, SUBJECT, "For the court", state, approvals.LIFE
        ).id


def subject(world: World, request_id: str) -> object:
    """What a request says that it was for."""
    with world.store.reading() as connection:
        return approvals.find(connection, request_id).subject


def sessions(world: World) -> int:
    """How many sessions there are, those that are over too."""
    with world.store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(session)).scalar_one())


def test_the_daily_run_clears_what_access_need_not_keep(world: World) -> None:
    """Sessions that are over, and what requests were for."""
    world.person("vera", "investigator")
    world.session("vera")
    request_id = asked(world)
    world.clock.forward(days=32)
    erase_what_is_due(world.store, clock_is_right=True, manner=Manner())
    assert sessions(world) == 0
    assert subject(world, request_id) == {}


def test_a_run_that_was_stopped_is_tidied_by_the_next(world: World) -> None:
    """What somebody ends early does no more than it has to."""
    world.person("vera", "investigator")
    world.session("vera")
    world.clock.forward(days=32)
    report = erase_what_is_due(world.store, clock_is_right=True, manner=Manner(lambda: True))
    assert report.counts.stopped
    assert sessions(world) == 1


@pytest.mark.parametrize("written", ["LD23ABC", "ld23 abc"])
def test_an_erasure_at_request_takes_the_requests_that_name_the_plate(world: World, written: str) -> None:
    """However it is written; those for other plates stay."""
    request_id = asked(world)
    with world.store.writing() as transaction:
        other = approvals.write(
            transaction, Actor(person="vera"), "search passage", Thing("passage", SITE), {"plate": "XY99XYZ"},
            "For the court", State.OPEN, timedelta(days=1),
        ).id  # fmt: skip
    purpose = Purpose("subject-request", "SR-2026/0001", "dora")
    erase_registration(world.store, written, purpose, identity_check="seen", manner=Manner())
    assert subject(world, request_id) == {}
    assert subject(world, other) == {"plate": "XY99XYZ"}
