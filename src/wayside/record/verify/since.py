# SPDX-License-Identifier: Apache-2.0
"""Checks only what came since the last check, which is remembered as a signed checkpoint in a witness's file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from wayside.domain import RecordError
from wayside.record.journal import JournalError, KeyList, Witness, consistency_proof, read_notes
from wayside.record.ledger import node_reader
from wayside.record.tables import checkpoint
from wayside.record.verify.record import EVERYTHING, Asked, Progress, quiet, record_keys, record_source, verify_record
from wayside.record.verify.report import Report, Status
from wayside.record.verify.source import Source


def verify_since(data_dir: Path, file: Path, asked: Asked = EVERYTHING, progress: Progress = quiet) -> Report:
    """Checks what came after the newest checkpoint in `file`, or everything where there is none.

    Where the record does not lead on from that checkpoint, everything is checked, so that the damage is named. A sound
    record's newest checkpoint is then kept in `file`. Raises RecordError, OSError.
    """
    keys = asked.keys or record_keys(data_dir)
    notes = tuple(read_notes(file)) if file.exists() else ()
    report = _from_last(data_dir, notes, keys, asked, progress) if notes else None
    if report is None or report.status is not Status.SOUND:
        report = verify_record(data_dir, replace(asked, kept=(*asked.kept, *notes)), progress)
    if report.status is Status.SOUND:
        _remember(record_source(data_dir), Witness(file, keys), report.entries)
    return report


def _from_last(
    data_dir: Path, notes: tuple[str, ...], keys: KeyList, asked: Asked, progress: Progress
) -> Report | None:
    """The check from the newest checkpoint on; None where it cannot begin there."""
    try:
        since = keys.open(notes[-1]).size
        return verify_record(data_dir, replace(asked, kept=(*asked.kept, notes[-1]), since=since), progress)
    except (JournalError, RecordError):
        return None


def _remember(source: Source, witness: Witness, size: int) -> None:
    """Keeps the newest checkpoint of what was checked."""
    with source.open() as reader:
        query = select(checkpoint.c.note).where(checkpoint.c.size <= size).order_by(checkpoint.c.size.desc()).limit(1)
        note = reader.one(query)
        if note is not None:
            node = node_reader(reader.connection)
            witness.add(note, lambda old, new: consistency_proof(old, new, node))
