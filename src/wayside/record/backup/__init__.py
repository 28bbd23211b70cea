# SPDX-License-Identifier: Apache-2.0
"""Backups: made while the record is in use, sealed by day, reached by erasures, and proven when they are restored."""

from wayside.record.backup.make import Backup, make_backup
from wayside.record.backup.place import forget_backup
from wayside.record.backup.reach import Unreached, behind, reach_backups
from wayside.record.backup.restoring import MARK as RESTORING
from wayside.record.backup.restoring import Restored, restore

__all__ = [
    "RESTORING",
    "Backup",
    "Restored",
    "Unreached",
    "behind",
    "forget_backup",
    "make_backup",
    "reach_backups",
    "restore",
]
