# SPDX-License-Identifier: Apache-2.0
"""What truly happens in a rendered clip: the file that the simulator writes beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wayside.domain import Gate, Point, SourceError


@dataclass(frozen=True, slots=True)
class TrueCrossing:
    """One vehicle going over one gate: a long one takes its time, from its wheels to the middle of its box."""

    gate: str
    way: str
    began_s: float
    ended_s: float


@dataclass(frozen=True, slots=True)
class TrueVehicle:
    """One vehicle of the clip; times in seconds since its first frame."""

    kind: str
    plate: str | None
    """None for vehicles without a plate, and for plates that nobody could read in any frame."""
    plate_class: str | None
    country: str | None
    occupants: int
    began_s: float
    ended_s: float
    crossings: tuple[TrueCrossing, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """A clip's gates and vehicles."""

    clip: str
    gates: tuple[Gate, ...]
    vehicles: tuple[TrueVehicle, ...]


def read_crossing(stated: dict[str, Any]) -> TrueCrossing:
    """One crossing of the truth file; where the wheels' time is not known, the middle's stands for both."""
    times = [time_s for time_s in (stated["time_s"], stated["ground_time_s"]) if time_s is not None]
    return TrueCrossing(stated["gate"], stated["way"], min(times), max(times))


def read_vehicle(stated: dict[str, Any], fps: float) -> TrueVehicle:
    """One vehicle of the truth file."""
    frames = stated["frames"]
    readable = any(plate["readable"] for frame in frames for plate in frame["plates"])
    crossings = (read_crossing(one) for one in stated["crossings"])
    return TrueVehicle(
        kind=stated["kind"],
        plate=stated["plate"] if readable else None,
        plate_class=stated["plate_class"],
        country=stated["country"],
        occupants=stated["occupants"],
        began_s=frames[0]["frame"] / fps,
        ended_s=frames[-1]["frame"] / fps,
        crossings=tuple(sorted(crossings, key=lambda crossing: crossing.began_s)),
    )


def read_truth(path: Path) -> Truth:
    """The truth file at `path`; raises SourceError where it is missing or damaged."""
    try:
        stated = json.loads(path.read_text(encoding="utf-8"))
        gates = tuple(
            Gate(one["name"], Point(*one["start"]), Point(*one["end"]), one["forward"], one["backward"])
            for one in stated["gates"]
        )
        vehicles = tuple(read_vehicle(one, stated["fps"]) for one in stated["vehicles"])
        return Truth(stated["clip"], gates, vehicles)
    except OSError as error:
        raise SourceError(f"{path}: the truth cannot be read ({error.strerror}); take the demo's files anew") from None
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise SourceError(f"{path}: the truth is damaged ({error!r}); take the demo's files anew") from None
