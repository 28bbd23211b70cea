# SPDX-License-Identifier: Apache-2.0
"""The auditor's desk: who looked for what and why, what deserves a question, samples to review, and the yearly page."""

from wayside.access.audit import canaries, samples, yearly
from wayside.access.audit.findings import Desk, Finding, FindingKind, Thresholds, findings
from wayside.access.audit.looks import Look, LookKind, look_at, looks, tell_look, tell_reveal
from wayside.access.audit.samples import Outcome, Review

__all__ = [
    "Desk",
    "Finding",
    "FindingKind",
    "Look",
    "LookKind",
    "Outcome",
    "Review",
    "Thresholds",
    "canaries",
    "findings",
    "look_at",
    "looks",
    "samples",
    "tell_look",
    "tell_reveal",
    "yearly",
]
