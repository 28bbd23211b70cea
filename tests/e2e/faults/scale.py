# SPDX-License-Identifier: Apache-2.0
"""How long faults last: short in the everyday run; as the promises say with `WAYSIDE_FULL_FAULTS=1`."""

from __future__ import annotations

import os

VARIABLE = "WAYSIDE_FULL_FAULTS"


def scaled(everyday: int, full: int) -> int:
    """The number that goes for this run."""
    return full if os.environ.get(VARIABLE) else everyday
