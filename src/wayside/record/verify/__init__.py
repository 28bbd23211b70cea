# SPDX-License-Identifier: Apache-2.0
"""Verification: is a record, or a bundle from one, what was recorded? Names what is not, and never writes."""

from wayside.record.verify.bundle import verify_bundle
from wayside.record.verify.record import Asked, verify_record
from wayside.record.verify.report import DAMAGES, Finding, Report, Status
from wayside.record.verify.since import verify_since

__all__ = ["DAMAGES", "Asked", "Finding", "Report", "Status", "verify_bundle", "verify_record", "verify_since"]
