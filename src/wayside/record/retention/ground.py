# SPDX-License-Identifier: Apache-2.0
"""Why something is erased, and the journal entry that says so and permits the blanks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import update

from wayside.record.tables import journal

if TYPE_CHECKING:
    from wayside.record.store import Transaction

RULES = {
    "retention": "the period of the site's policy was over",
    "subject": "the person whom the data are about asked for it",
    "decision": "somebody entitled decided it",
    "low space": "the disk was nearly full, and the oldest pictures made room",
}
"""What an erasure may rest on."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What an erasure rests on; nothing in it tells about a vehicle, since it is never blanked."""

    rule: str
    """A key of RULES."""
    policy: str
    """SHA-256 of the site's policy, in hex."""
    person: str | None = None
    """Who asked for it; None: the system by itself."""
    reason: str | None = None
    reference: str | None = None
    identity_check: str | None = None
    """Where it is written down that the person who asked is who they say."""

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise ValueError(f"{self.rule!r} is no rule of erasure; there are {', '.join(RULES)}")


def runs(numbers: Iterable[int]) -> list[list[int]]:
    """Numbers as the ranges that they make up, first and last included."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def tell(transaction: Transaction, ground: Ground, what: str, count: int, seqs: Iterable[int]) -> int:
    """Appends the erasure entry; its number. `seqs`: the journal entries that lost their content."""
    stated = {
        "reason": ground.reason,
        "reference": ground.reference,
        "identity_check": ground.identity_check,
    }
    return transaction.append(
        "erasure",
        {
            "at": transaction.at,
            "person": ground.person,
            "what": what,
            "rule": ground.rule,
            "policy": ground.policy,
            "count": count,
            "ranges": runs(seqs),
            **{name: value for name, value in stated.items() if value is not None},
        },
    )


def blank(transaction: Transaction, seqs: Sequence[int], erased_by: int) -> None:
    """Takes salt and payload from journal entries; their commitments stay, and say nothing without the salt."""
    statement = update(journal).where(journal.c.seq.in_(seqs), journal.c.erased_by.is_(None))
    transaction.connection.execute(statement.values(salt=None, payload=None, erased_by=erased_by))
