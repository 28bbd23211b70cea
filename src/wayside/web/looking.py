# SPDX-License-Identifier: Apache-2.0
"""Tells the journal of every look at a plate before it is answered: no entry, no answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wayside.access.audit import tell_look, tell_reveal
from wayside.access.signing import Limit
from wayside.domain import Sighting
from wayside.record import Kept, Transaction
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


def told_hits(gate: Granted, asked: Mapping[str, Any]) -> int:
    """Notes that somebody looks at hits of more than a day ago, and why; the number of the entry.

    Raises RefusalError where the person works under no purpose, LimitError, RecordError.
    """
    purpose, store = gate.purpose, gate.services.store
    gate.spend(LOOKS)
    why = {"person": purpose.person, "reason": purpose.reason, "reference": purpose.reference}
    criteria = {"site": store.site.name, **asked}
    return store.together(
        lambda transaction: transaction.append(
            "search", {"at": transaction.at, **why, "what": "hits", "criteria": criteria}
        )
    )


def told_preview(gate: Granted, selection: Mapping[str, Any]) -> int:
    """Notes that somebody asks how many passages an export would hold, and why; the number of the entry.

    Raises RefusalError where the person works under no purpose, LimitError, RecordError.
    """
    purpose = gate.purpose
    gate.spend(gate.services.settings.searches)
    why = {"person": purpose.person, "reason": purpose.reason, "reference": purpose.reference}
    return gate.services.store.together(
        lambda transaction: transaction.append(
            "search", {"at": transaction.at, **why, "what": "export", "criteria": dict(selection)}
        )
    )


def told_sighting(gate: Granted, one: Sighting, **more: str) -> int | None:
    """Notes that somebody sees what another person reported; None for one's own report, which is no look.

    `more`: what else is seen with it. Raises RefusalError where the person works under no purpose, LimitError,
    RecordError.
    """
    if one.observer == gate.actor.person:
        return None
    purpose = gate.purpose
    gate.spend(LOOKS)
    asked = {"sighting": one.id, **more}

    def tell(transaction: Transaction) -> int:
        return tell_look(transaction, one.site, purpose, asked, one.plate)

    return gate.services.store.together(tell)
