# SPDX-License-Identifier: Apache-2.0
"""How exactly somebody may count: exactly where they could look themselves, and are told of; in tens otherwise.

A yearly page is published once, of a span that nobody chooses; here any span can be asked for, and two spans that
differ by an hour give what happened in it by subtraction. So small counts are not only suppressed: all are rounded.
"""

from __future__ import annotations

from datetime import datetime

from wayside.access import Thing
from wayside.access.audit import yearly
from wayside.record.search import Tally
from wayside.web.guard import Granted


def in_tens(count: int) -> int:
    """Rounded down to tens: 0 stands for fewer than ten."""
    return count - count % yearly.LEAST


def exactly(gate: Granted, site: str, since: datetime, until: datetime) -> bool:
    """Whether somebody may count exactly in a span; then the journal is told before, as of every search.

    That needs all that a search of the span needs: its role, training, a purpose, and an age that one person may see.
    Raises RecordError.
    """
    services = gate.services
    age = services.settings.tiers.age(since, services.store.now())
    if not gate.may("search", Thing("passage", site, age=age)):
        return False
    purpose, counted = gate.purpose, Tally(since, until, site=site).document()
    said = {"person": purpose.person, "reason": purpose.reason, "reference": purpose.reference, "counts": counted}
    services.store.together(lambda transaction: transaction.append("search", {"at": transaction.at, **said}))
    return True
