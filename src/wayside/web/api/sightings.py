# SPDX-License-Identifier: Apache-2.0
"""What observers report: taken in once, changed by appending, found under a purpose, linked to passages by people."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any

from fastapi import Body, Response

from wayside.access import Thing, Watermark, stamp
from wayside.domain import (
    Sighting,
)
from wayside.intake import (
    Proposal,
    SightingCriteria,
    SightingError,
    SightingPage,
    briefs,
    plate_asked,
    proposals,
    reporting,
    search_sightings,
)
from wayside.record import (
    SightingLink,
    SightingVersion,
    add_link,
    find_passage,
    links_of_sighting,
    newest_sightings,
    photo_path,
    sighting_versions,
)
from wayside.web.api.forms import Id, Site, api
from wayside.web.api.sighting_forms import (
    MOST_BYTES,
    MOST_PHOTO,
    Changing,
    FoundSightings,
    LinkAnswer,
    Linking,
    Noted,
    PlateSeen,
    ProposalAnswer,
    ReportedAnswer,
    Reporting,
    SightingAnswer,
    Sightings,
    SightingsAsked,
    VersionAnswer,
)
from wayside.web.guard import Gate, Granted
from wayside.web.looking import told_sighting
from wayside.web.things import absent, own_new_sighting, sighting_in_path

routes = api("/sightings", "sightings")
MOST_OWN = 500


def version_answer(one: SightingVersion) -> VersionAnswer:
    """As it is answered."""
    return VersionAnswer(version=one.version, what=one.what, at=one.at, reason=one.reason, sighting=one.sighting)


def link_answer(one: SightingLink) -> LinkAnswer:
    """As it is answered."""
    return LinkAnswer(**{name: getattr(one, name) for name in LinkAnswer.model_fields})


def photo_bytes(text: str) -> bytes:
    """A photo from its Base64; raises SightingError."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise SightingError("the photo is not in Base64; send it as its reference says") from None
    if len(data) > MOST_PHOTO:
        raise SightingError(f"the photo is larger than {MOST_PHOTO >> 20} MiB; make it smaller")
    return data


def take_in(gate: Granted, asked: Reporting, site: str) -> reporting.Reported:
    """Takes a report in, once; raises RefusalError, SightingError, BriefError, RecordError."""
    store = gate.services.store
    with store.reading() as connection:
        brief = briefs.find(connection, asked.brief_id)
        known = bool(sighting_versions(connection, asked.id))
    if brief is not None and brief.site != site:
        raise absent()
    photo = None
    if asked.photo is not None and not known:
        photo = gate.services.photographs.covered(photo_bytes(asked.photo))
    observer = str(gate.actor.person)
    return reporting.report(
        store, asked.id, asked.brief_id, asked.draft(), observer=observer, written_at=asked.written_at, photo=photo
    )


def versions_of(gate: Granted, sighting_id: str) -> list[SightingVersion]:
    """Every version; raises RefusalError where it is not there."""
    with gate.services.store.reading() as connection:
        found = sighting_versions(connection, sighting_id)
    if not found:
        raise absent()
    return found


def criteria_of(gate: Granted, asked: SightingsAsked, site: str) -> SightingCriteria:
    """As the room searches, up to now where nothing is said; raises UsageError."""
    now = gate.services.store.now()
    plate = None if asked.plate is None else plate_asked(asked.plate)
    until = now if asked.until is None else asked.until
    return SightingCriteria(site, asked.since, until, plate, asked.plate_class, asked.place, asked.observer)


def thing_of_search(gate: Granted, criteria: SightingCriteria) -> Thing:
    """What a search is to the policy: as old as the oldest report that it reaches."""
    age = gate.services.settings.tiers.age(criteria.since, gate.services.store.now())
    return Thing("sighting", criteria.site, age=age)


def looked_up(gate: Granted, criteria: SightingCriteria) -> SightingPage:
    """What was found, once the policy was asked and the journal told; raises RefusalError, LimitError, RecordError."""
    gate.check(thing_of_search(gate, criteria), subject={"criteria": criteria.document()})
    gate.spend(gate.services.settings.searches)
    return search_sightings(gate.services.store, criteria, gate.purpose)


def proposed(gate: Granted, one: Sighting) -> list[Proposal]:
    """The passages that may be of the same vehicle, once the journal was told that somebody sees them.

    Raises RefusalError where the person may not look for passages so old.
    """
    age = gate.services.settings.tiers.age(one.seen_at, gate.services.store.now())
    gate.check(Thing("passage", one.site, age=age), action="search")
    told_sighting(gate, one, proposals="shown")
    with gate.services.store.reading() as connection:
        return proposals(connection, one)


def proposal_answer(one: Proposal) -> ProposalAnswer:
    """As it is answered."""
    passage = one.kept.passage
    return ProposalAnswer(
        passage_id=passage.id,
        camera=passage.camera,
        began_at=passage.began_at,
        plate=passage.plate.text,
        unlike=one.unlike,
        apart_s=one.apart.total_seconds(),
        same_place=one.same_place,
    )


def photo_of(gate: Granted, sighting_id: str) -> bytes:
    """The picture of a report, marked with who sees it, once the journal has been told; raises RefusalError."""
    one = versions_of(gate, sighting_id)[-1].sighting
    if one.photo is None:
        raise absent()
    try:
        data = (gate.services.store.data_dir / photo_path(one.photo)).read_bytes()
    except FileNotFoundError:
        raise absent() from None
    entry = told_sighting(gate, one)
    shown = one.id if entry is None else f"entry {entry}"
    return stamp(data, Watermark(str(gate.actor.person), gate.services.store.now(), shown))


def link(gate: Granted, sighting_id: str, said: Linking) -> int:
    """Appends what somebody says of a pair; raises RefusalError, SightingError."""
    one = versions_of(gate, sighting_id)[-1].sighting
    with gate.services.store.writing() as transaction:
        passage = find_passage(transaction.connection, said.passage_id)
        if passage is None or passage.site != one.site:
            raise SightingError("there is no such passage at the site of the sighting; it may have been erased")
        author = str(gate.actor.person)
        return add_link(
            transaction, sighting_id, said.passage_id, stands=said.stands, author=author, reason=said.reason
        )


@routes.get("", may="read sighting", at=own_new_sighting, response_model=Sightings)
def own_sightings(gate: Gate, site: Site = None) -> Sightings:
    """One's own reports of the last day."""
    services = gate.services
    now, where = services.store.now(), site or services.store.site.name
    since, person = now - services.settings.tiers.fresh, str(gate.actor.person)
    until = now + reporting.SLACK
    with services.store.reading() as connection:
        found = newest_sightings(connection, where, since=since, until=until, limit=MOST_OWN, observer=person)
    return Sightings(sightings=[version_answer(one) for one in found])


@routes.post(
    "",
    may="report sighting",
    at=own_new_sighting,
    response_model=ReportedAnswer,
    status_code=201,
    most_bytes=MOST_BYTES,
    responses={200: {"model": ReportedAnswer, "description": "It had come before."}},
)
def report_sighting(gate: Gate, asked: Reporting, response: Response, site: Site = None) -> ReportedAnswer:
    """Takes a report in, once; sent again, it is answered as the first time."""
    told = take_in(gate, asked, site or gate.services.store.site.name)
    if not told.new:
        response.status_code = 200
    return ReportedAnswer(id=asked.id, version=told.version, entry=told.seq, new=told.new)


@routes.post("/search", may="search sighting", at=None, response_model=FoundSightings)
def find_sightings(gate: Gate, asked: SightingsAsked, site: Site = None) -> FoundSightings:
    """Finds reports by plate, class, place, observer or time; the search is journalled."""
    page = looked_up(gate, criteria_of(gate, asked, site or gate.services.store.site.name))
    found = [version_answer(one) for one in page.found]
    return FoundSightings(sightings=found, more=page.more, entry=page.entry)


@routes.post(
    "/plates", may="report sighting", at=own_new_sighting, response_model=list[PlateSeen], most_bytes=MOST_PHOTO
)
def read_photo(
    gate: Gate, photo: Annotated[bytes, Body(media_type="application/octet-stream")], site: Site = None
) -> list[PlateSeen]:
    """The plates that a photo shows, for its observer to take or leave; the photo is not kept."""
    return [
        PlateSeen(
            text=str(one.reading.text),
            probability=one.reading.probability,
            country=one.registration.country,
            plate_class=one.registration.plate_class,
        )
        for one in gate.services.photographs.plates(photo)
    ]


@routes.get("/{sighting_id}", may="read sighting", at=sighting_in_path, response_model=SightingAnswer)
def read_sighting(gate: Gate, sighting_id: Id) -> SightingAnswer:
    """One report with all its versions and links; a look at somebody else's is journalled."""
    found = versions_of(gate, sighting_id)
    told_sighting(gate, found[-1].sighting)
    with gate.services.store.reading() as connection:
        links = links_of_sighting(connection, sighting_id)
    versions = [version_answer(one) for one in found]
    return SightingAnswer(id=sighting_id, versions=versions, links=[link_answer(one) for one in links])


@routes.post(
    "/{sighting_id}/versions",
    may="correct sighting",
    at=sighting_in_path,
    response_model=ReportedAnswer,
    status_code=201,
)
def change_sighting(gate: Gate, sighting_id: Id, asked: Changing) -> ReportedAnswer:
    """Changes one's own report: within ten minutes as it is, later with a reason; both versions are kept."""
    observer = str(gate.actor.person)
    told = reporting.change(
        gate.services.store, sighting_id, asked.draft(), observer=observer, after=asked.after, reason=asked.reason
    )
    return ReportedAnswer(id=sighting_id, version=told.version, entry=told.seq, new=told.new)


PHOTO: dict[str, Any] = {
    "response_class": Response,
    "response_model": None,
    "responses": {
        200: {
            "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
            "description": "The picture.",
        }
    },
}


@routes.get("/{sighting_id}/photo", may="read sighting", at=sighting_in_path, **PHOTO)
def read_photo_of(gate: Gate, sighting_id: Id) -> Response:
    """The picture that came with a report, marked with who sees it."""
    headers = {"Content-Disposition": "inline"}
    return Response(photo_of(gate, sighting_id), media_type="image/jpeg", headers=headers)


@routes.get("/{sighting_id}/proposals", may="link sighting", at=sighting_in_path, response_model=list[ProposalAnswer])
def propose_passages(gate: Gate, sighting_id: Id) -> list[ProposalAnswer]:
    """Passages that may be of the same vehicle; nothing is linked by itself."""
    return [proposal_answer(one) for one in proposed(gate, versions_of(gate, sighting_id)[-1].sighting)]


@routes.post("/{sighting_id}/links", may="link sighting", at=sighting_in_path, response_model=Noted, status_code=201)
def link_sighting(gate: Gate, sighting_id: Id, said: Linking) -> Noted:
    """Says that a report and a passage are of one vehicle, or, with `stands` false, that they are not, after all."""
    return Noted(entry=link(gate, sighting_id, said))
