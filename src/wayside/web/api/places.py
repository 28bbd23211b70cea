# SPDX-License-Identifier: Apache-2.0
"""Places as people know them, each with its cameras and its position."""

from __future__ import annotations

from fastapi import Request, Response

from wayside.record import cameras
from wayside.watch import Place, places_of
from wayside.web.api.cameras import Camera, answered
from wayside.web.api.forms import Answer, Site, api, tagged
from wayside.web.guard import Gate
from wayside.web.things import at_site

routes = api("/places", "places")


class PlaceAnswer(Answer):
    """A place; a camera for which nobody stated one is a place of its own."""

    name: str
    latitude: float | None
    """Degrees, WGS 84: the middle of its cameras; null where nobody stated any."""
    longitude: float | None
    """Degrees, WGS 84."""
    cameras: list[Camera]


class Places(Answer):
    """The places of a site, by name."""

    places: list[PlaceAnswer]


def place_answer(one: Place) -> PlaceAnswer:
    """As it is answered."""
    latitude, longitude = one.position or (None, None)
    return PlaceAnswer(
        name=one.name, latitude=latitude, longitude=longitude, cameras=[answered(camera) for camera in one.cameras]
    )


@routes.get("", may="read camera", at=at_site("camera"), response_model=Places)
def all_places(request: Request, gate: Gate, site: Site = None) -> Response:
    """Which places there are."""
    with gate.services.store.reading() as connection:
        found = cameras(connection, site or gate.services.store.site.name)
    return tagged(request, Places(places=[place_answer(one) for one in places_of(found.values()).values()]))
