# SPDX-License-Identifier: Apache-2.0
"""A record with people in it, a clock that tests set, and cheap password hashes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import argon2
from sqlalchemy import insert, update

from wayside.access import Actor, Purposes, actor_of, people, roles, working
from wayside.access.signing import Hasher, Seal, SignIn, sessions
from wayside.access.tables import passkey
from wayside.access.tables import person as person_table
from wayside.domain import Purpose
from wayside.record import JournalEntry, Store, entries, milliseconds
from wayside.record.clock import Clock as RecordClock

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
"""A Sunday."""
SITE, OTHER_SITE = "north", "south"
PASSWORD = "seven tin badgers"
CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@dataclass
class Clock:
    """Stands still until a test moves it."""

    now: datetime = NOW

    def __call__(self) -> float:
        """Seconds since 1970."""
        return self.now.timestamp()

    def forward(self, **span: float) -> None:
        """Moves it, as `minutes=5`."""
        self.now += timedelta(**span)


@dataclass
class World:
    """A store and what tests do to it."""

    store: Store
    clock: Clock
    hasher: Hasher = field(default_factory=lambda: Hasher(CHEAP))
    purposes: Purposes = field(default_factory=Purposes)

    @classmethod
    def opened(cls, folder: Path, clock: Clock | None = None) -> World:
        """A record whose site is `north`."""
        folder.mkdir(parents=True, exist_ok=True)
        settings = folder / "site.toml"
        stated = settings.read_text() if settings.exists() else ""
        if "name =" not in stated:
            settings.write_text(f'name = "{SITE}"\n{stated}')
        clock = clock or Clock()
        return cls(Store(folder, clock=RecordClock(clock, clock)), clock)

    @property
    def now_ms(self) -> int:
        """The clock's time as the tables keep it."""
        return milliseconds(self.clock.now)

    def sign_in(self, **more: Any) -> SignIn:
        """The way in, with cheap hashes and this clock."""
        return SignIn(self.store, Seal(self.store.data_dir), hasher=self.hasher, clock=self.clock, **more)

    def person(self, name: str, *given: str, site: str = SITE, second_factor: bool = True, trained: bool = True) -> str:
        """An account with roles that nobody had to sign for, its password PASSWORD, and a second factor."""
        with self.store.writing() as transaction:
            people.add(transaction, name, name.title(), site, by="adam")
            for role in given:
                roles.enter(transaction, name, site, role, by="adam", request=None)
            values: dict[str, Any] = {"password": self.hasher.hash(PASSWORD)}
            if trained:
                values["trained_until_ms"] = transaction.now_ms + 10**10
            transaction.connection.execute(update(person_table).where(person_table.c.name == name).values(**values))
            if second_factor:
                key = {"id": name.encode(), "person": name, "public_key": b"", "uses": 0, "label": "key", "made_ms": 0}
                transaction.connection.execute(insert(passkey), [key])
        return name

    def actor(self, name: str, *, second_factor: bool = True) -> Actor:
        """The person as the policy sees them, signed in with two factors."""
        with self.store.reading() as connection:
            return actor_of(connection, name, self.now_ms, second_factor=second_factor)

    def session(self, name: str, *, second_factor: bool = True) -> str:
        """The key of a new session."""
        with self.store.writing() as transaction:
            return sessions.begin(transaction, name, second_factor=second_factor)

    def under_purpose(self, name: str, reference: str = "CR-2026/0123", site: str = SITE) -> Actor:
        """The person, working under a purpose from now on."""
        with self.store.writing() as transaction:
            working.begin(transaction, self.purposes, site, Purpose("offence", reference, name))
        return self.actor(name)

    def told(self, kinds: Iterable[str] = ("access",)) -> list[JournalEntry]:
        """The journal's entries of these kinds, newest first."""
        with self.store.reading() as connection:
            return list(entries(connection, list(kinds)))

    def deeds(self) -> list[str]:
        """What the journal says was done, oldest first."""
        return [str((entry.payload or {}).get("what")) for entry in reversed(self.told())]
