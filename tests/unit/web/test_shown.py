# SPDX-License-Identifier: Apache-2.0
"""What pages show of a passage: drawn, in words, and no more than the person may see."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import bare_passage, full_passage

from wayside.domain import (
    Direction,
    Occupants,
    OccupantStatus,
    PlateClass,
    PlateReading,
    Travel,
    Unread,
    VehicleKind,
)
from wayside.web.catalogue import catalogue
from wayside.web.shown import shown

PASSAGE = full_passage()[0]


def test_everything_is_in_words() -> None:
    """Plate, meaning, gates, heading, people, vehicle."""
    one = shown(PASSAGE, masked=False)
    assert one.drawing is not None
    assert "Ruritania" in one.meaning
    assert one.meaning.startswith("GB · diplomatic · 101")
    assert (one.ways, one.heading, one.arrow_deg) == (("main in",), "92° true", 92.5)
    assert (one.occupants, one.kind, one.probability) == ("1 to 3 aboard", "car", "97 %")
    assert [role for role, _ in one.pictures] == ["vehicle", "plate", "frame"]


def test_a_masked_plate_is_nowhere() -> None:
    """Neither in the text nor in the drawing, nor is its close picture named."""
    one = shown(PASSAGE, masked=True)
    assert "101D234" not in repr(one)
    assert "1O1D234" not in repr(one)
    assert one.drawing is None
    assert [address.rpartition("/")[2] for _, address in one.pictures] == ["covered", "covered"]


@pytest.mark.parametrize(("travel", "degrees"), [("away", 0.0), ("right", 90.0), ("toward", 180.0), ("left", 270.0)])
def test_without_a_heading_the_arrow_is_that_of_the_picture(travel: str, degrees: float) -> None:
    """Upwards is away from the camera."""
    passage = replace(PASSAGE, direction=Direction((), Travel(travel), None), crossed_at=())
    assert shown(passage, masked=False).arrow_deg == degrees


def test_a_passage_without_a_plate_says_why() -> None:
    """And has no arrow where nothing is known of its way."""
    one = shown(replace(bare_passage(), direction=Direction((), None, None)), masked=False)
    assert one.plate is None
    assert one.unread
    assert one.arrow_deg is None


@pytest.mark.parametrize(
    ("occupants", "words"),
    [
        (Occupants(OccupantStatus.NOT_VISIBLE), "not visible"),
        (Occupants(OccupantStatus.NOT_ATTEMPTED), "not counted"),
        (Occupants(OccupantStatus.COUNTED, 2, 2, 2, 0.9, "windscreen"), "2 aboard"),
    ],
)
def test_people_are_a_range_or_a_reason(occupants: Occupants, words: str) -> None:
    """Never a bare number that nobody saw."""
    assert shown(replace(PASSAGE, occupants=occupants), masked=False).occupants == words


def test_what_a_plate_says_is_never_markup() -> None:
    """Whatever stands on the vehicle."""
    evil = "<script>alert(1)</script>"
    passage = replace(PASSAGE, plate=PlateReading(evil, 0.9, (), 1, None), registration=None)
    assert "<script" not in str(shown(passage, masked=False).drawing)


def test_every_value_of_the_record_has_a_word() -> None:
    """So that no page fails on a rare one."""
    groups = {"class": PlateClass, "unread": Unread, "travel": Travel, "kind": VehicleKind}
    missing = [f"{group}.{value}" for group, kind in groups.items() for value in kind
               if not catalogue().has(f"{group}.{value}")]  # fmt: skip
    assert missing == []
