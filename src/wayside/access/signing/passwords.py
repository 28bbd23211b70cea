# SPDX-License-Identifier: Apache-2.0
"""Passwords: which are taken, and how they are kept (Argon2id); few at a time, because each costs 64 MB."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from wayside.access.emptiness import climbs, empty_words
from wayside.access.errors import CredentialError, LimitError

LEAST, MOST = 12, 256
"""Characters; nothing is asked of their kind, and none expires (OWASP ASVS 5.0, 6.2.1, 6.2.5, 6.2.9, 6.2.10)."""
MOST_COMMON_WORDS = 2
LEAST_RUN, MOST_RUN = 3, 20
ROWS = ("1234567890", "1qaz2wsx3edc4rfv5tgb6yhn", "1q2w3e4r5t6z7u8i9o0p", "1q2w3e4r5t6y7u8i9o0p")
"""Ways along a keyboard beside its rows of letters."""
LEAST_DIFFERENT = 5
LEAST_NAME = 4
AT_ONCE = 2
"""Hashes at one time: each takes 64 MB and about 0.3 s of two cores."""
PATIENCE_S = 10.0

WRITTEN_AS = str.maketrans("0134578@$!€", "oleastbasie")
"""Letters that people write as digits and signs."""
ALSO_WRITTEN_AS = str.maketrans("0134579@$!€", "oieastgasie")


@cache
def common_words() -> frozenset[str]:
    """The words of `data/common_words.txt`."""
    lines = (files("wayside.access") / "data" / "common_words.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def normal(password: str) -> str:
    """The password as it is compared: typed on another keyboard, the same letters are the same."""
    return unicodedata.normalize("NFKC", password)


def is_run(piece: str) -> bool:
    """Whether a piece runs along the alphabet, the digits or a row of keys."""
    return climbs(piece) or any(piece in row or piece[::-1] in row for row in (*empty_words().rows, *ROWS))


def steps(plain: str, at: int, spelt: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """From a place in a password: how far each piece reaches, and how many common words it costs (0 or 1)."""
    if not plain[at].isalpha():
        yield at + 1, 0
    for end in range(at + LEAST_RUN, min(at + MOST_RUN, len(plain)) + 1):
        if is_run(plain[at:end]):
            yield end, 0
        if any(one[at:end] in common_words() for one in spelt):
            yield end, 1


def words_needed(password: str) -> float:
    """How many common words make up a password, beside digits, signs and runs; infinite where others are in it."""
    plain = password.casefold()
    spelt = (plain, plain.translate(WRITTEN_AS), plain.translate(ALSO_WRITTEN_AS))
    cost = [0.0] + [float("inf")] * len(plain)
    for at in range(len(plain)):
        for end, words in steps(plain, at, spelt):
            cost[end] = min(cost[end], cost[at] + words)
    return cost[-1]


def repeats(password: str) -> bool:
    """Whether a password is one short piece again and again."""
    length = len(password)
    return any(password == (password[:size] * length)[:length] for size in range(1, length // 2 + 1))


def objection(password: str, names: Iterable[str] = ()) -> str | None:
    """Why a password is not taken, as a sentence with its mend; None where it is.

    `names`: words that an attacker would try first: the person's name and the site's.
    """
    text = normal(password)
    plain = text.casefold()
    if len(text) < LEAST:
        return f"the password has {len(text)} characters; use at least {LEAST}, a few unrelated words do well"
    if len(text) > MOST:
        return f"the password is longer than {MOST} characters; use a shorter one"
    if any(len(name) >= LEAST_NAME and name.casefold() in plain for name in names):
        return "the password contains your name or the site's; leave it out"
    if repeats(plain) or len(set(plain)) < LEAST_DIFFERENT:
        return "the password repeats itself; use a few unrelated words"
    if words_needed(text) <= MOST_COMMON_WORDS:
        return "the password is made of common words, digits and runs of keys; use a few unrelated words"
    return None


def check(password: str, names: Iterable[str] = ()) -> None:
    """Raises CredentialError where a password is not taken."""
    if fault := objection(password, names):
        raise CredentialError(fault)


@dataclass(frozen=True)
class Hasher:
    """Argon2id with the parameters of RFC 9106 for little memory; safe to use from several threads."""

    argon: argon2.PasswordHasher = field(default_factory=argon2.PasswordHasher)
    patience_s: float = PATIENCE_S
    _seats: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE), repr=False)

    @cached_property
    def nobody(self) -> str:
        """A hash that nobody's password has, compared for names that do not exist, so that both take as long."""
        with self._seat():
            return self.argon.hash("no password at all")

    @contextmanager
    def _seat(self) -> Iterator[None]:
        if not self._seats.acquire(timeout=self.patience_s):
            raise LimitError("too many people are signing in at this moment; try again in a few seconds", 5)
        try:
            yield
        finally:
            self._seats.release()

    def hash(self, password: str) -> str:
        """What is kept of a password. Raises LimitError while too many others are being hashed."""
        with self._seat():
            return self.argon.hash(normal(password))

    def fits(self, kept: str | None, password: str) -> bool:
        """Whether the password is the one of which this was kept; takes as long where nothing was.

        Raises LimitError while too many others are being hashed.
        """
        against = kept or self.nobody
        if len(password) > MOST:
            return False
        with self._seat():
            try:
                self.argon.verify(against, normal(password))
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None

    def outdated(self, kept: str) -> bool:
        """Whether a hash was made with other parameters than are used now, and wants to be made anew."""
        return self.argon.check_needs_rehash(kept)
