# SPDX-License-Identifier: Apache-2.0
"""What a site says of its cameras: one frozen settings tree, from the command line or a TOML file."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from wayside.domain import Gate, Point, UsageError

DEFAULT_DATA = Path("wayside-data")
GATE_FORM = "NAME:X1,Y1,X2,Y2:FORWARD:BACKWARD"
"""Behind it may stand `:HEADING`, the true heading of the forward way in degrees."""
LONGEST_NAME = 64

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CameraPlan:
    """One source of frames and what is known of it before it is opened."""

    source: str
    """As the user named it; may hold a password, so it is never printed."""
    name: str | None = None
    """None: called after the file, folder or host."""
    gates: tuple[Gate, ...] = ()
    bearing_deg_true: float | None = None
    """Where the camera looks."""
    country: str | None = None
    """ISO code of the country that most plates come from."""
    started_at: datetime | None = None
    """Aware time of the first frame; None: what the source says."""
    privacy_blur: bool = True
    """Whether people are blurred in the evidence."""
    place: str | None = None
    """What people call the place where it stands."""
    position: tuple[float, float] | None = None
    """Latitude and longitude in degrees, WGS 84."""
    enabled: bool = True
    """Whether `wayside serve` watches it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """A settings file: where the record lies and which cameras there are."""

    data: Path = DEFAULT_DATA
    cameras: tuple[CameraPlan, ...] = ()


def parse_name(text: str) -> str:
    """A name of a camera or a gate, or of a way across one: short and printable.

    Raises UsageError.
    """
    if not text.strip() or len(text) > LONGEST_NAME or not text.isprintable():
        raise UsageError(f"{text[:LONGEST_NAME]!r} is no name; use 1 to {LONGEST_NAME} printable characters")
    return text.strip()


def parse_coordinates(text: str) -> tuple[Point, Point]:
    """The two ends of a gate from `X1,Y1,X2,Y2`; raises UsageError."""
    try:
        x1, y1, x2, y2 = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(f"{text!r} is not four numbers; write X1,Y1,X2,Y2 in pixels of the picture") from None
    if not all(math.isfinite(value) for value in (x1, y1, x2, y2)):
        raise UsageError(f"{text!r} is not four finite numbers; write X1,Y1,X2,Y2 in pixels of the picture")
    if (x1, y1) == (x2, y2):
        raise UsageError(f"{text!r} is a point, not a line; give two different ends")
    return Point(x1, y1), Point(x2, y2)


def parse_gate(text: str) -> Gate:
    """A gate from `NAME:X1,Y1,X2,Y2:FORWARD:BACKWARD`, or with `:HEADING` behind it.

    FORWARD names the way from the left-hand side to the right-hand side of somebody who looks from point 1 to
    point 2 in the picture; HEADING is its true heading in degrees. Raises UsageError that says which part is wrong.
    """
    parts = text.split(":")
    if len(parts) not in {4, 5}:
        raise UsageError(f"the gate {text!r} has not four parts between colons; write {GATE_FORM}")
    try:
        name, forward, backward = (parse_name(parts[at]) for at in (0, 2, 3))
        start, end = parse_coordinates(parts[1])
        heading = parse_bearing(parse_degrees(parts[4])) if len(parts) == 5 else None
    except UsageError as error:
        raise UsageError(f"the gate {text!r}: {error}") from None
    if forward == backward:
        raise UsageError(f"the gate {text!r} calls both ways {forward!r}; give them different names")
    return Gate(name, start, end, forward, backward, heading)


def number_text(value: float) -> str:
    """A number as short as it can be read back from, to a hundredth."""
    return repr(round(float(value), 2)).removesuffix(".0")


def gate_text(gate: Gate) -> str:
    """The inverse of `parse_gate`, to a hundredth of a pixel; raises UsageError for a name that holds a colon."""
    for name in (gate.name, gate.forward, gate.backward):
        if ":" in name:
            raise UsageError(f"the name {name!r} holds a colon; leave it out")
    ends = ",".join(number_text(value) for value in (*gate.start, *gate.end))
    text = f"{gate.name}:{ends}:{gate.forward}:{gate.backward}"
    return text if gate.heading_deg_true is None else f"{text}:{float(gate.heading_deg_true)!r}".removesuffix(".0")


def parse_gates(texts: Iterable[str]) -> tuple[Gate, ...]:
    """The gates of one camera, whose names differ; raises UsageError."""
    gates = tuple(parse_gate(text) for text in texts)
    names = [gate.name for gate in gates]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"two gates are called {name!r}; give each its own name")
    return gates


def check_gates(gates: Iterable[Gate], size: tuple[int, int], source: str) -> None:
    """Raises UsageError for a gate that does not lie in a picture of this width and height."""
    width, height = size
    for gate in gates:
        for point in (gate.start, gate.end):
            if not (0 <= point.x <= width and 0 <= point.y <= height):
                raise UsageError(
                    f"{source}: the gate {gate.name!r} has its end {point.x:g},{point.y:g} outside the picture of "
                    f"{width} x {height} pixels; give coordinates within it"
                )


def parse_time(text: str) -> datetime:
    """An aware time from ISO 8601; without a zone it is the local time of this machine. Raises UsageError."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        raise UsageError(f"{text!r} is no time; write it as 2026-11-22T13:05:00+01:00") from None


def parse_degrees(text: str) -> float:
    """A number of degrees; raises UsageError."""
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"{text!r} is no number of degrees; write it as 92.5") from None


def parse_bearing(value: float) -> float:
    """Degrees clockwise from true north, 0 up to 360; raises UsageError."""
    if not 0 <= value <= 360:
        raise UsageError(f"{value:g} is no bearing; give degrees from true north, 0 to 360")
    return value % 360


def parse_position(value: Any) -> tuple[float, float]:
    """Latitude and longitude in degrees from a list of two numbers; raises UsageError."""
    if not isinstance(value, list) or len(value) != 2:
        raise UsageError("must be latitude and longitude; write it as position = [52.5163, 13.3777]")
    latitude, longitude = (number(part) for part in value)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise UsageError("is no position; give degrees of latitude, -90 to 90, then of longitude, -180 to 180")
    return latitude, longitude


def parse_country(text: str) -> str:
    """An ISO 3166 alpha-2 code in capitals; raises UsageError."""
    if not re.fullmatch(r"[A-Za-z]{2}", text):
        raise UsageError(f"{text!r} is no country code; give two letters of ISO 3166, such as GB")
    return text.upper()


def read_gates(value: Any) -> tuple[Gate, ...]:
    """The gates of a settings file: a list of texts; raises UsageError."""
    if not isinstance(value, list):
        raise UsageError(f"must be a list; write it as gates = ['{GATE_FORM}']")
    return parse_gates(typed(str, item) for item in value)


def typed(kind: type[T], value: Any) -> T:
    """The value where it has this type; raises UsageError."""
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise UsageError(f"must be a {kind.__name__}, not {value!r}")
    return value


def number(value: Any) -> float:
    """The value where it is a number; raises UsageError."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UsageError(f"must be a number, not {value!r}")
    return float(value)


CAMERA_KEYS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "name": ("name", lambda value: parse_name(typed(str, value))),
    "source": ("source", lambda value: typed(str, value)),
    "gates": ("gates", read_gates),
    "place": ("place", lambda value: parse_name(typed(str, value))),
    "position": ("position", parse_position),
    "bearing": ("bearing_deg_true", lambda value: parse_bearing(number(value))),
    "country": ("country", lambda value: parse_country(typed(str, value))),
    "start": ("started_at", lambda value: parse_time(str(value))),
    "privacy_blur": ("privacy_blur", lambda value: typed(bool, value)),
    "enabled": ("enabled", lambda value: typed(bool, value)),
}
"""What a camera in a settings file may say: the field of `CameraPlan`, and how its value is read."""


def line_of(text: str, camera: int | None, key: str) -> int:
    """The line, from 1, on which a key of the n-th camera (None: of the file) stands; the camera's own if it is not."""
    header, current = 1, None
    count = -1
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"\s*\[\[\s*camera\s*\]\]", line):
            count += 1
            current = count
            header = number if count == camera else header
        if current == camera and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", line):
            return number
    return header


def read_camera(table: dict[str, Any], fail: Callable[[str, str], UsageError]) -> CameraPlan:
    """One `[[camera]]`; `fail` makes the error for a key and what is wrong with it."""
    stated: dict[str, Any] = {}
    for key, value in table.items():
        if key not in CAMERA_KEYS:
            raise fail(key, f"is not known here; use one of {', '.join(CAMERA_KEYS)}")
        field, read = CAMERA_KEYS[key]
        try:
            stated[field] = read(value)
        except UsageError as error:
            raise fail(key, str(error)) from None
    if "source" not in stated:
        raise fail("source", "is missing; name the file or the address of the camera")
    return CameraPlan(**stated)


def read_settings(path: Path) -> Settings:
    """The settings file at `path`.

    Raises UsageError that names the file, the line, what is wrong there and the mend.
    """
    try:
        text = path.read_text(encoding="utf-8")
        stated = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: is not valid TOML: {error}; mend that line") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: the settings cannot be read ({error}); check the name and the file") from None
    return settings_from(stated, text, path)


def settings_from(stated: dict[str, Any], text: str, path: Path) -> Settings:
    """The settings that a parsed file states; `text` is searched for the lines of its faults."""

    def fail(camera: int | None, key: str, what: str) -> UsageError:
        return UsageError(f"{path}, line {line_of(text, camera, key)}: {key!r} {what}")

    for key in stated.keys() - {"data", "camera"}:
        raise fail(None, key, "is not known here; use data and [[camera]]")
    tables, data = stated.get("camera", []), stated.get("data", str(DEFAULT_DATA))
    if not isinstance(data, str):
        raise fail(None, "data", "must be the name of a directory in quotes")
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise fail(None, "camera", "must be written as [[camera]]")
    cameras = [
        read_camera(table, lambda key, what, at=at: fail(at, key, what))  # type: ignore[misc]
        for at, table in enumerate(tables)
    ]
    return Settings(path.parent / data, tuple(cameras))
