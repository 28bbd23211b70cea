# SPDX-License-Identifier: Apache-2.0
"""Cameras as the record knows them: where each stands and looks."""

from __future__ import annotations

from fastapi import Request, Response

from wayside.record import CameraPlace, cameras
from wayside.web.api.forms import Answer, Name, Site, api, tagged
from wayside.web.guard import Gate
from wayside.web.things import absent, at_site

routes = api("/cameras", "cameras")


class Camera(Answer):
    """A camera; null is what nobody stated."""

    name: str
    place: str | None
    latitude: float | None
    """Degrees, WGS 84."""
    longitude: float | None
    """Degrees, WGS 84."""
    bearing_deg_true: float | None


class Cameras(Answer):
    """The cameras of a site, by name."""

    cameras: list[Camera]


def answered(one: CameraPlace) -> Camera:
    """As it is answered."""
    return Camera(
        name=one.name,
        place=one.place,
        latitude=one.latitude,
        longitude=one.longitude,
        bearing_deg_true=one.bearing_deg_true,
    )


@routes.get("", may="read camera", at=at_site("camera"), response_model=Cameras)
def all_cameras(request: Request, gate: Gate, site: Site = None) -> Response:
    """Which cameras there are."""
    with gate.services.store.reading() as connection:
        found = cameras(connection, site or gate.services.store.site.name)
    return tagged(request, Cameras(cameras=[answered(one) for one in found.values()]))


@routes.get("/{camera}", may="read camera", at=at_site("camera"), response_model=Camera)
def one_camera(request: Request, gate: Gate, camera: Name, site: Site = None) -> Response:
    """One camera."""
    with gate.services.store.reading() as connection:
        found = cameras(connection, site or gate.services.store.site.name).get(camera)
    if found is None:
        raise absent()
    return tagged(request, answered(found))
