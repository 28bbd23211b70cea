# SPDX-License-Identifier: Apache-2.0
"""Passages for tests: one that is full of knowledge, one that knows next to nothing, and any that can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from wayside.domain import (
    Alternative,
    Crossing,
    Direction,
    EvidenceRole,
    Occupants,
    OccupantStatus,
    Passage,
    PlateClass,
    PlateReading,
    Registration,
    Travel,
    Unread,
    Vehicle,
    VehicleColour,
    VehicleKind,
)
from wayside.record import evidence_for

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def pictures(number: int) -> dict[EvidenceRole, bytes]:
    """Three small files that differ from those of other numbers; the record does not look inside."""
    return {role: f"{role} {number}".encode() * 500 for role in EvidenceRole}


def full_passage(number: int = 1) -> tuple[Passage, Mapping[str, bytes]]:
    """A passage with a value in every field, and its pictures by SHA-256."""
    evidence = {evidence_for(role, data): data for role, data in pictures(number).items()}
    began_at = NOON + timedelta(seconds=number)
    passage = Passage(
        id=f"{number:032x}",
        camera="gate",
        began_at=began_at,
        ended_at=began_at + timedelta(seconds=2.5),
        vehicle=Vehicle(VehicleKind.CAR, 0.93),
        plate=PlateReading("101D234", 0.97, (Alternative("1O1D234", 0.02),), 7, None),
        registration=Registration("GB", PlateClass.DIPLOMATIC, "101", "Ruritania", "gb/diplomatic", 0.9),
        direction=Direction((Crossing("main", "in", 1.25),), Travel.TOWARD, 92.5),
        crossed_at=(began_at + timedelta(seconds=1.25),),
        occupants=Occupants(OccupantStatus.COUNTED, 1, 2, 3, 0.8, "windscreen"),
        evidence=tuple(evidence),
    )
    return passage, {one.sha256: data for one, data in evidence.items()}


def bare_passage(number: int = 1) -> Passage:
    """A passage of a vehicle of which nothing but its going past is known."""
    return replace(
        full_passage(number)[0],
        plate=PlateReading(None, None, (), 0, Unread.NO_PLATE_FOUND),
        registration=None,
        direction=Direction((), None, None),
        crossed_at=(),
        occupants=Occupants(OccupantStatus.NOT_ATTEMPTED),
        evidence=(),
    )


def shares() -> st.SearchStrategy[float]:
    """Scores and probabilities as they are written: four decimals."""
    return st.integers(0, 10_000).map(lambda parts: parts / 10_000)


def moments() -> st.SearchStrategy[datetime]:
    """Aware times to the millisecond."""
    span = st.integers(0, 10**12)
    return span.map(lambda ms: datetime(2001, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms))


def readings() -> st.SearchStrategy[PlateReading]:
    """Plates that were read, and plates that were not."""
    texts = st.text("ABCÄØ0123456789 -", min_size=1, max_size=9)
    others = st.lists(st.builds(Alternative, texts, shares()), max_size=3).map(tuple)
    read = st.builds(PlateReading, texts, shares(), others, st.integers(1, 99), st.none())
    unread = st.builds(PlateReading, st.none(), st.none(), others, st.integers(0, 9), st.sampled_from(Unread))
    return st.one_of(read, unread)


def names(least: int, most: int) -> st.SearchStrategy[str]:
    """Any text that every database can hold."""
    return st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=least, max_size=most)


@st.composite
def passages(draw: st.DrawFn) -> Passage:
    """Any passage without evidence."""
    times = draw(st.lists(moments(), max_size=3))
    crossings = tuple(Crossing(draw(names(0, 8)), draw(names(0, 8)), at.timestamp()) for at in times)
    travel, heading = draw(st.none() | st.sampled_from(Travel)), draw(st.none() | st.integers(0, 3599))
    reading = draw(readings())
    meaning = st.builds(
        Registration,
        country=st.none() | st.sampled_from(["GB", "DE"]),
        plate_class=st.sampled_from(PlateClass),
        sender_code=st.none() | st.text("0123456789", min_size=2, max_size=3),
        sender_name=st.none() | st.text(max_size=12),
        rule=st.text(min_size=1, max_size=12),
        probability=shares(),
    )
    return replace(
        bare_passage(),
        id=draw(st.text("0123456789abcdef", min_size=32, max_size=32)),
        camera=draw(names(1, 12)),
        began_at=draw(moments()),
        ended_at=draw(moments()),
        vehicle=Vehicle(
            draw(st.sampled_from(VehicleKind)), draw(shares()), draw(st.none() | st.sampled_from(VehicleColour))
        ),
        plate=reading,
        registration=None if reading.text is None else draw(meaning),
        direction=Direction(crossings, travel, None if heading is None else heading / 10),
        crossed_at=tuple(times),
    )
