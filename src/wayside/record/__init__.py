# SPDX-License-Identifier: Apache-2.0
"""The record: passages with their pictures, the journal that proves them, and their form as JSON."""

from wayside.record.amendments import CORRECTABLE, Amendment, AmendmentKind, amend, amendments_of
from wayside.record.cameras import CameraPlace, cameras, learn_camera
from wayside.record.document import (
    Document,
    alternatives_document,
    occupants_document,
    passage_document,
    read_passage,
    registration_document,
    share,
    unpublished_document,
)
from wayside.record.entries import JournalEntry, entries
from wayside.record.evidence import evidence_for
from wayside.record.lines import STANDARD_OUTPUT, Lines
from wayside.record.rows import milliseconds, moment
from wayside.record.store import Store, Transaction

__all__ = [
    "CORRECTABLE",
    "STANDARD_OUTPUT",
    "Amendment",
    "AmendmentKind",
    "CameraPlace",
    "Document",
    "JournalEntry",
    "Lines",
    "Store",
    "Transaction",
    "alternatives_document",
    "amend",
    "amendments_of",
    "cameras",
    "entries",
    "evidence_for",
    "learn_camera",
    "milliseconds",
    "moment",
    "occupants_document",
    "passage_document",
    "read_passage",
    "registration_document",
    "share",
    "unpublished_document",
]
