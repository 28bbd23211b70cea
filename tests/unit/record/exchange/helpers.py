# SPDX-License-Identifier: Apache-2.0
"""What the tests of exchange share: a mark, a record with something in it, and exports as bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from factories import NOON, bare_passage, full_passage

from wayside.domain import Evidence, EvidenceRole, Passage, Purpose
from wayside.record import JournalEntry, Store, entries, evidence_for
from wayside.record.cameras import CameraPlace
from wayside.record.exchange import Order, Selection, export_to_stream
from wayside.record.exchange.forms import FORMS, Context
from wayside.record.exchange.mark import Mark
from wayside.record.tables import journal

PURPOSE = Purpose("offence", "CR-2026/0123", "ada")
MARK = Mark("ab" * 16, NOON, PURPOSE)
NORTH = CameraPlace("gate", "North gate", 51.5, -0.125)
EVERYTHING = Selection()


def written(form: str, passages: Iterable[Passage], *, cameras: dict[str, CameraPlace] | None = None) -> bytes:
    """Passages in one of the forms."""
    out = io.BytesIO()
    FORMS[form].write(iter(passages), out, Context(MARK, cameras or {}))
    return out.getvalue()


def jpeg(number: int) -> bytes:
    """Bytes that begin as every JPEG does; nobody but the sheet looks further."""
    return b"\xff\xd8\xff\xe0" + f"picture {number} ".encode() * 100


def pictured(number: int) -> tuple[Passage, dict[str, bytes]]:
    """A passage with one picture, of the frame."""
    data = jpeg(number)
    evidence: Evidence = evidence_for(EvidenceRole.FRAME, data)
    return replace(full_passage(number)[0], evidence=(evidence,)), {evidence.sha256: data}


def fill(store: Store, count: int = 3) -> list[Passage]:
    """Adds some passages with pictures, and one of a vehicle without a plate."""
    added = []
    for number in range(count):
        passage, pictures = pictured(number)
        store.add(passage, pictures)
        added.append(passage)
    bare = bare_passage(count)
    store.add(bare, {})
    return [*added, bare]


def order(form: str = "jsonl", selection: Selection = EVERYTHING) -> Order:
    """An order of everything."""
    return Order(selection, PURPOSE, form)


def exported(store: Store, form: str = "jsonl", selection: Selection = EVERYTHING) -> bytes:
    """An export as bytes."""
    out = io.BytesIO()
    export_to_stream(store, order(form, selection), out)
    return out.getvalue()


def told(store: Store, kind: str) -> list[JournalEntry]:
    """The journal's entries of one kind, oldest first."""
    with store.reading() as connection:
        return list(entries(connection, [kind]))[::-1]


def journal_size(store: Store) -> int:
    """Number of entries."""
    with store.reading() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(journal)).scalar_one()


def names_in(folder: Path) -> set[str]:
    """The names of everything in a folder, drafts too."""
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()
