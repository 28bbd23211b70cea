# SPDX-License-Identifier: Apache-2.0
"""Passwords: length counts, common words and runs do not; kept with Argon2id, few hashes at a time."""

from __future__ import annotations

import threading
import time

import argon2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.access.errors import CredentialError, LimitError
from wayside.access.signing.passwords import LEAST, MOST, Hasher, check, common_words, objection

CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)

WEAK = [
    "password1234", "Password1234!", "p4ssw0rd1234", "P@$$w0rd2026", "WaysideWayside", "Wayside2026!!",
    "dragonmonkey12",
    "qwertyuiop12", "1qaz2wsx3edc", "1q2w3e4r5t6y", "123456789012", "210987654321", "abcdefghijkl", "abcabcabcabc",
    "abcdeabcdeabcd", "aaaaaaaaaaaa", "aabbaabbcccc", "SummerSunshine2026", "iloveyou2026", "letmeinplease1",
    "!!!!password!!!!", "20262026password", "asdfghjklasdf", "ПарольПривет12",
]  # fmt: skip
GOOD = [
    "correct horse battery staple", "my cat sleeps on the roof", "Xk29fh2lQp0z", "seven tin badgers",
    "ключ под ковриком",
    "日本の古い石橋と赤い紅葉の道",
]  # fmt: skip


@pytest.mark.parametrize("password", WEAK)
def test_common_words_digits_and_runs_are_refused(password: str) -> None:
    """Whatever letters are written as digits, and however long it is."""
    assert len(password) >= LEAST
    with pytest.raises(CredentialError, match="unrelated words"):
        check(password)


@pytest.mark.parametrize("password", GOOD)
def test_a_few_unrelated_words_or_random_letters_are_taken(password: str) -> None:
    """No capital, digit or sign is asked for."""
    assert objection(password) is None


def test_length_is_what_counts() -> None:
    """Twelve characters at least; 256 are taken and more are not."""
    assert "at least 12" in str(objection("fjdkwlcnqpz"))
    assert objection("fjdkwlcnqpzm") is None
    long = "several unrelated words in a row " * 7
    assert objection((long + "and then some")[:MOST]) is None
    assert "shorter" in str(objection("x" + long * 2))


def test_the_name_of_the_person_and_the_site_stay_out() -> None:
    """They are what is tried first; very short names would forbid too much."""
    assert "name" in str(objection("hopkins-rides-a-bicycle", ["m.hopkins", "Hopkins"]))
    assert objection("hopkins-rides-a-bicycle", ["hop"]) is None


def test_the_longest_password_is_looked_at_quickly() -> None:
    """A stranger may send it."""
    began = time.perf_counter()
    objection("password1" * 28)
    objection("qwertyuiop1" * 23 + "x")
    assert time.perf_counter() - began < 1


def test_the_list_is_lower_case_and_small() -> None:
    """Of three letters or more each; a word that is written otherwise would never be met."""
    words = common_words()
    assert 200 < len(words) < 1000
    assert all(word == word.casefold() and len(word) >= 3 and word.isalpha() for word in words)


@given(st.text(max_size=300))
def test_every_text_gets_an_answer_that_does_not_repeat_it(text: str) -> None:
    """A refusal may stand in a page; the password may not."""
    fault = objection(text)
    assert fault is None or len(text) < 4 or text not in fault


def test_what_is_kept_is_argon2id_and_never_twice_the_same() -> None:
    """With the parameters of RFC 9106 for little memory unless others are given."""
    kept = Hasher().hash("seven tin badgers")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    cheap = Hasher(CHEAP)
    assert cheap.hash("seven tin badgers") != cheap.hash("seven tin badgers")
    assert cheap.outdated(kept)
    assert not Hasher().outdated(kept)


def test_only_the_right_password_fits() -> None:
    """However it was typed: composed and decomposed letters are the same."""
    hasher = Hasher(CHEAP)
    kept = hasher.hash("sept clés rouillées")
    assert hasher.fits(kept, "sept clés rouillées")
    assert not hasher.fits(kept, "sept cles rouillees")
    assert not hasher.fits(kept, "")
    assert not hasher.fits(kept, "x" * 10_000)
    assert not hasher.fits("no hash at all", "sept clés rouillées")


def test_nobody_has_no_password() -> None:
    """Not even the one that stands in for it; the time is spent all the same."""
    hasher = Hasher(CHEAP)
    assert hasher.fits(hasher.nobody, "no password at all")
    assert not hasher.fits(None, "no password at all")


class SlowArgon(argon2.PasswordHasher):
    """Counts how many hashes are made at one time, and makes each wait for the test."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=64, parallelism=1)
        self.inside = 0
        self.most = 0
        self.go = threading.Event()

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        """Waits for `go`."""
        self.inside += 1
        self.most = max(self.most, self.inside)
        self.go.wait(5)
        self.inside -= 1
        return super().hash(password, salt=salt)


def test_no_more_than_two_hashes_are_made_at_once() -> None:
    """The third waits its patience and is then asked to come back."""
    slow = SlowArgon()
    hasher = Hasher(slow, patience_s=0.05)
    threads = [threading.Thread(target=hasher.hash, args=("x",)) for _ in range(2)]
    for thread in threads:
        thread.start()
    while slow.inside < 2:
        time.sleep(0.001)
    with pytest.raises(LimitError) as told:
        hasher.hash("x")
    slow.go.set()
    for thread in threads:
        thread.join()
    assert told.value.wait_s > 0
    assert slow.most == 2
    assert hasher.hash("x")
