# SPDX-License-Identifier: Apache-2.0
"""The first account: there is none by default; a link that is printed to whoever started the program makes it, once.

The key stands behind the `#` of the link, which browsers keep to themselves: no server and no proxy writes it down.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from wayside.access.errors import PersonError, SignInError
from wayside.access.people import add, is_empty
from wayside.access.roles import ADMINISTRATOR, LONGEST_TRAINING, OWNER, enter, set_training
from wayside.access.signing import credentials, one_time, sessions
from wayside.access.signing.one_time import Once
from wayside.access.signing.passwords import Hasher, check
from wayside.record import Store, moment

PATH = "/first-run"


@dataclass(frozen=True, slots=True)
class Founder:
    """Who sets the system up, and whether they work alone."""

    name: str
    shown_as: str
    password: str
    alone: bool
    """As the owner, on this machine; otherwise as administrator, who gives the tasks to others and sees nothing."""


def link(store: Store, address: str) -> str | None:
    """A new link for the first account, good for a day and once; None where there is an account.

    `address`: of the pages, as `http://127.0.0.1:8080`. Links made before are good no more. The caller prints it to the
    terminal of whoever started the program, and nowhere else.
    """
    with store.writing() as transaction:
        if not is_empty(transaction.connection):
            return None
        one_time.withdraw(transaction, Once.FIRST_RUN)
        return f"{address.rstrip('/')}{PATH}#{one_time.issue(transaction, Once.FIRST_RUN)}"


def found(store: Store, hasher: Hasher, key: str, founder: Founder) -> str:
    """Makes the first account with the key of the link; a session in which a second factor is added.

    Raises SignInError where the link is not good, CredentialError for the password, PersonError for the name; after the
    last two the link is still good.
    """
    check(founder.password, [founder.name, *founder.shown_as.split(), store.site.name])
    with store.reading() as connection:
        if not is_empty(connection):
            raise SignInError(one_time.OVER)
    hashed = hasher.hash(founder.password)
    with store.writing() as transaction:
        one_time.take(transaction, Once.FIRST_RUN, key)
        if not is_empty(transaction.connection):
            raise PersonError("there is an account already; sign in, or ask its administrator")
        add(transaction, founder.name, founder.shown_as, store.site.name, by=founder.name)
        role = OWNER if founder.alone else ADMINISTRATOR
        enter(transaction, founder.name, store.site.name, role, by=founder.name, request=None)
        if founder.alone:
            year = moment(transaction.now_ms) + LONGEST_TRAINING - timedelta(days=1)
            set_training(transaction, founder.name, year, by=founder.name)
        credentials.set_password(transaction, founder.name, hashed)
        return sessions.begin(transaction, founder.name, second_factor=False)
