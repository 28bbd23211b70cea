# SPDX-License-Identifier: Apache-2.0
"""Signing in at the issuer of the site: the way there and back, and what it opens here."""

from __future__ import annotations

from dataclasses import dataclass

from wayside.access import people
from wayside.access.errors import SignInError
from wayside.access.signing import identities, one_time, throttle
from wayside.access.signing.errand import Errand, returned
from wayside.access.signing.issuer import Issuer, Told
from wayside.access.signing.one_time import Once
from wayside.access.signing.sign_in import SignIn, Step
from wayside.domain import AccessError


@dataclass(frozen=True, slots=True)
class Back:
    """What the browser brings back from the issuer."""

    state: str
    visit: str | None
    """The key of its cookie."""
    code: str | None
    issuer: str | None
    """What the answer says that it comes from, where it says so (RFC 9207)."""
    address: str
    """Where the request came from."""
    to: str
    """The address of ours that the issuer was told to return to."""


@dataclass(frozen=True)
class Elsewhere:
    """The way in through an issuer; safe to use from several threads."""

    sign_in: SignIn
    issuer: Issuer

    def leave(self, visit: str, address: str, to: str, person: str | None = None) -> str:
        """The address of the issuer's page, for this browser and once; `person`: who wants to connect their account.

        Raises SignInError, LimitError.
        """
        self.sign_in.count((throttle.SIGN_IN_BY_ADDRESS, address))
        with self.sign_in.store.writing() as transaction:
            key = one_time.issue(transaction, Once.ISSUER, person)
        return self.issuer.onward(Errand(key, visit), to)

    def connects(self, back: Back) -> str | None:
        """Who went to connect their account; None for who went to sign in. Raises SignInError."""
        with self.sign_in.store.reading() as connection:
            return one_time.peek(connection, Once.ISSUER, returned(back.state, back.visit).key, self.sign_in.now_ms())

    def arrive(self, back: Back) -> Step:
        """Signs in whoever the issuer names; goes on to a second factor here where it states none and there is one.

        Raises SignInError, LimitError.
        """
        told = self._told(back)
        store, sign_in = self.sign_in.store, self.sign_in
        try:
            with store.writing() as transaction:
                name = identities.resolve(transaction, self.issuer.stated, told, store.site.name)
                owner = people.known(transaction.connection, name)
                throttle.give_back(transaction, throttle.SIGN_IN_BY_ADDRESS, back.address)
                if owner.has_second_factor and not told.second_factor:
                    return Step(None, one_time.issue(transaction, Once.SECOND_STEP, name))
                return Step(sign_in.begin(transaction, name, second_factor=told.second_factor), None)
        except AccessError:
            sign_in.tell_failure(None, "issuer")
            raise

    def connect(self, back: Back, name: str) -> None:
        """Connects the account of who is signed in; raises SignInError, CredentialError."""
        if self.connects(back) != name:
            raise SignInError(one_time.OVER)
        told = self._told(back)
        with self.sign_in.store.writing() as transaction:
            identities.connect(transaction, name, told)

    def _told(self, back: Back) -> Told:
        """What the issuer says, for an answer that is this browser's and comes for the first time."""
        errand = returned(back.state, back.visit)
        with self.sign_in.store.writing() as transaction:
            one_time.take(transaction, Once.ISSUER, errand.key)
        if back.issuer not in {None, self.issuer.stated.issuer}:
            raise SignInError(one_time.OVER)
        if not back.code:
            raise SignInError("the issuer did not let you in; try again there, or sign in with your password")
        try:
            return self.issuer.told(errand, back.code, back.to)
        except SignInError:
            self.sign_in.tell_failure(None, "issuer")
            raise
