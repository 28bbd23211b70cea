# SPDX-License-Identifier: Apache-2.0
"""What somebody states of a camera, on a page or through the API, made into what is kept of it."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from wayside.config import CameraPlan, check_gates, parse_bearing, parse_country, parse_name, parse_position
from wayside.domain import Gate, Point, SourceError, UsageError
from wayside.pipeline.sources import parse_address, shown_source
from wayside.setup import CLIPS, Credentials, clips, credentials_of, is_demo, with_credentials

CLIP = "clip:"
"""Stands before the name of a recording."""
WEBCAM = re.compile(r"(?:webcam )?([0-9]{1,3})")
FORBIDDEN_HOSTS = frozenset({"169.254.169.254", "fd00:ec2::254", "metadata.google.internal"})
"""Where clouds keep the keys of their machines: no camera lives there."""


@dataclass(frozen=True, slots=True)
class StatedSource:
    """Where frames are to come from."""

    address: str
    """An address without its password, `clip:NAME`, or the number of a webcam."""
    user: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class StatedPlace:
    """Where a camera stands and looks, and how its picture is treated."""

    place: str = ""
    latitude: float | None = None
    longitude: float | None = None
    bearing_deg_true: float | None = None
    country: str = ""
    started_at: datetime | None = None
    privacy_blur: bool = True


def source_of(stated: StatedSource, data_dir: Path, before: str | None = None) -> str:
    """The source, password and all; `before`: the one that the camera has, whose password stays where its address does.

    Raises UsageError with what to write instead; never with what was written.
    """
    address, user, password = stated.address.strip(), stated.user.strip(), stated.password
    if before is not None and address == shown_address(before, data_dir) and not user and not password:
        return before
    if address.startswith(CLIP):
        found = clips(data_dir).get(address.removeprefix(CLIP))
        if found is None:
            raise UsageError(f"there is no recording of that name; put it into the folder {CLIPS!r} of the record")
        return str(found.resolve())
    webcam = WEBCAM.fullmatch(address)
    if webcam:
        return webcam[1]
    if "://" not in address:
        raise UsageError("that is no address; write it as rtsp://host:port/path, or choose a recording or a webcam")
    return stream_of(address, user, password)


def stream_of(address: str, user: str, password: str) -> str:
    """The address of a stream with its password; raises UsageError."""
    source = with_credentials(address, Credentials(user, password) if user or password else None)
    try:
        parse_address(source)
    except SourceError as error:
        raise UsageError(str(error)) from None
    if plain_host(urlsplit(source).hostname or "") in FORBIDDEN_HOSTS:
        raise UsageError("no camera lives at that address; give the one of the camera")
    return source


def plain_host(host: str) -> str:
    """A host as it is usually written: an address as one, however it is disguised; names without the last dot."""
    with suppress(OSError):
        return socket.inet_ntoa(socket.inet_aton(host))  # also 2852039166, 0xa9fea9fe, 169.254.43518
    with suppress(ValueError):
        address = ipaddress.IPv6Address(host)
        return str(address.ipv4_mapped or address)
    return host.rstrip(".")


def shown_address(source: str, data_dir: Path) -> str:
    """A source as a form shows it: without its password, a recording by its name."""
    for name, path in clips(data_dir).items():
        if str(path.resolve()) == source:
            return CLIP + name
    return shown_source(source)


def with_place(plan: CameraPlan, stated: StatedPlace, now: datetime) -> CameraPlan:
    """The camera where it is stated to stand; raises UsageError."""
    if (stated.latitude is None) != (stated.longitude is None):
        raise UsageError("a latitude needs its longitude and a longitude its latitude; state both or neither")
    position = None if stated.latitude is None else parse_position([stated.latitude, stated.longitude])
    started_at = stated.started_at
    if started_at is None and is_demo(plan.source):
        started_at = plan.started_at or now.replace(microsecond=0)
    return replace(
        plan,
        place=parse_name(stated.place) if stated.place.strip() else None,
        position=position,
        bearing_deg_true=None if stated.bearing_deg_true is None else parse_bearing(stated.bearing_deg_true),
        country=parse_country(stated.country.strip()) if stated.country.strip() else None,
        started_at=started_at,
        privacy_blur=stated.privacy_blur,
    )


def gate_of(
    name: str, ends: tuple[float, float, float, float], forward: str, backward: str, heading: float | None
) -> Gate:
    """A gate as it is stated; raises UsageError."""
    name, forward, backward = (parse_name(text) for text in (name, forward, backward))
    if any(":" in text for text in (name, forward, backward)):
        raise UsageError("the name of a gate or of a way holds a colon; leave it out")
    if forward == backward:
        raise UsageError(f"the gate {name!r} calls both ways {forward!r}; give them different names")
    x1, y1, x2, y2 = ends
    if (x1, y1) == (x2, y2):
        raise UsageError(f"the gate {name!r} is a point, not a line; move one of its ends")
    return Gate(
        name, Point(x1, y1), Point(x2, y2), forward, backward, None if heading is None else parse_bearing(heading)
    )


def with_gates(plan: CameraPlan, gates: Sequence[Gate], size: tuple[int, int] | None) -> CameraPlan:
    """The camera with these gates; raises UsageError where two have one name, or one lies outside of the picture."""
    names = [gate.name for gate in gates]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"two gates are called {name!r}; give each its own name")
    if size is not None:
        check_gates(gates, size, str(plan.name))
    return replace(plan, gates=tuple(gates))


def signs_in(plan: CameraPlan) -> bool:
    """Whether a password is kept for the camera."""
    return credentials_of(plan.source) is not None
