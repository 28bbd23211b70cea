# SPDX-License-Identifier: Apache-2.0
"""A clock that only the test moves, for lists, hits and alerts."""

from record_times import store, time

__all__ = ["store", "time"]
