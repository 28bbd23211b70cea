# SPDX-License-Identifier: Apache-2.0
"""The journal's signed heads, and proofs that an entry is in it: numbers and hashes, nothing of what was entered."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from wayside.domain import UsageError
from wayside.record.journal import Proof, inclusion_proof
from wayside.record.ledger import node_reader
from wayside.record.tables import checkpoint


def latest_checkpoint(connection: Connection) -> str | None:
    """The last signed head (a C2SP tlog-checkpoint); None where nothing was signed yet."""
    query = select(checkpoint.c.note).order_by(checkpoint.c.size.desc()).limit(1)
    return connection.execute(query).scalar_one_or_none()


def proof_of_entry(connection: Connection, seq: int) -> str:
    """The proof (a C2SP tlog-proof) that an entry is in the journal, against the first head after it.

    Raises UsageError where no head was signed since, RecordError where the journal is damaged.
    """
    query = select(func.min(checkpoint.c.size)).where(checkpoint.c.size > seq)
    size = connection.execute(query).scalar_one_or_none()
    if size is None or seq < 0:
        raise UsageError("no signed head of the journal holds that entry; ask again a little later")
    note = connection.execute(select(checkpoint.c.note).where(checkpoint.c.size == size)).scalar_one()
    return str(Proof(seq, tuple(inclusion_proof(seq, size, node_reader(connection))), note))
