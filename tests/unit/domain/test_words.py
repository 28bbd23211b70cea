# SPDX-License-Identifier: Apache-2.0
"""The words of the project: what a value of each may say, and that nothing of it changes."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil

import pytest

import wayside.domain
from wayside.domain import (
    Alternative,
    Box,
    Detection,
    PlateRead,
    PlateReading,
    Track,
    TrackPoint,
    Unread,
    UsageError,
    VehicleKind,
    WaysideError,
)


def test_a_reading_has_a_text_or_a_reason() -> None:
    """Never both, never neither."""
    PlateReading("AB12", 0.9, (Alternative("A812", 0.1),), 3, None)
    PlateReading(None, None, (), 0, Unread.TOO_SMALL)
    with pytest.raises(ValueError, match="a text or a reason"):
        PlateReading("AB12", 0.9, (), 3, Unread.TOO_SMALL)
    with pytest.raises(ValueError, match="a text or a reason"):
        PlateReading(None, None, (), 0, None)


def test_the_text_of_a_read_is_its_likeliest_characters() -> None:
    """One at each position."""
    characters = ((("A", 0.9), ("4", 0.1)), (("8", 0.6), ("B", 0.4)))
    assert PlateRead(characters, Box(0, 0, 1, 1), 0.5).text == "A8"


def test_a_track_lasts_from_its_first_to_its_last_point() -> None:
    """In seconds since the start of the source."""
    car = Detection(VehicleKind.CAR, 0.9, Box(0, 0, 1, 1))
    track = Track(1, tuple(TrackPoint(time_s, car) for time_s in (1.5, 2.0, 4.25)))
    assert (track.began_s, track.ended_s) == (1.5, 4.25)


def test_every_error_of_ours_is_one_of_the_tree() -> None:
    """So that a command can tell what was foreseen."""
    assert issubclass(UsageError, WaysideError)
    errors = importlib.import_module("wayside.domain.errors")
    drawn = inspect.getdoc(errors) or ""
    classes = [name for name, kind in vars(errors).items() if inspect.isclass(kind)]
    assert len(classes) >= 4
    assert all(name in drawn for name in classes)


def test_all_words_are_exported_and_frozen() -> None:
    """Facts are appended, never changed."""
    exported = set(wayside.domain.__all__)
    for module in pkgutil.iter_modules(wayside.domain.__path__):
        content = vars(importlib.import_module(f"wayside.domain.{module.name}"))
        for name, kind in content.items():
            if dataclasses.is_dataclass(kind) and kind.__module__.startswith("wayside.domain"):
                assert name in exported
                assert kind.__dataclass_params__.frozen, name  # type: ignore[attr-defined]
