# SPDX-License-Identifier: Apache-2.0
"""A record under a clock that only the test moves."""

from record_times import store, time

__all__ = ["store", "time"]
