# SPDX-License-Identifier: Apache-2.0
"""Holds by site, and periods that were decided, are the same in either database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import full_passage

from wayside.domain import UsageError
from wayside.record import Periods, Store, decide_periods
from wayside.record.retention import Case, holds_at, put_hold, site_of_hold


def test_a_hold_is_of_the_site_of_what_it_keeps(store: Store) -> None:
    """Another site sees none of it; what is not there cannot be held."""
    passage, pictures = full_passage(1)
    store.add(passage, pictures)
    case = Case("CR-2026/0123", "ivy", store.now() + timedelta(days=30), "petra")
    with store.writing() as transaction:
        hold = put_hold(transaction, [passage.id], case)
    with store.reading() as connection:
        (found,) = holds_at(connection, store.site.name)
        assert (found.id, found.ids, found.approved_by) == (hold, (passage.id,), "petra")
        assert holds_at(connection, "elsewhere") == []
        assert site_of_hold(connection, hold) == store.site.name
        assert site_of_hold(connection, "0" * 12) is None
    with pytest.raises(UsageError, match="what is still there"), store.writing() as transaction:
        put_hold(transaction, ["f" * 32], case)


def test_decided_periods_are_read_from_the_journal(store: Store) -> None:
    """By whoever has the record open."""
    with store.writing() as transaction:
        decide_periods(transaction, store.stated, Periods(passages_days=60), person="dora", approved_by="petra")
    store.look_at_policy()
    assert store.site.retention.periods == Periods(passages_days=60)
