# SPDX-License-Identifier: Apache-2.0
"""Signing in: password and code, or a passkey; every failure takes as long, says the same and is counted."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from wayside.access import working
from wayside.access.errors import SignInError
from wayside.access.people import Person, find, is_empty, known, note
from wayside.access.policy import STRANGER, Actor
from wayside.access.roles import actor_of
from wayside.access.signing import credentials, one_time, passkeys, sessions, throttle, tokens
from wayside.access.signing.one_time import Once
from wayside.access.signing.passwords import Hasher
from wayside.access.signing.seal import Seal
from wayside.access.signing.sessions import Session, SessionLimits
from wayside.record import Store, Transaction, moment

WRONG = "name and password do not fit together; check both"
LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Step:
    """What came of a name and a password: a session, or the key of the step to the second factor."""

    session: str | None
    second_step: str | None


@dataclass(frozen=True)
class SignIn:
    """The way in to one record; safe to use from several threads."""

    store: Store
    seal: Seal
    limits: SessionLimits = field(default_factory=SessionLimits)
    hasher: Hasher = field(default_factory=Hasher)
    waived: Callable[[Connection], bool] = lambda connection: False
    """Whether somebody may work without a second factor: alone, on this machine."""
    clock: Callable[[], float] = time.time
    """Seconds since 1970, as the store has them."""

    def count(self, *spent: tuple[throttle.Limit, str]) -> None:
        """Counts an attempt before it is looked at, so that a thousand at once are a thousand; raises LimitError."""
        for limit, of in spent:
            with self.store.writing() as transaction:
                early_ms = throttle.spend(transaction, limit, of)
            throttle.enforce(limit, early_ms)

    def now_ms(self) -> int:
        """Milliseconds since 1970."""
        return int(self.clock() * 1000)

    def by_password(self, name: str, password: str, address: str) -> Step:
        """The first step; `address` is where the request came from. Raises SignInError, LimitError.

        Who has a second factor goes on to it; who has none gets a session in which one can be added, and little else.
        """
        short = name[:LONGEST_NAME]
        counted = ((throttle.SIGN_IN_BY_ADDRESS, address), (throttle.SIGN_IN_BY_NAME, short))
        self.count(*counted)
        with self.store.reading() as connection:
            owner, kept = find(connection, short), credentials.kept_password(connection, short)
        if not self.hasher.fits(kept, password) or owner is None:
            self.tell_failure(owner, "password")
            raise SignInError(WRONG)
        with self.store.writing() as transaction:
            for limit, of in counted:
                throttle.give_back(transaction, limit, of)
            self._refresh(transaction, owner, kept, password)
            if owner.has_second_factor:
                return Step(None, one_time.issue(transaction, Once.SECOND_STEP, owner.name))
            return Step(self.begin(transaction, owner.name, second_factor=False), None)

    def _refresh(self, transaction: Transaction, owner: Person, kept: str | None, password: str) -> None:
        """Hashes the password anew where it was done with older parameters."""
        if kept is not None and self.hasher.outdated(kept):
            credentials.set_password(transaction, owner.name, self.hasher.hash(password))

    def tell_failure(self, owner: Person | None, what: str) -> None:
        """Tells the journal, with the name only where there is such an account: a mistyped name may be a password.

        It is told in either case, so that both take as long.
        """
        with self.store.writing() as transaction:
            note(transaction, None, "sign-in failed", account=owner and owner.name, factor=what)

    def by_code(self, second_step: str, code: str) -> str:
        """The second step with a code of the generator; a session's key. Raises SignInError, LimitError."""
        with self.store.reading() as connection:
            name = str(one_time.peek(connection, Once.SECOND_STEP, second_step, self.now_ms()))
        self.count((throttle.CODE_BY_NAME, name))
        with self.store.reading() as connection:
            step = credentials.right_step(connection, self.seal, name, code, self.now_ms())
            owner = find(connection, name)
        if step is None or owner is None or not owner.active:
            self.tell_failure(owner, "code")
            raise SignInError(credentials.WRONG_CODE)
        with self.store.writing() as transaction:
            one_time.take(transaction, Once.SECOND_STEP, second_step)
            credentials.use_step(transaction, name, step)
            throttle.give_back(transaction, throttle.CODE_BY_NAME, name)
            return self.begin(transaction, name, second_factor=True)

    def by_passkey(self, site: passkeys.Site, credential: str, address: str) -> str:
        """With a passkey alone, which is two factors; a session's key. Raises SignInError, LimitError."""
        counted = (throttle.SIGN_IN_BY_ADDRESS, address)
        self.count(counted)
        with self.store.reading() as connection:
            shown = passkeys.verify(connection, site, credential, self.now_ms())
        with self.store.writing() as transaction:
            passkeys.accept(transaction, shown)
            throttle.give_back(transaction, *counted)
            return self.begin(transaction, shown.person, second_factor=True)

    def welcome(self, key: str, password: str, more: tuple[str, ...] = ()) -> str:
        """Sets the first password with the key of a welcome link; a session in which a second factor is added.

        Raises SignInError, CredentialError (the link stays good), LimitError.
        """
        with self.store.reading() as connection:
            owner = known(connection, str(one_time.peek(connection, Once.WELCOME, key, self.now_ms())))
        credentials.check_password(password, owner, more)
        hashed = self.hasher.hash(password)
        with self.store.writing() as transaction:
            one_time.take(transaction, Once.WELCOME, key)
            credentials.set_password(transaction, owner.name, hashed)
            return self.begin(transaction, owner.name, second_factor=False)

    def change_password(self, session: str, old: str, new: str, more: tuple[str, ...] = ()) -> None:
        """Changes the password of whoever is signed in, who shows the old one; the other sessions end.

        Raises SignInError, CredentialError, LimitError.
        """
        found = self.session(session)
        self.count((throttle.SIGN_IN_BY_NAME, found.person))
        with self.store.reading() as connection:
            owner, kept = known(connection, found.person), credentials.kept_password(connection, found.person)
        if not self.hasher.fits(kept, old):
            raise SignInError("that is not your present password; type it again")
        credentials.check_password(new, owner, more)
        hashed = self.hasher.hash(new)
        with self.store.writing() as transaction:
            credentials.set_password(transaction, owner.name, hashed, but=session)
            throttle.give_back(transaction, throttle.SIGN_IN_BY_NAME, found.person)

    def session(self, key: str) -> Session:
        """The session of a key, kept alive by this look at it; raises SignInError where it is over."""
        found = self._live(key)
        if found is None:
            raise SignInError("you are not signed in any more; sign in again")
        return found

    def _live(self, key: str) -> Session | None:
        now_ms = self.now_ms()
        with self.store.reading() as connection:
            found = sessions.find(connection, key, now_ms, self.limits)
        if found is not None and sessions.wants_touch(found, moment(now_ms)):
            with self.store.writing() as transaction:
                sessions.touch(transaction, key)
        return found

    def actor(self, *, session: str | None = None, token: str | None = None) -> Actor:
        """Who a request comes from, as the database has them now; a stranger where neither key is good."""
        now_ms = self.now_ms()
        if token is not None:
            with self.store.reading() as connection:
                through = tokens.find(connection, token, now_ms)
                return STRANGER if through is None else tokens.actor_through(connection, through, now_ms)
        found = None if session is None else self._live(session)
        if found is None:
            return STRANGER
        with self.store.reading() as connection:
            second_factor = found.second_factor or self.waived(connection)
            return actor_of(connection, found.person, now_ms, second_factor=second_factor)

    def begin(self, transaction: Transaction, name: str, *, second_factor: bool) -> str:
        """Begins a session; a purpose that an earlier one left behind has ended with it."""
        self._end_purpose(transaction, name)
        return sessions.begin(transaction, name, second_factor=second_factor)

    def _end_purpose(self, transaction: Transaction, name: str) -> None:
        """Ends the purpose of somebody who is signed in nowhere."""
        if not sessions.live(transaction.connection, name, transaction.now_ms, self.limits):
            working.end(transaction, name)

    def sign_out(self, session: str) -> None:
        """Ends a session at once, and with the last one the purpose."""
        with self.store.writing() as transaction:
            name = sessions.end(transaction, session)
            if name is not None:
                self._end_purpose(transaction, name)

    def is_new(self) -> bool:
        """Whether nobody has an account yet."""
        with self.store.reading() as connection:
            return is_empty(connection)
