# SPDX-License-Identifier: Apache-2.0
"""What a plate says: single reads, the reading they make together, and what its text means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wayside.domain.geometry import Box


class PlateClass(StrEnum):
    """What kind of plate it is; a superset of ONVIF's PlateType (Normal, Police, Diplomat, Temporary)."""

    CIVIL = "civil"
    DIPLOMATIC = "diplomatic"
    CONSULAR = "consular"
    INTERNATIONAL_ORG = "international_org"
    MILITARY = "military"
    POLICE = "police"
    GOVERNMENT = "government"
    TRADE = "trade"
    TEMPORARY = "temporary"
    UNKNOWN = "unknown"


class Unread(StrEnum):
    """Why no plate text stands in a passage."""

    NO_PLATE_FOUND = "no_plate_found"
    TOO_SMALL = "too_small"
    TOO_BLURRED = "too_blurred"
    READS_DISAGREE = "reads_disagree"
    NOT_A_PLATE = "not_a_plate"


Characters = tuple[tuple[tuple[str, float], ...], ...]
"""Per position of a read: the candidate characters with their probabilities, most probable first.

The probabilities of one position add up to at most 1; what is missing is "some other character, or none"."""


@dataclass(frozen=True, slots=True)
class PlateRead:
    """What one look at one frame says of a plate."""

    characters: Characters
    box: Box
    """Of the plate, in pixels of the source frame."""
    sharpness: float
    """Of the plate picture, 0 (blurred) to 1 (crisp); orders looks, promises nothing absolute."""

    @property
    def text(self) -> str:
        """The most probable character at each position."""
        return "".join(position[0][0] for position in self.characters)


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another text the plate may carry, with its probability 0–1."""

    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class PlateReading:
    """What all the reads of one vehicle say together; `text` is None where no text could be stated."""

    text: str | None
    probability: float | None
    alternatives: tuple[Alternative, ...]
    reads: int
    """How many reads agree with `text` (of any text where it is None)."""
    reason_unread: Unread | None

    def __post_init__(self) -> None:
        if (self.text is None) != (self.reason_unread is not None):
            raise ValueError("a reading has a text or a reason why not, never both")


@dataclass(frozen=True, slots=True)
class Registration:
    """What a plate's text means, and the rule that says so."""

    country: str | None
    """Issuing country, ISO 3166 alpha-2; None where the syntax cannot tell."""
    plate_class: PlateClass
    sender_code: str | None
    sender_name: str | None
    """Only where the code table has a source."""
    rule: str
    """Identifies the line of the syntax tables, as `gb/diplomatic`."""
    probability: float | None
    """None where whoever sent the passage did not say: the published line has no place for it."""
    supposed_text: str | None = None
    """The text that this meaning supposes, where it is not the text as read (123D456 for 1230456)."""
