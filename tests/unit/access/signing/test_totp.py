# SPDX-License-Identifier: Apache-2.0
"""Codes: those of RFC 6238, good for their own thirty seconds, once."""

from __future__ import annotations

import base64
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyotp.totp import TOTP

from wayside.access.signing.totp import STEP_S, accepted_step, address, new_secret, step_of

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC_VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]
"""RFC 6238, appendix B (SHA-1), the last six of its eight digits."""


@pytest.mark.parametrize(("now_s", "code"), RFC_VECTORS)
def test_the_vectors_of_the_standard_are_accepted(now_s: int, code: str) -> None:
    """With the step they belong to."""
    assert accepted_step(RFC_SECRET, code, now_s, None) == now_s // STEP_S


def test_a_code_is_good_once() -> None:
    """Nor is any code of an earlier step good after it."""
    assert accepted_step(RFC_SECRET, "287082", 59, None) == 1
    assert accepted_step(RFC_SECRET, "287082", 59, 1) is None
    assert accepted_step(RFC_SECRET, "287082", 59, 5) is None


def test_a_code_is_good_for_its_thirty_seconds() -> None:
    """And at no moment before or after them."""
    good = [second for second in range(0, 120) if accepted_step(RFC_SECRET, "287082", second, None) is not None]
    assert good == list(range(30, 60))


def test_a_code_may_be_typed_with_a_space() -> None:
    """As generators show it."""
    assert accepted_step(RFC_SECRET, " 287 082 ", 59, None) == 1


@given(st.text(max_size=12))
def test_other_texts_are_no_code(text: str) -> None:
    """Whatever letters are in them."""
    if "".join(text.split()) != "287082":
        assert accepted_step(RFC_SECRET, text, 59, None) is None


def test_a_new_secret_has_160_bits_and_its_address_says_whose_it_is() -> None:
    """In the form that generators read from a QR code."""
    secret = new_secret()
    assert len(base64.b32decode(secret)) == 20
    assert secret != new_secret()
    link = urlsplit(address(secret, "mary", "North Gate"))
    assert (link.scheme, link.netloc) == ("otpauth", "totp")
    assert parse_qs(link.query) == {"secret": [secret], "issuer": ["North Gate"]}
    code = TOTP(secret).at(1_000_000_000)
    assert accepted_step(secret, code, 1_000_000_000, None) == step_of(1_000_000_000)
