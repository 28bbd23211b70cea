# SPDX-License-Identifier: Apache-2.0
"""Tells the journal of every look at a plate before it is answered: no entry, no answer."""

from __future__ import annotations

from wayside.access.audit import tell_reveal
from wayside.access.signing import Limit
from wayside.record import Kept
from wayside.web.guard import Granted

LOOKS = Limit("looks", "looks at passages", 300, 5)
"""300 at once and 720 an hour: more than anybody reads, less than a copy of the record needs."""


def told(gate: Granted, kept: Kept) -> int:
    """Notes that somebody sees a plate, and why; the number of the entry.

    Raises RefusalError where the person works under no purpose, LimitError, RecordError.
    """
    purpose = gate.purpose
    gate.spend(LOOKS)
    one = kept.passage
    return gate.services.store.together(
        lambda transaction: tell_reveal(transaction, kept.site, purpose, one.id, one.plate.text)
    )
