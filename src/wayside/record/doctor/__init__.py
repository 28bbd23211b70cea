# SPDX-License-Identifier: Apache-2.0
"""The doctor: how a data directory is, and the mends that can do no harm."""

from wayside.record.doctor.looks import Finding, State, examine, mend

__all__ = ["Finding", "State", "examine", "mend"]
