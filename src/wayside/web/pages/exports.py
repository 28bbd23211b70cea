# SPDX-License-Identifier: Apache-2.0
"""Taking passages out: what an export would hold, a second person where it needs one, and one's own kept exports."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from sqlalchemy import Connection

from wayside.access import Age, Decision, RefusalError, RequestError, Why, approvals
from wayside.domain import PlateClass, UsageError
from wayside.record import entries
from wayside.record.exchange import FORMATS, KeptExport, Mark, Selection, listed, makeable
from wayside.web.amounts import size_words
from wayside.web.api.exports import SelectionAsked, make_kept, selection_of, subject_of, thing_of
from wayside.web.guard import Gate, Granted, Routes
from wayside.web.looking import told_preview
from wayside.web.pages.find import known_names, now_of, time_of
from wayside.web.rendering import render
from wayside.web.things import newest_at_site, own_at_site

routes = Routes("/exports", {"include_in_schema": False})
Short = Annotated[str, Form(max_length=64)]
Long = Annotated[str, Form(max_length=4096)]
COUNTED = 100_000
"""How far the passages of an export are counted before it is made."""
MOST_OWN = 50
"""Of one's own exports that the page shows."""
DEEDS = ("make export", "make bulk-export")
NOT_FOUND = "this export cannot go on; choose anew what it is to hold"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An export as it was chosen, before it is made."""

    selection: Selection
    form: str

    @property
    def stated(self) -> str:
        """The same for the next form, without the site, which no form may choose."""
        return json.dumps({name: value for name, value in self.selection.document.items() if name != "site"})

    @property
    def subject(self) -> dict[str, Any]:
        """What exactly a second person signs for."""
        return subject_of(self.selection, self.form)


@dataclass(frozen=True, slots=True)
class Preview:
    """What an export would hold."""

    wanted: Wanted
    count: int | None
    """None where one person alone may not even know."""
    is_more: bool
    """Whether there are more than `count`."""
    needs_second: bool


@dataclass(frozen=True, slots=True)
class Own:
    """A kept export of the person, with what the journal says of it; None where its entry was erased since."""

    kept: KeptExport
    form: str
    export_id: str | None
    passages: int | None
    size: str | None
    why: str | None
    has_manifest: bool
    """Whether one lies beside it; a bundle has its own within."""


def wanted_again(gate: Granted, selection: str, form: str) -> Wanted:
    """What a page of ours stated before; raises UsageError for anything else."""
    try:
        asked = SelectionAsked.model_validate_json(selection)
    except ValidationError:
        raise UsageError(NOT_FOUND) from None
    return wanted_of(gate, asked, form)


def wanted_of(gate: Granted, asked: SelectionAsked, form: str) -> Wanted:
    """An export in a form that can be made here; raises UsageError for another, or for a span that is none."""
    if form not in makeable():
        raise UsageError(f"choose one of the forms: {', '.join(makeable())}")
    if asked.until is not None and asked.until <= asked.since:
        raise UsageError("the span ends before it begins; give the earlier time first")
    return Wanted(selection_of(asked, gate.services.store.site.name), form)


def chosen(gate: Granted, stated: Mapping[str, str]) -> Wanted:
    """What the fields say; the end is now where none is stated, so that what is signed for is what is made.

    Raises UsageError.
    """
    since = time_of(gate, stated["since"])
    if since is None:
        raise UsageError("say from when on; an export without a beginning would be the whole record")
    kind = stated["plate_class"]
    asked = SelectionAsked(
        since=since,
        until=time_of(gate, stated["until"]) or now_of(gate).replace(microsecond=0),
        camera=stated["camera"] or None,
        gate=stated["gate_name"] or None,
        way=stated["way"] or None,
        plate_class=PlateClass(kind) if kind in set(PlateClass) else None,
        plate=stated["plate"].strip() or None,
    )
    return wanted_of(gate, asked, stated["form"])


def decided(gate: Granted, wanted: Wanted) -> tuple[Decision, bool]:
    """What the policy says of making it, and whether that is for its age; raises RefusalError for a no that stands."""
    thing = thing_of(gate, wanted.selection)
    try:
        gate.check_but_second_person(thing)
        return gate.check(thing), False
    except RefusalError as refused:
        if refused.decision.why is not Why.SECOND_PERSON:
            raise
        return refused.decision, thing.age not in {Age.FRESH, Age.ORDINARY}


def preview(gate: Granted, wanted: Wanted) -> Preview:
    """What it would hold; the journal is told first, since a count answers a question too.

    Raises RefusalError, LimitError, RecordError.
    """
    decision, is_old = decided(gate, wanted)
    told_preview(gate, wanted.selection.document)
    if is_old:
        return Preview(wanted, None, False, True)
    most = COUNTED if decision.allowed else gate.services.settings.bulk_rows
    with gate.services.store.reading() as connection:
        count = wanted.selection.count(connection, most + 1)
    return Preview(wanted, min(count, most), count > most, not decision.allowed)


def own_of(kept: KeptExport, said: Mapping[str, Any]) -> Own:
    """An export with what the journal says of it."""
    form = next(name for name, suffix in FORMATS.items() if kept.name.endswith(suffix))
    size = size_words(said["bytes"]) if "bytes" in said else None
    why = f"{said['reason']}, {said['reference']}" if "reason" in said else None
    return Own(kept, form, said.get("export_id"), said.get("passages"), size, why, bool(said.get("manifest")))


def own(gate: Granted) -> list[Own]:
    """One's own kept exports, the newest first."""
    with gate.services.store.reading() as connection:
        mine = [one for one in listed(connection) if one.person == gate.actor.person][:MOST_OWN]
        said = finished(connection, {one.name for one in mine})
    return [own_of(one, said.get(one.name, {})) for one in mine]


def finished(connection: Connection, names: Set[str]) -> dict[str, Mapping[str, Any]]:
    """What the journal says of some exports when they were whole, by the names of their files."""
    found: dict[str, Mapping[str, Any]] = {}
    for entry in entries(connection, ["export"]) if names else ():
        said = entry.payload or {}
        if said.get("what") == "finished" and said.get("file") in names:
            found[said["file"]] = said
            if found.keys() == names:
                break
    return found


def signed(gate: Granted) -> list[Wanted]:
    """Exports that a second person has signed for, and that were not made yet."""
    store = gate.services.store
    with store.reading() as connection:
        asked = approvals.asked_by(connection, store.site.name, str(gate.actor.person))
    return [
        Wanted(selection_again(one.subject["selection"], store.site.name), one.subject["format"])
        for one in asked
        if one.deed in DEEDS and one.is_ready(store.now())
    ]


def selection_again(document: Mapping[str, Any], site: str) -> Selection:
    """The selection of a request."""
    stated = {name: value for name, value in document.items() if name != "site"}
    return selection_of(SelectionAsked.model_validate(stated), site)


def notice(gate: Granted) -> str:
    """The watermark as it would read now, under a number of noughts."""
    return "" if gate.work is None else Mark("0" * 32, gate.services.store.now(), gate.purpose).notice


def show(request: Request, gate: Granted, status: int = 200, **more: Any) -> Response:
    """The page, with what was wrong or what an export would hold."""
    blank: dict[str, Any] = {"fault": None, "preview": None, "stated": {}}
    return render(
        request,
        "exports.html",
        status=status,
        known=known_names(gate),
        classes=list(PlateClass),
        forms=makeable(),
        own=own(gate),
        signed=signed(gate),
        notice=notice(gate),
        bulk_rows=gate.services.settings.bulk_rows,
        **{**blank, **more},
    )


@routes.get("", may="make export", at=newest_at_site("export"), head="head.exports")
def exports(request: Request, gate: Gate) -> Response:
    """What to choose from, and one's own exports; nothing is counted yet."""
    return show(request, gate)


@routes.post("", may="make export", at=None)
def look(
    request: Request,
    gate: Gate,
    since: Short = "",
    until: Short = "",
    camera: Short = "",
    gate_name: Short = "",
    way: Short = "",
    plate_class: Short = "",
    plate: Short = "",
    form: Short = "csv",
) -> Response:
    """What the export would hold, before anything is written."""
    stated = {"since": since, "until": until, "camera": camera, "gate_name": gate_name, "way": way,
              "plate_class": plate_class, "plate": plate, "form": form}  # fmt: skip
    try:
        found = preview(gate, chosen(gate, stated))
    except UsageError as fault:
        gate.leave_to_room()  # nothing was counted
        return show(request, gate, 422, fault=fault, stated=stated)
    return show(request, gate, 403 if found.needs_second else 200, preview=found, stated=stated)


@routes.post("/make", may="make export", at=None)
def make(request: Request, gate: Gate, selection: Long, form: Short) -> Response:
    """Makes exactly what was looked at, or what a second person signed for."""
    try:
        wanted = wanted_again(gate, selection, form)
        make_kept(gate, wanted.selection, wanted.form)
    except UsageError as fault:
        gate.leave_to_room()
        return show(request, gate, 422, fault=fault)
    except RefusalError as refused:
        if refused.decision.why is not Why.SECOND_PERSON:
            raise
        return show(request, gate, 403, preview=Preview(wanted, None, False, True))
    return RedirectResponse("/exports", 303)


@routes.post("/ask", may="ask request", at=own_at_site("request"))
def ask_second(request: Request, gate: Gate, selection: Long, form: Short, because: Long) -> Response:
    """Asks a second person to sign for an export; the room asks the policy about exactly that."""
    wanted = None
    try:
        wanted = wanted_again(gate, selection, form)
        thing = thing_of(gate, wanted.selection)
        with gate.services.store.writing() as transaction:
            approvals.ask(transaction, gate.actor, "make", thing, wanted.subject, because)
    except (UsageError, RequestError) as fault:
        asked = wanted and Preview(wanted, None, False, True)
        return show(request, gate, 422, fault=fault, preview=asked)
    return RedirectResponse("/approvals", 303)
