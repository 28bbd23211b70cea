# SPDX-License-Identifier: Apache-2.0
"""Where a page of results ended, as an opaque word that names no plate and outlives new arrivals."""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from typing import NamedTuple

import msgspec

from wayside.domain import UsageError
from wayside.record.search.criteria import Criteria

MARK = 2
"""Bytes that tell the cursors of different searches apart; too few to find out from them what was searched."""
FORM = struct.Struct(f">{MARK}sqq")
LATEST = 2**62
"""Later than any time, and after any sequence number."""


class Key(NamedTuple):
    """The place of a passage in the order of results; the newest has the greatest."""

    began_ms: int
    seq: int


START = Key(LATEST, LATEST)


def mark(criteria: Criteria) -> bytes:
    """A few bits of what is searched."""
    return hashlib.sha256(msgspec.json.encode(criteria.document())).digest()[:MARK]


def cursor_of(criteria: Criteria, key: Key) -> str:
    """The cursor that goes on after a passage."""
    return base64.urlsafe_b64encode(FORM.pack(mark(criteria), *key)).decode().rstrip("=")


def key_of(criteria: Criteria, cursor: str | None) -> Key:
    """The passage after which to go on; raises UsageError for a cursor of another search."""
    if cursor is None:
        return START
    try:
        stated, *key = FORM.unpack(base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True))
    except (binascii.Error, struct.error, ValueError):
        raise UsageError("the cursor is damaged; begin the search anew") from None
    if stated != mark(criteria):
        raise UsageError("the cursor belongs to another search; begin this one anew")
    return Key(*key)
