# SPDX-License-Identifier: Apache-2.0
"""The tables that the migrations make are those that each room's queries name, in both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import MetaData, inspect

from wayside.access import tables as of_access
from wayside.intake import tables as of_intake
from wayside.record import Store
from wayside.record import tables as of_record
from wayside.watch import tables as of_watch


@pytest.mark.parametrize(
    "metadata", [of_record.metadata, of_access.metadata, of_watch.metadata, of_intake.metadata],
    ids=["record", "access", "watch", "intake"],
)  # fmt: skip
def test_every_table_has_the_columns_that_queries_name(store: Store, metadata: MetaData) -> None:
    """In the order in which they are written, and none is missing."""
    with store.reading() as connection:
        inspector = inspect(connection)
        for table in metadata.tables.values():
            made = [column["name"] for column in inspector.get_columns(table.name)]
            assert made == [column.name for column in table.columns], table.name
