# SPDX-License-Identifier: Apache-2.0
"""Clears away what access need not keep: what is over, and the plates in requests whose time is long past."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, update

from wayside.access.signing import SessionLimits, one_time, sessions, throttle
from wayside.access.tables import request, review, token, work
from wayside.record import Store, Transaction

REQUEST_DAYS = 30
"""For so long after its time the auditor can read what a request was for; then only that there was one."""
DAY_MS = timedelta(days=1) // timedelta(milliseconds=1)


def tidy(store: Store, limits: SessionLimits) -> None:
    """Does all of it, in one transaction; meant to run once a day. Raises RecordError."""
    with store.writing() as transaction:
        sessions.clear(transaction, limits)
        one_time.clear(transaction)
        throttle.clear(transaction)
        empty_requests(transaction, REQUEST_DAYS)
        forget(transaction, store.site.retention.journal_days)


def empty_requests(transaction: Transaction, days: int) -> None:
    """Blanks what requests were for and why, so many days after their time; the journal has its own period for that."""
    over = (request.c.expires_ms < transaction.now_ms - days * DAY_MS, request.c.because != "")
    transaction.connection.execute(update(request).where(*over).values(subject="{}", because=""))


def forget_plate(transaction: Transaction, plate: str) -> int:
    """Blanks the requests that name a plate which is erased at somebody's request; how many there were."""
    names_it = request.c.subject.contains(plate, autoescape=True)
    return transaction.connection.execute(update(request).where(names_it).values(subject="{}", because="")).rowcount


def forget(transaction: Transaction, days: int) -> None:
    """Removes requests, reviews, purposes and tokens that ended before the journal's own memory does."""
    before = transaction.now_ms - days * DAY_MS
    for table, column in (
        (request, request.c.expires_ms),
        (review, review.c.decided_ms),
        (work, work.c.ended_ms),
        (token, token.c.expires_ms),
    ):
        transaction.connection.execute(delete(table).where(column < before))
