# SPDX-License-Identifier: Apache-2.0
"""Which conditions are left for the passages that a path found."""

from __future__ import annotations

import pytest
from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql, sqlite

from wayside.domain import PlateClass
from wayside.record.search import Criteria
from wayside.record.search.filters import DONE_BY, FILTERS, filters_of, values_of
from wayside.record.search.paths import Path
from wayside.record.tables import passage

POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]
FULL = Criteria(
    country="GB", plate_class=PlateClass.DIPLOMATIC, sender_code="101", gate="main", way="in", site="north",
    occupants_at_least=2, occupants_at_most=4, confirmed=True, read=True,
)  # fmt: skip


def test_nothing_asked_leaves_nothing() -> None:
    """Whatever path was taken."""
    assert all(not filters_of(Criteria(), path, cameras=False) for path in Path)


def test_all_that_was_asked_is_left_where_the_path_passed_none() -> None:
    """Gate and way are one condition: a passage in by one gate and out by another is not out by the first."""
    assert filters_of(FULL, Path.TIME, cameras=True) == {
        *("country", "plate_class", "sender_code", "gate and way", "site"),
        *("at least", "at most", "confirmed", "read", "cameras"),
    }


@pytest.mark.parametrize("path", DONE_BY)
def test_a_path_leaves_out_what_it_looked_up_by(path: Path) -> None:
    """That and nothing else."""
    everything = filters_of(FULL, Path.TIME, cameras=True)
    assert filters_of(FULL, path, cameras=True) == everything - DONE_BY[path]


def test_gate_alone_and_way_alone_are_conditions_of_their_own() -> None:
    """As the path over both is not taken for either."""
    assert filters_of(Criteria(gate="main"), Path.TIME, cameras=False) == {"gate"}
    assert filters_of(Criteria(way="in"), Path.TIME, cameras=False) == {"way"}
    assert filters_of(Criteria(gate="main"), Path.GATE, cameras=False) == set()
    assert filters_of(Criteria(gate="main"), Path.GATE_WAY, cameras=False) == {"gate"}


@pytest.mark.parametrize(("asked", "names"), [(True, ("confirmed", "read")), (False, ("unconfirmed", "unread"))])
def test_no_is_another_answer_than_not_asked(asked: bool, names: tuple[str, str]) -> None:
    """False must not be lost for being false; nor 0 occupants."""
    assert filters_of(Criteria(confirmed=asked, read=asked), Path.TIME, cameras=False) == set(names)
    assert filters_of(Criteria(occupants_at_most=0), Path.TIME, cameras=False) == {"at most"}


@pytest.mark.parametrize("dialect", [sqlite.dialect(), POSTGRESQL], ids=["sqlite", "postgresql"])
@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_asks_for_values_that_are_given(name: str, dialect: Dialect) -> None:
    """By their names, and never as a part of the statement."""
    compiled = FILTERS[name](passage.c, dialect.name).compile(dialect=dialect)
    free = {key for key, value in compiled.binds.items() if value.required}
    assert free <= values_of(FULL, ["gate"]).keys()
    assert not {"GB", "101", "main", "north"} & set(map(str, compiled.params.values()))
