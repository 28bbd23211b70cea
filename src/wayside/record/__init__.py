# SPDX-License-Identifier: Apache-2.0
"""The passage store: passages, their pictures, and their form as JSON."""

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
from wayside.record.evidence import evidence_for
from wayside.record.lines import STANDARD_OUTPUT, Lines
from wayside.record.store import Store

__all__ = [
    "STANDARD_OUTPUT",
    "Document",
    "Lines",
    "Store",
    "alternatives_document",
    "evidence_for",
    "occupants_document",
    "passage_document",
    "read_passage",
    "registration_document",
    "share",
    "unpublished_document",
]
