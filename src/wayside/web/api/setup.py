# SPDX-License-Identifier: Apache-2.0
"""Cameras are set up: added, changed, started and removed; looked through, studied, and told how they do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import Request, Response
from pydantic import Field

from wayside.access.signing import Limit
from wayside.config import CameraPlan
from wayside.domain import Gate, SourceError, UsageError
from wayside.pipeline import Proposal
from wayside.setup import Health, State, StudyState, View, checked_name
from wayside.web.api.forms import NOTHING, Answer, Form, Moment, Name, Site, api, tagged
from wayside.web.api.pictures import JPEG, jpeg
from wayside.web.camera_forms import StatedPlace, StatedSource, gate_of, shown_address, signs_in, source_of, with_place
from wayside.web.camera_forms import with_gates as with_these_gates
from wayside.web.guard import Gate as Asked
from wayside.web.guard import Granted
from wayside.web.things import at_site

routes = api("/cameras/{camera}", "set-up")
here = at_site("camera")
VIEWS = Limit("camera-views", "looks through cameras", 40, 20)
"""40 at once and 180 an hour: each opens the camera anew."""
Pixel = Annotated[float, Field(ge=0, le=100_000)]
Degrees = Annotated[float, Field(ge=0, le=360)]
Word = Annotated[str, Field(min_length=1, max_length=64)]
PICTURE = {"response_class": Response, "response_model": None, "responses": {200: JPEG}}


class GateForm(Form):
    """A line across the picture; forward is from the left-hand to the right-hand side of one who looks from 1 to 2."""

    name: Word
    x1: Pixel
    y1: Pixel
    x2: Pixel
    y2: Pixel
    forward: Word
    backward: Word
    heading_deg_true: Degrees | None = None
    """True heading of the forward way, where somebody measured it."""


class SettingsForm(Form):
    """All that is stated of a camera; what is left out is not stated any more, but for a password."""

    source: Annotated[str, Field(min_length=1, max_length=1024)]
    """`rtsp://host:port/path` without a password, `clip:NAME`, or the number of a webcam."""
    user: Annotated[str, Field(max_length=256)] = ""
    password: Annotated[str, Field(max_length=256)] = ""
    """Empty, as the user: the one that is kept stays, where `source` is the one that is kept."""
    gates: Annotated[tuple[GateForm, ...], Field(max_length=32)] = ()
    place: Annotated[str, Field(max_length=64)] = ""
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    bearing_deg_true: Degrees | None = None
    country: Annotated[str, Field(max_length=2)] = ""
    started_at: Moment | None = None
    """Time of the first frame of a recording."""
    privacy_blur: bool = True


class GateAnswer(Answer):
    """A gate."""

    name: str
    x1: float
    y1: float
    x2: float
    y2: float
    forward: str
    backward: str
    heading_deg_true: float | None


class SettingsAnswer(Answer):
    """What is kept of a camera, but for its password."""

    name: str
    source: str
    signs_in: bool
    """Whether a user and a password are kept."""
    gates: list[GateAnswer]
    place: str | None
    latitude: float | None
    longitude: float | None
    bearing_deg_true: float | None
    country: str | None
    started_at: datetime | None
    privacy_blur: bool
    enabled: bool


class HealthAnswer(Answer):
    """How a camera does; what is counted is counted since its process started."""

    camera: str
    state: State
    fps: float | None
    delay_s: float | None
    """How far behind the newest frame is; null for a recording."""
    dropped: int
    frames: int
    total: int | None
    passages: int
    read: int
    unread: dict[str, int]
    """Why plates could not be read."""
    error: str | None
    """Why it failed last."""
    retry_s: float | None
    """Seconds until it is started again."""


class ProposalAnswer(Answer):
    """A gate that the traffic suggests, and how many vehicles went over it each way."""

    gate: GateAnswer
    forward: int
    backward: int
    of: int
    """Vehicles that moved at all."""


class StudyAnswer(Answer):
    """The traffic of some minutes as lines in the picture, in the order in which it ended; without plates or times."""

    running: bool
    passed_s: float
    lasts_s: float
    width: int | None
    height: int | None
    """Of the picture in pixels."""
    tracks: list[list[tuple[float, float]]]
    """The middle of each vehicle, pixels."""
    proposals: list[ProposalAnswer]
    """Empty while the study runs."""
    failed: str | None


def answered_gate(gate: Gate) -> GateAnswer:
    """As it is answered."""
    return GateAnswer(
        name=gate.name,
        x1=gate.start.x,
        y1=gate.start.y,
        x2=gate.end.x,
        y2=gate.end.y,
        forward=gate.forward,
        backward=gate.backward,
        heading_deg_true=gate.heading_deg_true,
    )


def answered(gate: Granted, plan: CameraPlan) -> SettingsAnswer:
    """As they are answered."""
    latitude, longitude = plan.position or (None, None)
    return SettingsAnswer(
        name=str(plan.name),
        source=shown_address(plan.source, gate.services.store.data_dir),
        signs_in=signs_in(plan),
        gates=[answered_gate(one) for one in plan.gates],
        place=plan.place,
        latitude=latitude,
        longitude=longitude,
        bearing_deg_true=plan.bearing_deg_true,
        country=plan.country,
        started_at=plan.started_at,
        privacy_blur=plan.privacy_blur,
        enabled=plan.enabled,
    )


def answered_health(one: Health) -> HealthAnswer:
    """As it is answered."""
    fields = {name: getattr(one, name) for name in HealthAnswer.model_fields if name != "unread"}
    return HealthAnswer(unread=dict(one.unread), **fields)


def answered_study(state: StudyState, proposals: Sequence[Proposal]) -> StudyAnswer:
    """As it is answered."""
    width, height = state.size or (None, None)
    return StudyAnswer(
        running=state.running,
        passed_s=round(state.passed_s, 1),
        lasts_s=state.lasts_s,
        width=width,
        height=height,
        tracks=[[(round(at.x, 1), round(at.y, 1)) for at in seen.path] for seen in state.seen],
        proposals=[
            ProposalAnswer(gate=answered_gate(one.gate), forward=one.forward, backward=one.backward, of=one.of)
            for one in proposals
        ],
        failed=state.failed,
    )


def found(gate: Granted, name: str, site: str | None) -> CameraPlan:
    """The camera that an address names; raises UsageError where none of that name is set up here."""
    plan = gate.services.cameras.find(name) if site in {None, gate.services.store.site.name} else None
    if plan is None:
        raise UsageError("no camera of that name is set up here; add it first")
    return plan


def viewed(gate: Granted, plan: CameraPlan) -> View:
    """What a camera sees, once the journal has been told who looks; raises UsageError where it shows nothing."""
    gate.spend(VIEWS)
    gate.services.cameras.tell_look(plan.name, str(gate.actor.person), "looked through a camera, covered")
    try:
        return gate.services.supervisor.look(plan)
    except SourceError as error:
        raise UsageError(str(error)) from None


def plan_of(gate: Granted, name: str, form: SettingsForm) -> CameraPlan:
    """The camera that a form states; raises UsageError."""
    services = gate.services
    before = services.cameras.find(name)
    asked = StatedSource(form.source, form.user, form.password)
    source = source_of(asked, services.store.data_dir, None if before is None else before.source)
    plan = CameraPlan(source, checked_name(name), enabled=before is not None and before.enabled)
    gates = [
        gate_of(one.name, (one.x1, one.y1, one.x2, one.y2), one.forward, one.backward, one.heading_deg_true)
        for one in form.gates
    ]
    place = StatedPlace(**{key: getattr(form, key) for key in StatedPlace.__slots__})
    return with_these_gates(with_place(plan, place, services.store.now()), gates, None)


def enable(gate: Granted, plan: CameraPlan, *, enabled: bool) -> None:
    """Starts a camera, or stops it; one that is on is started anew."""
    cameras, supervisor = gate.services.cameras, gate.services.supervisor
    if plan.enabled == enabled and enabled:
        supervisor.restart(str(plan.name))
    elif plan.enabled != enabled:
        cameras.change(replace(plan, enabled=enabled), str(gate.actor.person))


@routes.get("/health", may="read camera", at=here, response_model=HealthAnswer)
def camera_health(request: Request, gate: Asked, camera: Name, site: Site = None) -> Response:
    """How a camera that is set up does."""
    name = str(found(gate, camera, site).name)
    health = gate.services.supervisor.health()
    if name not in health:
        raise UsageError("no camera of that name is set up here; add it first")
    return tagged(request, answered_health(health[name]))


@routes.get("/settings", may="configure camera", at=here, response_model=SettingsAnswer)
def settings(request: Request, gate: Asked, camera: Name, site: Site = None) -> Response:
    """What is kept of a camera, but for its password."""
    return tagged(request, answered(gate, found(gate, camera, site)))


@routes.post("/settings", may="configure camera", at=here, **NOTHING)
def state_settings(gate: Asked, camera: Name, form: SettingsForm, site: Site = None) -> None:
    """Adds a camera, not yet started, or changes it; the change is journalled without its password."""
    if site not in {None, gate.services.store.site.name}:
        raise UsageError("cameras are set up at the site that serves the pages; leave `site` out")
    plan, cameras, person = plan_of(gate, camera, form), gate.services.cameras, str(gate.actor.person)
    if cameras.find(str(plan.name)) is None:
        cameras.add(plan, person)
    else:
        cameras.change(plan, person)


@routes.delete("/settings", may="configure camera", at=here, **NOTHING)
def remove(gate: Asked, camera: Name, site: Site = None) -> None:
    """Removes a camera; what it recorded, and where it stood, stays."""
    name = str(found(gate, camera, site).name)
    gate.services.cameras.remove(name, str(gate.actor.person))
    gate.services.supervisor.forget(name)


@routes.post("/start", may="configure camera", at=here, **NOTHING)
def start(gate: Asked, camera: Name, site: Site = None) -> None:
    """Watches a camera from now on, or anew."""
    enable(gate, found(gate, camera, site), enabled=True)


@routes.post("/stop", may="configure camera", at=here, **NOTHING)
def stop(gate: Asked, camera: Name, site: Site = None) -> None:
    """Watches a camera no more."""
    enable(gate, found(gate, camera, site), enabled=False)


@routes.get("/picture", may="calibrate camera", at=here, **PICTURE)
def picture(gate: Asked, camera: Name, site: Site = None) -> Response:
    """What a camera sees now, with vehicles, people and plates made unrecognisable; the look is journalled."""
    return jpeg(viewed(gate, found(gate, camera, site)).jpeg)


@routes.get("/study", may="calibrate camera", at=here, response_model=StudyAnswer)
def study(request: Request, gate: Asked, camera: Name, site: Site = None) -> Response:
    """How far the study of a camera's traffic has come, and the gates that it suggests once it is over."""
    known = gate.services.supervisor.study_of(str(found(gate, camera, site).name))
    if known is None:
        raise UsageError("the traffic of this camera was not studied since the program started; begin with POST")
    state = known.state()
    return tagged(request, answered_study(state, () if state.running else known.proposals()))


@routes.post("/study", may="calibrate camera", at=here, **NOTHING)
def begin_study(gate: Asked, camera: Name, site: Site = None) -> None:
    """Begins to study five minutes of a camera's traffic; journalled, for who studies sees that vehicles go past."""
    plan = found(gate, camera, site)
    gate.spend(VIEWS)
    gate.services.cameras.tell_look(plan.name, str(gate.actor.person), "studied the traffic of a camera")
    gate.services.supervisor.study(plan)


@routes.delete("/study", may="calibrate camera", at=here, **NOTHING)
def end_study(gate: Asked, camera: Name, site: Site = None) -> None:
    """Ends the study of a camera's traffic with what was seen until now."""
    known = gate.services.supervisor.study_of(str(found(gate, camera, site).name))
    if known is not None:
        known.end()
