# SPDX-License-Identifier: Apache-2.0
"""Lets the site's witness know how far the journal is, so that what it has seen can never be rewritten."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from wayside.domain import RecordError
from wayside.record.journal import PUBLIC_KEYS, Witness, consistency_proof, read_key_list
from wayside.record.keyring import FOLDER as KEYS
from wayside.record.ledger import node_reader
from wayside.record.proving import latest_checkpoint

if TYPE_CHECKING:
    from wayside.record.store import Store


def tell_witness(store: Store) -> bool:
    """Signs the journal as it is and gives the checkpoint to the witness; whether the site has one, and it was new.

    Raises RecordError where the witness cannot be written, or has seen a journal that this one does not continue.
    """
    if store.site.journal.witness is None:
        return False
    sign_now(store)
    return keep_in(store, store.data_dir / store.site.journal.witness)


def sign_now(store: Store) -> str:
    """Signs the journal as it is; its newest checkpoint. Raises RecordError."""
    with store.writing() as transaction:
        transaction.ledger.sign(transaction.connection, transaction.now_ms)
        note = latest_checkpoint(transaction.connection)
    assert note is not None, "it was signed just now"
    return note


def keep_in(store: Store, path: Path) -> bool:
    """Gives the newest checkpoint to the witness that keeps this file; whether it was new to it.

    Raises RecordError where the file cannot be written, or has seen a journal that this one does not continue.
    """
    witness = Witness(path, read_key_list(store.data_dir / KEYS / PUBLIC_KEYS))
    with store.reading() as connection:
        note = latest_checkpoint(connection)
        if note is None:
            return False
        try:
            return witness.add(note, lambda old, new: consistency_proof(old, new, node_reader(connection)))
        except OSError as error:
            raise RecordError(
                f"{path}: the witness cannot be written ({error.strerror}); is its disk or its machine there?"
            ) from None
