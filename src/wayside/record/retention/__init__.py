# SPDX-License-Identifier: Apache-2.0
"""Erasure: what a site keeps no longer goes from rows, indexes, pictures, logs, exports and free pages."""

from wayside.record.retention.clock_guard import check_clock, confirm_clock
from wayside.record.retention.daily import erasing_daily
from wayside.record.retention.erase import (
    Manner,
    Report,
    before_counts,
    due_counts,
    erase_before,
    erase_due,
    erase_plate,
    finish,
    plate_counts,
)
from wayside.record.retention.failure import read_failure
from wayside.record.retention.files import Orphans, remove_files, sweep
from wayside.record.retention.forgetting import Leftovers, forget_pictures
from wayside.record.retention.ground import RULES, Ground
from wayside.record.retention.holds import (
    LONGEST_DAYS,
    Case,
    Hold,
    check_case,
    holds,
    holds_at,
    place_hold,
    put_hold,
    release_hold,
    site_of_hold,
)
from wayside.record.retention.run import Counts
from wayside.record.retention.scrubbing import Pending, read_pending, scrub

__all__ = [
    "LONGEST_DAYS",
    "RULES",
    "Case",
    "Counts",
    "Ground",
    "Hold",
    "Leftovers",
    "Manner",
    "Orphans",
    "Pending",
    "Report",
    "before_counts",
    "check_case",
    "check_clock",
    "confirm_clock",
    "due_counts",
    "erase_before",
    "erase_due",
    "erase_plate",
    "erasing_daily",
    "finish",
    "forget_pictures",
    "holds",
    "holds_at",
    "place_hold",
    "plate_counts",
    "put_hold",
    "read_failure",
    "read_pending",
    "release_hold",
    "remove_files",
    "scrub",
    "site_of_hold",
    "sweep",
]
