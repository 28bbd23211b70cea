# SPDX-License-Identifier: Apache-2.0
"""Set-up without a manual: the cameras and how they do, a new one tried and added, gates drawn, a study accepted."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from wayside.access import Thing
from wayside.config import CameraPlan, number_text
from wayside.domain import Gate as Line
from wayside.domain import UsageError
from wayside.setup import Health, View, checked_name, clips
from wayside.web.api.pictures import jpeg
from wayside.web.api.setup import enable, found, viewed
from wayside.web.camera_forms import (
    StatedPlace,
    StatedSource,
    gate_of,
    shown_address,
    signs_in,
    source_of,
    with_gates,
    with_place,
)
from wayside.web.guard import Gate, Granted, Routes
from wayside.web.healthy import Doing, doing_of
from wayside.web.rendering import render
from wayside.web.things import at_site

routes = Routes("/cameras", {"include_in_schema": False})
here = at_site("camera")
Text = Annotated[str, Form(max_length=1024)]
Texts = Annotated[tuple[str, ...], Form()]
MOST_GATES = 32
EMPTY_VIEW = (1280, 720)
"""The size of the stage where nobody has looked through the camera yet."""


@dataclass(frozen=True, slots=True)
class Row:
    """A camera as the list shows it."""

    plan: CameraPlan
    address: str
    doing: Doing


def rows(gate: Granted) -> list[Row]:
    """All cameras that are set up, by name."""
    health, folder = gate.services.supervisor.health(), gate.services.store.data_dir
    return [
        Row(plan, shown_address(plan.source, folder), doing_of(health[str(plan.name)]))
        for plan in gate.services.cameras.plans()
        if str(plan.name) in health
    ]


def address_of(name: str | None) -> str:
    """The page of a camera."""
    return f"/cameras/of/{quote(str(name))}"


@routes.get("", may="read camera", at=here, head="head.cameras")
def all_cameras(request: Request, gate: Gate) -> Response:
    """The cameras, and how they do."""
    return render(request, "cameras.html", rows=rows(gate), may=may_configure(gate), link=address_of)


@routes.get("/state", may="read camera", at=here)
def states(request: Request, gate: Gate) -> Response:
    """The list alone, which the page asks for again and again."""
    return render(request, "cameras_list.html", rows=rows(gate), may=may_configure(gate), link=address_of)


def may_configure(gate: Granted) -> bool:
    """Whether the person may set cameras up."""
    return gate.may("configure", Thing("camera", gate.services.store.site.name))


def adding(request: Request, gate: Granted, fault: Exception | None = None, **stated: Any) -> Response:
    """The form for a new camera, as it was filled in; a password is not shown again."""
    values = {"name": "", "kind": "address", "address": "", "clip": "", "webcam": "0", "user": "", **stated}
    recordings = sorted(clips(gate.services.store.data_dir))
    status = 200 if fault is None else 422
    return render(request, "camera_add.html", status=status, fault=fault, stated=values, clips=recordings)


@routes.get("/add", may="configure camera", at=here)
def new_camera(request: Request, gate: Gate) -> Response:
    """The form for a new camera."""
    return adding(request, gate)


@dataclass(frozen=True, slots=True)
class SourceForm:
    """Where frames are to come from, as it is filled in: fields for each kind, of which one was chosen."""

    kind: Text = ""
    address: Text = ""
    clip: Text = ""
    webcam: Text = ""
    user: Text = ""
    password: Text = ""

    def stated(self) -> StatedSource:
        """The one that was chosen."""
        if self.kind == "clip":
            return StatedSource(f"clip:{self.clip}")
        return (
            StatedSource(self.webcam) if self.kind == "webcam" else StatedSource(self.address, self.user, self.password)
        )


Source = Annotated[SourceForm, Depends()]


@routes.post("/try", may="calibrate camera", at=here)
def try_camera(request: Request, gate: Gate, source: Source) -> Response:
    """Opens a camera that is not added yet, and shows what it sees, or says why it shows nothing."""
    try:
        plan = CameraPlan(source_of(source.stated(), gate.services.store.data_dir))
        view = viewed(gate, plan)
    except UsageError as fault:
        return render(request, "camera_view.html", fault=fault, view=None, picture=None)
    return render(request, "camera_view.html", fault=None, view=view, picture=data_address(view))


def data_address(view: View) -> str:
    """A picture as an address that holds it: one of a camera that is not added stands nowhere else."""
    return f"data:image/jpeg;base64,{base64.b64encode(view.jpeg).decode()}"


@routes.post("", may="configure camera", at=here)
def add(request: Request, gate: Gate, source: Source, name: Text = "") -> Response:
    """Adds a camera, which is started once its gates are drawn."""
    services = gate.services
    try:
        address = source_of(source.stated(), services.store.data_dir)
        plan = with_place(CameraPlan(address, checked_name(name), enabled=False), StatedPlace(), services.store.now())
        services.cameras.add(plan, str(gate.actor.person))
    except UsageError as fault:
        return adding(request, gate, fault, **{**asdict(source), "name": name, "password": ""})
    return RedirectResponse(address_of(plan.name), 303)


def show(request: Request, gate: Granted, plan: CameraPlan, fault: Exception | None = None, said: str = "") -> Response:
    """The page of one camera, with what was wrong with the last change."""
    services, name = gate.services, str(plan.name)
    view, study = services.supervisor.last_view(name), services.supervisor.study_of(name)
    health = services.supervisor.health().get(name)
    return render(
        request,
        "camera.html",
        status=200 if fault is None else 422,
        fault=fault,
        said=said,
        plan=plan,
        doing=None if health is None else doing_of(health),
        link=address_of(name),
        api=f"/api/v1/cameras/{quote(name)}",
        address=shown_address(plan.source, services.store.data_dir),
        signs_in=signs_in(plan),
        view=view,
        size=size_of(view, health),
        gates=[line_values(one) for one in plan.gates],
        study=None if study is None else study.state(),
    )


def size_of(view: View | None, health: Health | None) -> tuple[int, int]:
    """How large the picture is, as far as anybody knows."""
    if view is not None and view.size != (0, 0):
        return view.size
    return (health.size if health is not None else None) or EMPTY_VIEW


def line_values(gate: Line) -> dict[str, str]:
    """A gate as the fields of its form."""
    ends = dict(zip(("x1", "y1", "x2", "y2"), (*gate.start, *gate.end), strict=True))
    heading = "" if gate.heading_deg_true is None else f"{gate.heading_deg_true:g}"
    return {
        "name": gate.name,
        "forward": gate.forward,
        "backward": gate.backward,
        "heading": heading,
        **{name: number_text(value) for name, value in ends.items()},
    }


@routes.get("/of/{camera}", may="calibrate camera", at=here)
def one_camera(request: Request, gate: Gate, camera: str, saved: str = "") -> Response:
    """The page of one camera: its picture with the gates, where it looks, its traffic, and how it does."""
    return show(request, gate, found(gate, camera, None), said=saved if saved in {"gates", "about"} else "")


@routes.get("/of/{camera}/picture", may="calibrate camera", at=here)
def last_picture(gate: Gate, camera: str) -> Response:
    """What the camera showed when it was looked through last; vehicles, people and plates cannot be made out in it."""
    view = gate.services.supervisor.last_view(str(found(gate, camera, None).name))
    if view is None:
        raise UsageError("nobody has looked through this camera since the program started; ask for a picture first")
    return jpeg(view.jpeg)


@routes.post("/of/{camera}/picture", may="calibrate camera", at=here)
def look(request: Request, gate: Gate, camera: str) -> Response:
    """Looks through the camera again."""
    plan = found(gate, camera, None)
    try:
        viewed(gate, plan)
    except UsageError as fault:
        return show(request, gate, plan, fault)
    return RedirectResponse(address_of(plan.name), 303)


def stated_gates(rows_of: Sequence[Sequence[str]]) -> list[Line]:
    """The gates of a form, whose columns are name, ends, ways and heading; raises UsageError."""
    if len({len(column) for column in rows_of}) > 1 or len(rows_of[0]) > MOST_GATES:
        raise UsageError(f"the gates were not sent whole; open the page again, and draw {MOST_GATES} at most")
    made = []
    for name, x1, y1, x2, y2, forward, backward, heading in zip(*rows_of, strict=True):
        ends = (number(x1), number(y1), number(x2), number(y2))
        made.append(gate_of(name, ends, forward, backward, number(heading) if heading.strip() else None))
    return made


def number(text: str) -> float:
    """A number as somebody types it; raises UsageError."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UsageError("one of the fields for numbers holds none; write it as 92.5")
    return value


@routes.post("/of/{camera}/gates", may="configure camera", at=here)
def keep_gates(
    request: Request,
    gate: Gate,
    camera: str,
    name: Texts = (),
    x1: Texts = (),
    y1: Texts = (),
    x2: Texts = (),
    y2: Texts = (),
    forward: Texts = (),
    backward: Texts = (),
    heading: Texts = (),
) -> Response:
    """Keeps the gates as they are drawn."""
    plan = found(gate, camera, None)
    view = gate.services.supervisor.last_view(str(plan.name))
    try:
        gates = stated_gates((name, x1, y1, x2, y2, forward, backward, heading))
        changed = with_gates(plan, gates, None if view is None or view.size == (0, 0) else view.size)
        gate.services.cameras.change(changed, str(gate.actor.person))
    except UsageError as fault:
        return show(request, gate, plan, fault)
    return RedirectResponse(f"{address_of(plan.name)}?saved=gates", 303)


@routes.post("/of/{camera}/about", may="configure camera", at=here)
def keep_about(
    request: Request,
    gate: Gate,
    camera: str,
    address: Text = "",
    user: Text = "",
    password: Text = "",
    place: Text = "",
    latitude: Text = "",
    longitude: Text = "",
    bearing: Text = "",
    country: Text = "",
    started_at: Text = "",
    blur: Text = "",
) -> Response:
    """Keeps where the camera is, and how it is reached."""
    plan, services = found(gate, camera, None), gate.services
    try:
        source = source_of(StatedSource(address, user, password), services.store.data_dir, plan.source)
        stated = StatedPlace(
            place=place,
            latitude=number(latitude) if latitude.strip() else None,
            longitude=number(longitude) if longitude.strip() else None,
            bearing_deg_true=number(bearing) if bearing.strip() else None,
            country=country,
            started_at=time_of(started_at, gate),
            privacy_blur=blur == "on",
        )
        named = CameraPlan(source, plan.name, plan.gates, started_at=plan.started_at, enabled=plan.enabled)
        services.cameras.change(with_place(named, stated, services.store.now()), str(gate.actor.person))
    except UsageError as fault:
        return show(request, gate, plan, fault)
    if source != plan.source:
        services.supervisor.forget(str(plan.name))
    return RedirectResponse(f"{address_of(plan.name)}?saved=about", 303)


def time_of(text: str, gate: Granted) -> datetime | None:
    """The time that a form states, in the zone of the site; None for none. Raises UsageError."""
    if not text.strip():
        return None
    try:
        stated = datetime.fromisoformat(text.strip())
        return stated if stated.tzinfo is not None else stated.replace(tzinfo=gate.services.zone)
    except ValueError:
        raise UsageError("that is no time; write it as 2026-11-22T13:05") from None


@routes.post("/of/{camera}/start", may="configure camera", at=here)
def start(gate: Gate, camera: str) -> Response:
    """Watches the camera from now on, or anew."""
    plan = found(gate, camera, None)
    enable(gate, plan, enabled=True)
    return RedirectResponse(address_of(plan.name), 303)


@routes.post("/of/{camera}/stop", may="configure camera", at=here)
def stop(gate: Gate, camera: str) -> Response:
    """Watches the camera no more."""
    plan = found(gate, camera, None)
    enable(gate, plan, enabled=False)
    return RedirectResponse(address_of(plan.name), 303)


@routes.post("/of/{camera}/remove", may="configure camera", at=here)
def remove(gate: Gate, camera: str) -> Response:
    """Removes the camera; what it recorded stays."""
    plan = found(gate, camera, None)
    gate.services.cameras.remove(str(plan.name), str(gate.actor.person))
    gate.services.supervisor.forget(str(plan.name))
    return RedirectResponse("/cameras", 303)
