# SPDX-License-Identifier: Apache-2.0
"""Checks the time stamps over checkpoints, and the times that the record itself gives them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from sqlalchemy import select

from wayside.record.journal import JournalError
from wayside.record.journal.timestamp import check_response
from wayside.record.rows import moment
from wayside.record.stamps import stamps
from wayside.record.tables import checkpoint
from wayside.record.verify.report import Finding
from wayside.record.verify.source import Reader

APART = timedelta(minutes=1)
"""How far two clocks that are right may be apart."""


def check_stamps(reader: Reader, data_dir: Path, roots: Sequence[x509.Certificate]) -> Iterator[Finding]:
    """Stamps that do not hold under `roots`, or that are older than the checkpoint says of itself.

    Raises UsageError where the extra is missing, OSError.
    """
    made = {size: (note, made_ms) for size, note, made_ms in reader.rows(select(*checkpoint.c))}
    for size, answer in stamps(data_dir):
        if size not in made:
            yield Finding("stamp-false", "checkpoint", detail=f"of {size} entries: there is no such checkpoint")
            continue
        note, made_ms = made[size]
        try:
            at = check_response(note, answer, roots)
        except JournalError as error:
            yield Finding("stamp-false", "checkpoint", detail=f"of {size} entries: {error}")
            continue
        if moment(made_ms) > at + APART:
            said = f"stamped at {at:%Y-%m-%d %H:%M:%S} UTC, but said to be made later"
            yield Finding("stamp-false", "checkpoint", detail=f"of {size} entries: {said}")
