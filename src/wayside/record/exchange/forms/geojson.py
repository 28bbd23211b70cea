# SPDX-License-Identifier: Apache-2.0
"""GeoJSON (RFC 7946): each passage as a feature at the place of its camera."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from wayside.domain import Passage
from wayside.record.document import Document
from wayside.record.exchange.forms.array import write_array
from wayside.record.exchange.forms.columns import cells, plain
from wayside.record.exchange.forms.context import Context
from wayside.record.exchange.places import Place, Places
from wayside.record.lines import encoded


def geometry(place: Place | None) -> Document | None:
    """A point, or None where nobody said where the camera stands."""
    point = place.point if place else None
    return None if point is None else {"type": "Point", "coordinates": list(point)}


def feature(passage: Passage, places: Places) -> Document:
    """A passage with the columns of the flat forms as its properties."""
    place = places.get(passage.camera)
    properties = {name: plain(value) for name, value in cells(passage).items()}
    del properties["id"]
    return {
        "type": "Feature",
        "id": passage.id,
        "geometry": geometry(place),
        "properties": {**properties, "place": place.name if place else None},
    }


def write_geojson(passages: Iterable[Passage], out: BinaryIO, context: Context) -> None:
    """A FeatureCollection; the watermark is its member `wayside`, which RFC 7946 (6.1) lets readers pass over."""
    mark = encoded({**context.mark.document, "notice": context.mark.notice}).strip()
    out.write(b'{"type": "FeatureCollection", "wayside": ' + mark + b', "features": ')
    write_array((feature(passage, context.places) for passage in passages), out)
    out.write(b"}\n")
