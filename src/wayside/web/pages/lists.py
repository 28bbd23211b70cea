# SPDX-License-Identifier: Apache-2.0
"""Watch lists: what is looked out for and why; entries are asked for here and signed by somebody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import Depends, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from wayside.access import Age, RequestError, Thing
from wayside.domain import PlateClass, UsageError
from wayside.record import HitFilter, count_hits
from wayside.watch import Draft, Entry, EntryKind, Priority, Term, TermKind, WatchList, entries, lists, sheet, terms_of
from wayside.web import watching
from wayside.web.guard import Gate, Granted, Routes
from wayside.web.rendering import render
from wayside.web.things import absent, at_site, entry_in_path, list_in_path

routes = Routes("/lists", {"include_in_schema": False})
FAULTS = (UsageError, RequestError)
ENTRIES = 100
"""Of one page."""
LOOKED_BACK = "last 30 days"
Short = Annotated[str, Form(max_length=200)]
Long = Annotated[str, Form(max_length=8000)]
MOST_SHEET = 16 * 1024 * 1024
"""Bytes of a request that brings a sheet along."""


@dataclass(frozen=True, slots=True)
class Line:
    """A list with how many entries it has."""

    one: WatchList
    in_force: int
    asked: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wrote into the form of an entry."""

    kind: str = EntryKind.PLATE
    written: str = ""
    country: str = ""
    plates: str = ""
    label: str = ""
    priority: str = Priority.NORMAL
    instruction: str = ""
    until: str = ""
    because: str = ""

    def draft(self, gate: Granted) -> Draft:
        """The entry that it asks for; raises UsageError."""
        if self.kind not in set(EntryKind) or self.priority not in set(Priority):
            raise UsageError("choose a kind and a priority of those that are there")
        ends = end_of(gate, self.until)
        entries.check_expiry(gate.services.store.now(), ends, gate.services.store.site.watch.longest_days)
        terms = terms_of(EntryKind(self.kind), self.written, self.country, re.split(r"[\n,;]+", self.plates))
        return Draft(
            EntryKind(self.kind), terms, ends, self.label.strip(), Priority(self.priority), self.instruction.strip()
        )


def asked_in_form(
    kind: Short = EntryKind.PLATE, written: Short = "", country: Short = "", plates: Long = "", label: Short = "",
    priority: Short = Priority.NORMAL, instruction: Long = "", until: Short = "", because: Long = "",
) -> Asked:  # fmt: skip
    """The form of an entry."""
    return Asked(kind, written, country, plates, label, priority, instruction, until, because)


InForm = Annotated[Asked, Depends(asked_in_form)]


def end_of(gate: Granted, day: str) -> datetime:
    """The end of a day in the zone of the site; raises UsageError."""
    try:
        following = date.fromisoformat(day) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise UsageError("say with a date until when the entry is to be in force") from None
    return datetime.combine(following, time(), gate.services.zone)


def show_all(request: Request, gate: Granted, fault: Exception | None = None, **more: Any) -> Response:
    """The lists, with what was wrong with the last change."""
    store = gate.services.store
    now_ms = gate.services.sign_in.now_ms()
    with store.reading() as connection:
        found = lists.lists_of(connection, store.site.name)
        lines = [Line(one, *entries.count_of_list(connection, one.id, now_ms)) for one in found]
    may_add = gate.may("add", Thing("list", store.site.name))
    stated = {"name": "", "about": "", **more}
    return render(
        request, "lists.html", status=422 if fault else 200, fault=fault, lines=lines, may_add=may_add, **stated
    )


@routes.get("", may="read list", at=at_site("list"), head="head.lists")
def all_lists(request: Request, gate: Gate) -> Response:
    """What lists there are."""
    return show_all(request, gate)


@routes.post("", may="add list", at=at_site("list"))
def add(request: Request, gate: Gate, name: Short = "", about: Long = "") -> Response:
    """Begins a list."""
    store = gate.services.store
    try:
        with store.writing() as transaction:
            made = lists.add_list(transaction, store.site.name, name, about, owner=str(gate.actor.person))
    except UsageError as fault:
        return show_all(request, gate, fault, name=name, about=about)
    return RedirectResponse(f"/lists/{made.id}", 303)


def list_at(connection: Connection, list_id: str) -> WatchList:
    """The list of an address; raises RefusalError."""
    found = lists.find_list(connection, list_id)
    if found is None:
        raise absent()
    return found


def form_facts(gate: Granted, site: str) -> dict[str, Any]:
    """What the form of an entry needs."""
    now = gate.services.store.now().astimezone(gate.services.zone)
    days = gate.services.store.site.watch.longest_days
    return {
        "kinds": list(EntryKind), "priorities": list(Priority), "now": gate.services.store.now(),
        "classes": [one for one in PlateClass if one is not PlateClass.CIVIL], "longest_days": days,
        "first_day": now.date(), "last_day": (now + timedelta(days=days - 1)).date(),
        "usual_day": (now + timedelta(days=min(days - 1, 30))).date(),
        "may_ask": gate.may("ask", Thing("entry", site)), "may_end": gate.may("remove", Thing("entry", site)),
    }  # fmt: skip


def show_list(
    request: Request, gate: Granted, list_id: str, fault: Exception | None = None, asked: Asked | None = None,
    page: int = 1, **more: Any,
) -> Response:  # fmt: skip
    """One list with its entries, with what was wrong with the last change."""
    now_ms = gate.services.sign_in.now_ms()
    with gate.services.store.reading() as connection:
        listed = list_at(connection, list_id)
        some = entries.of_list(connection, list_id, now_ms, limit=ENTRIES + 1, skip=(page - 1) * ENTRIES)
        line = Line(listed, *entries.count_of_list(connection, list_id, now_ms))
    said = {"looked": None, **more}
    return render(
        request, "list.html", status=422 if fault else 200, fault=fault, listed=listed, line=line, some=some[:ENTRIES],
        page=page, more=len(some) > ENTRIES, asked=asked or Asked(), shown=entries.shown,
        may_end_list=gate.may("end", Thing("list", listed.site)), **form_facts(gate, listed.site), **said,
    )  # fmt: skip


@routes.get("/entries/{entry_id}", may="read entry", at=entry_in_path)
def one_entry(request: Request, gate: Gate, entry_id: str) -> Response:
    """An entry: what it asks for, why, who signed, and what it has been before."""
    return show_entry(request, gate, entry_id)


@routes.get("/{list_id}", may="read list", at=list_in_path("list"))
def one_list(request: Request, gate: Gate, list_id: str, page: int = 1) -> Response:
    """A list with its entries."""
    return show_list(request, gate, list_id, page=max(1, min(page, 10_000)))


def change(request: Request, gate: Granted, list_id: str, asked: Asked, deed: Callable[..., object]) -> Response:
    """Does something with the entry of a form, under the purpose at hand."""
    try:
        draft = asked.draft(gate)
        with gate.services.store.writing() as transaction:
            listed = list_at(transaction.connection, list_id)
            deed(transaction, gate.actor, listed, draft, gate.purpose, asked.because)
    except FAULTS as fault:
        return show_list(request, gate, list_id, fault, asked)
    return RedirectResponse(f"/lists/{list_id}", 303)


@routes.post("/{list_id}/entries", may="ask entry", at=list_in_path("entry"))
def ask_entry(request: Request, gate: Gate, list_id: str, asked: InForm) -> Response:
    """Asks for an entry; it is in force once somebody else has signed."""
    return change(request, gate, list_id, asked, watching.ask_for_one)


@routes.post("/{list_id}/emergency", may="add-emergency entry", at=list_in_path("entry"))
def emergency_entry(request: Request, gate: Gate, list_id: str, asked: InForm) -> Response:
    """Puts an entry in force at once, for four hours; the auditor is shown it."""
    return change(request, gate, list_id, asked, watching.emergency)


@routes.post("/{list_id}/sheet", may="ask entry", at=list_in_path("entry"), most_bytes=MOST_SHEET)
def take_sheet(
    request: Request, gate: Gate, list_id: str, file: UploadFile, until: Short = "", because: Long = "",
    practise: Short = "",
) -> Response:  # fmt: skip
    """Looks through a sheet of plates, and unless that was all asks for its entries."""
    store = gate.services.store
    try:
        looked = sheet.read_sheet(text_of(file), store.now(), end_of(gate, until), store.site.watch.longest_days)
        if practise:
            return show_list(request, gate, list_id, looked=looked)
        if not looked.drafts:
            raise UsageError("the sheet holds no entry; look through it first")
        with store.writing() as transaction:
            listed = list_at(transaction.connection, list_id)
            watching.ask(transaction, gate.actor, listed, looked.drafts, gate.purpose, because)
    except FAULTS as fault:
        return show_list(request, gate, list_id, fault)
    return RedirectResponse(f"/lists/{list_id}", 303)


def text_of(file: UploadFile) -> str:
    """The text of an uploaded sheet; raises UsageError."""
    try:
        return file.file.read().decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError("the sheet is not UTF-8 text; save it as CSV UTF-8") from None


@routes.post("/{list_id}/export", may="read entry", at=list_in_path("entry"))
def export(gate: Gate, list_id: str) -> Response:
    """The entries of a list as a sheet; that it was taken is journalled."""
    store = gate.services.store
    with store.writing() as transaction:
        listed = list_at(transaction.connection, list_id)
        some = entries.of_list(transaction.connection, list_id, transaction.now_ms, limit=sheet.MOST)
        entries.note(transaction, str(gate.actor.person), "exported", list_id, entries=len(some))
    headers = {"Content-Disposition": f'attachment; filename="list-{listed.id[:8]}.csv"'}
    return Response(sheet.write_sheet(some, store.now()), media_type="text/csv; charset=utf-8", headers=headers)


@routes.post("/{list_id}/end", may="end list", at=list_in_path("list"))
def end_list(request: Request, gate: Gate, list_id: str) -> Response:
    """Ends a list with its entries."""
    try:
        with gate.services.store.writing() as transaction:
            lists.end_list(transaction, list_id, by=str(gate.actor.person))
    except UsageError as fault:
        return show_all(request, gate, fault)
    return RedirectResponse("/lists", 303)


def show_entry(
    request: Request, gate: Granted, entry_id: str, fault: Exception | None = None, asked: Asked | None = None
) -> Response:
    """One entry, with what was wrong with the last change."""
    now = gate.services.store.now()
    with gate.services.store.reading() as connection:
        entry = entries.newest(connection, entry_id)
        if entry is None:
            raise absent()
        versions = entries.versions(connection, entry_id)
        listed = list_at(connection, entry.list_id)
        hits = count_hits(connection, HitFilter(entry.site, entry=entry_id))
    may_look = gate.may("search", Thing("passage", entry.site, age=Age.ORDINARY))
    return render(
        request, "entry.html", status=422 if fault else 200, fault=fault, entry=entry, versions=versions, listed=listed,
        hits=hits, asked=asked or asked_of(entry), shown=entries.shown, state=entry.state(now),
        look_back=[f"{query_of(term)} {LOOKED_BACK}" for term in entry.draft.terms] if may_look else [],
        **form_facts(gate, entry.site),
    )  # fmt: skip


def query_of(term: Term) -> str:
    """A term as the box of the search page understands it."""
    if term.kind is TermKind.CODE:
        return f"code {term.text}"
    return term.text.replace("_", " ") if term.kind is TermKind.CLASS else entries.shown(term)


def asked_of(entry: Entry) -> Asked:
    """The form of an entry, filled with what it asks for."""
    draft = entry.draft
    coded = [term for term in draft.terms if term.kind is TermKind.CODE]
    plates = [term.text for term in draft.terms if term.kind is TermKind.PLATE]
    fleet = draft.kind is EntryKind.FLEET
    written = "".join(term.text for term in coded) if fleet else draft.terms[0].text
    country = next((term.country for term in draft.terms if term.country), "")
    return Asked(
        draft.kind, written, country, "\n".join(plates) if fleet else "", draft.label, draft.priority, draft.instruction
    )


@routes.post("/entries/{entry_id}/version", may="ask entry", at=entry_in_path)
def change_entry(request: Request, gate: Gate, entry_id: str, asked: InForm) -> Response:
    """Asks for another version of an entry; the one in force stays until somebody else has signed."""
    try:
        draft = asked.draft(gate)
        with gate.services.store.writing() as transaction:
            entry = entries.newest(transaction.connection, entry_id)
            if entry is None:
                raise absent()
            listed = list_at(transaction.connection, entry.list_id)
            watching.ask(transaction, gate.actor, listed, [draft], gate.purpose, asked.because, of=entry)
    except FAULTS as fault:
        return show_entry(request, gate, entry_id, fault, asked)
    return RedirectResponse(f"/lists/entries/{entry_id}", 303)


@routes.post("/entries/{entry_id}/end", may="remove entry", at=entry_in_path)
def end_entry(request: Request, gate: Gate, entry_id: str) -> Response:
    """Stops looking out for an entry, at once."""
    try:
        with gate.services.store.writing() as transaction:
            entries.end(transaction, entry_id, by=str(gate.actor.person))
    except UsageError as fault:
        return show_entry(request, gate, entry_id, fault)
    return RedirectResponse(f"/lists/entries/{entry_id}", 303)
