# SPDX-License-Identifier: Apache-2.0
"""An empty record under a clock that tests move, for briefs and reports."""

from record_times import store, time

__all__ = ["store", "time"]
