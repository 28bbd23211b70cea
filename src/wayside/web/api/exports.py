# SPDX-License-Identifier: Apache-2.0
"""Exports: made under a purpose, kept here, fetched by whoever made them; many passages need a second person."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Response
from fastapi.responses import FileResponse
from pydantic import AfterValidator, WithJsonSchema

from wayside.access import Thing
from wayside.access.signing import throttle
from wayside.bootstrap import normalise
from wayside.domain import PlateClass
from wayside.record.exchange import (
    FOLDER,
    FORMATS,
    MANIFEST_SUFFIX,
    Done,
    KeptExport,
    Order,
    Selection,
    export_kept,
    listed,
)
from wayside.web.api.forms import Answer, Form, Moment, Short, Site, api
from wayside.web.guard import Ask, Gate, Granted
from wayside.web.things import absent, at_site, own_at_site

routes = api("/exports", "exports")
FILE = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        "description": "The file."}  # fmt: skip
FileName = Annotated[str, Path(pattern=r"^[0-9A-Za-z.-]{1,64}$")]


def known_format(name: str) -> str:
    """A form of export that there is."""
    if name not in FORMATS:
        raise ValueError("no such form of export")
    return name


FormatName = Annotated[str, AfterValidator(known_format), WithJsonSchema({"type": "string", "enum": sorted(FORMATS)})]


class SelectionAsked(Form):
    """What the passages have in common; what is left out is not asked for."""

    since: Moment
    until: Moment | None = None
    camera: Short | None = None
    gate: Short | None = None
    way: Short | None = None
    plate_class: PlateClass | None = None
    plate: Short | None = None


class ExportAsked(Form):
    """An export to be made."""

    selection: SelectionAsked
    format: FormatName


class ExportMade(Answer):
    """An export that is whole and kept; `name` fetches it."""

    name: str
    export_id: str
    passages: int
    bytes: int
    sha256: str
    entry: int
    """Of the journal."""


class ExportListed(Answer):
    """A kept export, without its contents."""

    name: str
    person: str
    made_at: datetime


class Exports(Answer):
    """Kept exports, the newest first."""

    exports: list[ExportListed]


def selection_of(asked: SelectionAsked, site: str) -> Selection:
    """As the record selects."""
    stated = {name: getattr(asked, name) for name in type(asked).model_fields}
    stated["plate"] = asked.plate and normalise(asked.plate)
    return Selection(site=site, **stated)


def subject_of(selection: Selection, form: str) -> dict[str, Any]:
    """What exactly an approval of an export is for."""
    return {"selection": selection.document, "format": form}


def thing_of(gate: Granted, selection: Selection) -> Thing:
    """What an export is to the policy: as old as the oldest it reaches, and bulky where it takes many."""
    services = gate.services
    with services.store.reading() as connection:
        most = services.settings.bulk_rows
        bulky = selection.count(connection, most + 1) > most
    age = services.settings.tiers.age(selection.since or services.store.now(), services.store.now())
    return Thing("bulk-export" if bulky else "export", selection.site, owner=gate.actor.person, age=age)


def make_kept(gate: Granted, selection: Selection, form: str) -> Done:
    """Makes an export that is kept here; the journal is told before anything is written.

    Raises RefusalError, LimitError, RecordError, UsageError.
    """
    gate.check(thing_of(gate, selection), subject=subject_of(selection, form))
    gate.spend(throttle.EXPORTS)
    return export_kept(gate.services.store, Order(selection, gate.purpose, form))


def export_in_path(ask: Ask) -> Thing:
    """The kept export that the address names."""
    for one in listed(ask.connection):
        if one.name == ask.path["export"]:
            return Thing("export", ask.services.store.site.name, owner=one.person)
    raise absent()


def answered(some: list[KeptExport]) -> Exports:
    """As they are answered."""
    return Exports(exports=[ExportListed(name=one.name, person=one.person, made_at=one.made_at) for one in some])


@routes.get("", may="read export", at=at_site("export"), response_model=Exports)
def all_exports(gate: Gate, site: Site = None) -> Exports:
    """Which exports are kept, and who made them."""
    with gate.services.store.reading() as connection:
        return answered(listed(connection))


@routes.get("/own", may="download export", at=own_at_site("export"), response_model=Exports)
def own_exports(gate: Gate, site: Site = None) -> Exports:
    """The exports that one made."""
    with gate.services.store.reading() as connection:
        return answered([one for one in listed(connection) if one.person == gate.actor.person])


@routes.post("", may="make export", at=None, response_model=ExportMade, status_code=201)
def make_export(gate: Gate, asked: ExportAsked, site: Site = None) -> ExportMade:
    """Takes passages out; the journal is told before anything is written."""
    done = make_kept(gate, selection_of(asked.selection, site or gate.services.store.site.name), asked.format)
    assert done.path is not None
    return ExportMade(
        name=done.path.name,
        export_id=done.mark.export_id,
        passages=done.passages,
        bytes=done.bytes,
        sha256=done.sha256,
        entry=done.entry,
    )


@routes.get("/{export}/manifest", may="download export", at=export_in_path, response_model=dict[str, Any])
def manifest(gate: Gate, export: FileName) -> dict[str, Any]:
    """What an export says of itself."""
    path = gate.services.store.data_dir / FOLDER / f"{export}{MANIFEST_SUFFIX}"
    if not path.is_file():
        raise absent()
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


@routes.get(
    "/{export}/file",
    may="download export",
    at=export_in_path,
    response_class=Response,
    response_model=None,
    responses={200: FILE, 206: FILE, 416: {"description": "There is no such part of the file."}},
)
def download(gate: Gate, export: FileName) -> Response:
    """The file; each download is journalled."""
    path = gate.services.store.data_dir / FOLDER / export
    if not path.is_file():
        raise absent()
    purpose = gate.purpose
    with gate.services.store.writing() as transaction:
        said = {"person": purpose.person, "reason": purpose.reason, "reference": purpose.reference}
        transaction.append("export", {"at": transaction.at, "what": "downloaded", "file": export, **said})
    return FileResponse(path, media_type="application/octet-stream", filename=export)
