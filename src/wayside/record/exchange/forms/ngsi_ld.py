# SPDX-License-Identifier: Apache-2.0
"""FIWARE's `AnprFlowObserved` in NGSI-LD: what context brokers of cities take in.

The model is `dataModel.Transportation` of the Smart Data Models, version 0.0.2; attributes are written in the
normalised form of ETSI GS CIM 009 (NGSI-LD), where each says its type.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import datetime
from typing import Any, BinaryIO
from urllib.parse import quote

from wayside.domain import Evidence, EvidenceRole, Passage, Travel
from wayside.record.document import Document, share, time_text
from wayside.record.exchange.forms.array import write_array
from wayside.record.exchange.forms.context import Context
from wayside.record.exchange.forms.geojson import geometry

CONTEXT = [
    "https://raw.githubusercontent.com/smart-data-models/dataModel.Transportation/master/context.jsonld",
    "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld",
]
"""Names that a broker knows; nothing is fetched by us."""

DIRECTIONS = {Travel.TOWARD: "towards", Travel.AWAY: "away"}
"""The model has words for these two only."""
IMAGES = {EvidenceRole.FRAME: "overview", EvidenceRole.VEHICLE: "anpr", EvidenceRole.PLATE: "plate"}
"""Roles of pictures in the model's words."""


def prop(value: Any) -> Document:
    """A Property."""
    return {"type": "Property", "value": value}


def date(time: datetime) -> Document:
    """A Property with a time."""
    return prop({"@type": "DateTime", "@value": time_text(time)})


def known(**values: Any) -> Document:
    """What is known of some values: NGSI-LD has no null."""
    return {name: value for name, value in values.items() if value is not None}


def image(evidence: Evidence) -> Document:
    """A picture by the digest of its bytes (RFC 6920), which no broker can follow and anybody can check."""
    digest = base64.urlsafe_b64encode(bytes.fromhex(evidence.sha256)).rstrip(b"=").decode()
    return {"url": f"ni:///sha-256;{digest}", "contentType": "image/jpeg", "imageType": IMAGES[evidence.role]}


def vehicle(passage: Passage) -> Document:
    """What the model has a place for: plate, country, direction in the picture."""
    plate, meant, travel = passage.plate, passage.registration, passage.direction.travel
    read = plate.text is not None
    country = meant.country if meant else None
    return known(
        direction=DIRECTIONS.get(travel) if travel else None,
        licensePlate=known(identifier=plate.text, confidence=share(plate.probability)) if read else None,
        country=known(code=country, confidence=share(meant.probability)) if meant and country else None,
    )


def entity(passage: Passage, context: Context) -> Document:
    """A passage as an entity; without `location` where nobody said where the camera stands."""
    place = context.cameras.get(passage.camera)
    point = geometry(place)
    images = [image(one) for one in passage.evidence]
    return known(
        id=f"urn:ngsi-ld:AnprFlowObserved:{passage.id}",
        type="AnprFlowObserved",
        dateObserved=date(passage.began_at),
        location=point and {"type": "GeoProperty", "value": point},
        name=prop(place.place) if place and place.place else None,
        observedBy={"type": "Relationship", "object": f"urn:ngsi-ld:Device:{quote(passage.camera, safe='')}"},
        vehiclePlateNotRead=prop(passage.plate.text is None),
        observedVehicle=prop(vehicle(passage)),
        refImages=prop(images) if images else None,
        description=prop(context.mark.notice),
    ) | {"@context": CONTEXT}


def write_ngsi_ld(passages: Iterable[Passage], out: BinaryIO, context: Context) -> None:
    """An array of entities, as `entityOperations/create` takes it; each carries the watermark as its description."""
    write_array((entity(passage, context) for passage in passages), out)
    out.write(b"\n")
