# SPDX-License-Identifier: Apache-2.0
"""What is over is cleared away, and plates in old requests go before the requests do."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from unit.access.world import SITE, World

from wayside.access import RequestError, Thing, approvals
from wayside.access.signing import Once, Order, SessionLimits, one_time, throttle, tokens
from wayside.access.tables import allowance, request, session, token, work
from wayside.access.tables import one_time as one_time_table
from wayside.access.tidying import REQUEST_DAYS, forget_plate, tidy
from wayside.domain import Purpose

ENTRY, SUBJECT = Thing("entry", SITE), {"list": "stolen", "plate": "ZQ77XYZ"}


@pytest.fixture
def used(any_world: World) -> World:
    """A site where a little of everything was done."""
    world = any_world
    world.person("mary", "list-manager", "investigator")
    mary = world.under_purpose("mary")
    world.session("mary")
    order = Order(SITE, "script", frozenset({"lists:read"}), world.clock.now + timedelta(days=1),
                  Purpose("offence", "CR-2026/0123", "mary"))  # fmt: skip
    with world.store.writing() as transaction:
        approvals.ask(transaction, mary, "add", ENTRY, SUBJECT, "stolen last night, CR-2026/0123")
        one_time.issue(transaction, Once.WELCOME, "mary")
        throttle.spend(transaction, throttle.SEARCHES, "mary")
        tokens.issue(transaction, mary, order, world.purposes)
    return world


def counts(world: World) -> dict[str, int]:
    """Rows of each table."""
    tables = (session, one_time_table, allowance, request, token, work)
    with world.store.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables
        }


def test_what_is_not_over_stays(used: World) -> None:
    """Clearing away at once changes nothing."""
    before = counts(used)
    tidy(used.store, SessionLimits())
    assert counts(used) == before
    assert set(before.values()) == {1, 2}


def test_each_thing_goes_in_its_time(used: World) -> None:
    """Sessions, links and allowances first; what a request was for after a month; the rest as the journal forgets."""
    used.clock.forward(days=4)
    tidy(used.store, SessionLimits())
    assert counts(used) == {"session": 0, "one_time": 0, "allowance": 0, "request": 1, "token": 1, "work": 2}
    used.clock.forward(days=REQUEST_DAYS - 4)
    tidy(used.store, SessionLimits())
    assert "ZQ77XYZ" in subjects(used)
    used.clock.forward(days=2)
    tidy(used.store, SessionLimits())
    assert subjects(used) == "{}"
    used.clock.forward(days=used.store.site.retention.journal_days)
    tidy(used.store, SessionLimits())
    assert counts(used) == {"session": 0, "one_time": 0, "allowance": 0, "request": 0, "token": 0, "work": 2}


def subjects(world: World) -> str:
    """What all requests are for."""
    with world.store.reading() as connection:
        return " ".join(connection.execute(select(request.c.subject)).scalars())


def test_a_plate_that_is_erased_is_in_no_request(used: World) -> None:
    """What was asked for it can be done no more."""
    with used.store.writing() as transaction:
        assert forget_plate(transaction, "ZQ77XY_") == 0
        assert forget_plate(transaction, "ZQ77XYZ") == 1
        with pytest.raises(RequestError):
            approvals.use(transaction, used.actor("mary"), "add", ENTRY, SUBJECT)
    assert subjects(used) == "{}"


def test_an_erased_plate_is_in_no_file_of_the_database(tmp_path: Path) -> None:
    """As the record's own erasure leaves none: SQLite writes over what it deletes."""
    world = World.opened(tmp_path / "record")
    world.person("mary", "list-manager")
    mary = world.under_purpose("mary")
    with world.store.writing() as transaction:
        approvals.ask(transaction, mary, "add", ENTRY, {"plate": "ZQ77XYZ"}, "stolen last night, CR-2026/0123")
    with world.store.writing() as transaction:
        forget_plate(transaction, "ZQ77XYZ")
        blank = "UPDATE journal SET payload = NULL, salt = NULL, erased_by = 99 WHERE instr(payload, 'ZQ77XYZ')"
        transaction.connection.exec_driver_sql(blank)
    with world.store.alone() as driver:
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        driver.execute("VACUUM")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    world.store.close()
    for path in (tmp_path / "record").rglob("*"):
        assert not path.is_file() or b"ZQ77XYZ" not in path.read_bytes(), path.name
