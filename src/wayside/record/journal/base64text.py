# SPDX-License-Identifier: Apache-2.0
"""Base 64 (RFC 4648 section 4) and decimal numbers that have one spelling only, so that a proof has one text."""

from __future__ import annotations

import base64
import binascii

from wayside.record.journal.errors import MalformedError


def encode(data: bytes) -> str:
    """As it is written."""
    return base64.b64encode(data).decode("ascii")


def decode(text: str, what: str, length: int | None = None) -> bytes:
    """The inverse of `encode`; `length` in bytes where only one is right.

    Raises MalformedError, which names `what`, also for spellings that other decoders would let pass.
    """
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise MalformedError(f"{what} is not base 64") from error
    if encode(data) != text:
        raise MalformedError(f"{what} is base 64 in another spelling than the one there may be")
    if length is not None and len(data) != length:
        raise MalformedError(f"{what} has {len(data)} bytes instead of {length}")
    return data


def decimal(text: str, what: str) -> int:
    """A number without sign or leading zeroes; raises MalformedError, which names `what`."""
    if not (text.isascii() and text.isdigit()) or (text[0] == "0" and text != "0") or len(text) > 20:
        raise MalformedError(f"{what} is not a plain decimal number")
    return int(text)
