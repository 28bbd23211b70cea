# SPDX-License-Identifier: Apache-2.0
"""GeoJSON (RFC 7946): each passage as a feature at the place of its camera."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from wayside.domain import Passage
from wayside.record.cameras import CameraPlace
from wayside.record.document import Document
from wayside.record.exchange.forms.array import write_array
from wayside.record.exchange.forms.columns import cells, plain
from wayside.record.exchange.forms.context import Context
from wayside.record.lines import encoded


def geometry(place: CameraPlace | None) -> Document | None:
    """A point, longitude first, or None where nobody said where the camera stands."""
    if place is None or place.latitude is None or place.longitude is None:
        return None
    return {"type": "Point", "coordinates": [place.longitude, place.latitude]}


def feature(passage: Passage, place: CameraPlace | None) -> Document:
    """A passage with the columns of the flat forms as its properties."""
    properties = {name: plain(value) for name, value in cells(passage).items()}
    del properties["id"]
    return {
        "type": "Feature",
        "id": passage.id,
        "geometry": geometry(place),
        "properties": {**properties, "place": place.place if place else None},
    }


def write_geojson(passages: Iterable[Passage], out: BinaryIO, context: Context) -> None:
    """A FeatureCollection; the watermark is its member `wayside`, which RFC 7946 (6.1) lets readers pass over."""
    mark = encoded({**context.mark.document, "notice": context.mark.notice}).strip()
    out.write(b'{"type": "FeatureCollection", "wayside": ' + mark + b', "features": ')
    write_array((feature(passage, context.cameras.get(passage.camera)) for passage in passages), out)
    out.write(b"}\n")
