# SPDX-License-Identifier: Apache-2.0
"""Takes over the passages of a record of the first form, which kept each as a JSON document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import inspect

from wayside.record.document import read_passage
from wayside.record.passages import write
from wayside.record.rows import Row, row_of

if TYPE_CHECKING:
    from wayside.record.store import Store, Transaction

TABLE = "passage_first_form"
BATCH = 1000


def adopt(store: Store, transaction: Transaction) -> None:
    """Writes the passages that a migration set aside as the record keeps them now, with their journal entries."""
    connection = transaction.connection
    if connection.dialect.name != "sqlite" or not inspect(connection).has_table(TABLE):
        return
    cursor = connection.exec_driver_sql(f"SELECT document, unpublished FROM {TABLE} ORDER BY rowid")
    for batch in cursor.partitions(BATCH):
        rows: list[Row] = []
        for document, unpublished in batch:
            passage = read_passage(json.loads(document), json.loads(unpublished))
            sizes = store.pictures.sizes(passage.evidence)
            seq = transaction.ledger.size + len(rows)
            rows.append(row_of(passage, seq, store.site.name, transaction.now_ms, sizes))
        write(connection, transaction.ledger, transaction.texts, rows, transaction.now_ms)
    connection.exec_driver_sql(f"DROP TABLE {TABLE}")
