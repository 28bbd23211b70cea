# SPDX-License-Identifier: Apache-2.0
"""How many people are aboard, as a range; people are counted, never identified."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class OccupantStatus(StrEnum):
    """Whether there is a count at all."""

    COUNTED = "counted"
    NOT_ATTEMPTED = "not_attempted"
    NOT_VISIBLE = "not_visible"


@dataclass(frozen=True, slots=True)
class Occupants:
    """A range with its probability and method; every number is None unless the status is `counted`."""

    status: OccupantStatus
    at_least: int | None = None
    best: int | None = None
    at_most: int | None = None
    probability: float | None = None
    method: str | None = None
