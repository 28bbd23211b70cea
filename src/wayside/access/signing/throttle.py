# SPDX-License-Identifier: Apache-2.0
"""Limits on how often something may be done, kept in the database, so that a restart forgives nothing.

Each limit is an allowance that is used up and grows back (the generic cell rate algorithm, ITU-T I.371): all that is
kept is the moment at which it is whole again.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import delete, insert, select, update

from wayside.access.errors import LimitError
from wayside.access.tables import allowance
from wayside.record import Transaction


@dataclass(frozen=True, slots=True)
class Limit:
    """So many at once, and one more after each `every_s`; `what` ends the sentence "too many …"."""

    name: str
    what: str
    at_once: int
    every_s: float

    @property
    def step_ms(self) -> int:
        """How long one takes to grow back."""
        return round(self.every_s * 1000)

    @property
    def whole_ms(self) -> int:
        """How long all of them take."""
        return self.at_once * self.step_ms

    def key(self, of: str) -> bytes:
        """What the database knows a person, address or name by; it may be a password typed into the wrong field."""
        return sha256(f"{self.name}\0{of}".encode()).digest()


SIGN_IN_BY_NAME = Limit("sign-in-name", "attempts to sign in under this name", 5, 60)
SIGN_IN_BY_ADDRESS = Limit("sign-in-address", "attempts to sign in from this address", 20, 15)
CODE_BY_NAME = Limit("code-name", "codes under this name", 5, 60)
SEARCHES = Limit("searches", "searches", 60, 30)
"""60 at once and 120 an hour: `[access]` of site.toml may say otherwise."""
EXPORTS = Limit("exports", "exports", 10, 3600)


def spend(transaction: Transaction, limit: Limit, of: str) -> int:
    """Uses one of an allowance up; 0, or how many milliseconds too early it was, and then nothing is used up.

    It raises nothing, because what a failed transaction counts would be forgotten with it; see `enforce`.
    """
    connection, now, key = transaction.connection, transaction.now_ms, limit.key(of)
    before = connection.execute(select(allowance.c.free_ms).where(allowance.c.key == key)).scalar()
    # A clock that was set back must lock nobody out for longer than the whole allowance takes to grow.
    free = min(max(int(before or 0), now), now + limit.whole_ms)
    early = max(0, free + limit.step_ms - (now + limit.whole_ms))
    free += 0 if early else limit.step_ms
    if before is None:
        connection.execute(insert(allowance), [{"key": key, "free_ms": free}])
    elif before != free:
        connection.execute(update(allowance).where(allowance.c.key == key).values(free_ms=free))
    return early


def give_back(transaction: Transaction, limit: Limit, of: str) -> None:
    """Returns one to an allowance: the attempt was no failure."""
    given = update(allowance).where(allowance.c.key == limit.key(of))
    transaction.connection.execute(given.values(free_ms=allowance.c.free_ms - limit.step_ms))


def enforce(limit: Limit, early_ms: int) -> None:
    """Raises LimitError, with how long to wait, for what `spend` found too early."""
    if early_ms:
        wait_s = -(-early_ms // 1000)
        raise LimitError(f"too many {limit.what}; try again in {wait_s} s", wait_s)


def clear(transaction: Transaction) -> None:
    """Removes the allowances that are whole again."""
    transaction.connection.execute(delete(allowance).where(allowance.c.free_ms <= transaction.now_ms))
