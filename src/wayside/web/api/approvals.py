# SPDX-License-Identifier: Apache-2.0
"""The second signature: asked for with exactly what is to be done, given or refused by somebody else, used once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from wayside.access import Request, State, Thing, approvals, roles
from wayside.domain import UsageError
from wayside.intake import briefs
from wayside.record import Periods
from wayside.web import keeping, signatures
from wayside.web.api.exports import ExportAsked, selection_of, subject_of
from wayside.web.api.exports import thing_of as thing_of_export
from wayside.web.api.forms import Answer, Form, Id, Name, Said, Site, api
from wayside.web.api.keeping import HoldAsked, PeriodsForm, check_here
from wayside.web.api.search import CriteriaAsked, possible
from wayside.web.api.search import criteria_of as criteria_asked
from wayside.web.api.sighting_forms import SightingsAsked
from wayside.web.api.sightings import criteria_of as sightings_asked
from wayside.web.api.sightings import thing_of_search as thing_of_sightings
from wayside.web.guard import Ask, Gate, Granted, Locate
from wayside.web.things import passage_in_path, person_in_path, request_in_path, sighting_in_path

routes = api("/requests", "approvals")
Subject = dict[str, Any]
Exactly = tuple[Thing, Subject]
"""What an approval is for, as the policy sees it, and as it is compared with what is done."""


class Asking(Form):
    """What is to be done, and why; what needs a second person says so in its refusal (`second-person`)."""

    action: Name
    object: Name
    subject: Subject
    """What exactly: the parts of the address (`passage_id`, `role`, `account`), or the body that will be sent."""
    because: Said


class RequestAnswer(Answer):
    """Something that needs, or needed, a second person."""

    id: str
    site: str
    deed: str
    subject: Subject
    because: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    state: State
    decided_by: str | None
    decided_at: datetime | None
    used_at: datetime | None


class Requests(Answer):
    """Requests that wait for a signature, the oldest first."""

    requests: list[RequestAnswer]


def answered(one: Request) -> RequestAnswer:
    """As it is answered."""
    fields = {name: getattr(one, name) for name in RequestAnswer.model_fields if name != "subject"}
    return RequestAnswer(subject=dict(one.subject), **fields)


def of_address(locate: Locate, *parts: str) -> Callable[[Granted, Mapping[str, Any], str], Exactly]:
    """For what is named by parts of an address."""

    def exactly(gate: Granted, subject: Mapping[str, Any], site: str) -> Exactly:
        path = {part: str(subject[part]) for part in parts}
        with gate.services.store.reading() as connection:
            return locate(Ask(gate.services, connection, gate.actor, path, {"site": site})), path

    return exactly


def of_search(gate: Granted, subject: Mapping[str, Any], site: str) -> Exactly:
    """For a search that reaches far back."""
    criteria = criteria_asked(CriteriaAsked.model_validate(subject["criteria"]), site)
    return possible(gate, criteria)[1], {"criteria": criteria.document()}


def of_export(gate: Granted, subject: Mapping[str, Any], site: str) -> Exactly:
    """For an export that takes much, or reaches far back."""
    asked = ExportAsked.model_validate(dict(subject))
    selection = selection_of(asked.selection, site)
    return thing_of_export(gate, selection), subject_of(selection, asked.format)


def of_role(gate: Granted, subject: Mapping[str, Any], site: str) -> Exactly:
    """For a role that is to be given; raises PersonError where it cannot be, before anybody is asked."""
    account, role = str(subject["account"]), str(subject["role"])
    with gate.services.store.reading() as connection:
        roles.check_grant(connection, account, site, role, by=gate.actor.person)
    thing, exact = roles.grant_request(account, site, role)
    return thing, dict(exact)


def of_publication(gate: Granted, subject: Mapping[str, Any], site: str) -> Exactly:
    """For a brief that is to be given to observers; raises BriefError where it cannot be, before anybody is asked."""
    with gate.services.store.reading() as connection:
        brief = briefs.known(connection, str(subject["brief_id"]))
    observers = [str(one) for one in subject["observers"]]
    briefs.check_publication(brief, observers, gate.services.store.now())
    return Thing("brief", brief.site), briefs.publication(brief, observers)


def of_sighting_search(gate: Granted, subject: Mapping[str, Any], site: str) -> Exactly:
    """For a search for reports that reaches far back; `until` must be stated, or it would be another search later."""
    asked = SightingsAsked.model_validate({"until": None, **subject["criteria"]})
    if asked.until is None:
        raise UsageError("state `until` in the search: without it, it would be another one by the time it is signed")
    criteria = sightings_asked(gate, asked, site)
    return thing_of_sightings(gate, criteria), {"criteria": criteria.document()}


def of_hold(gate: Granted, subject: Mapping[str, Any], site: str) -> Exactly:
    """For records that are to be kept for the case at hand."""
    asked = HoldAsked.model_validate(dict(subject))
    wanted = keeping.Keeping(tuple(asked.records), asked.until)
    with gate.services.store.reading() as connection:
        return keeping.hold_asked(connection, gate.services, site, wanted, gate.purpose)


def of_longer(gate: Granted, subject: Mapping[str, Any], site: str) -> Exactly:
    """For longer periods of the site that serves."""
    check_here(gate, site)
    periods = PeriodsForm.model_validate(dict(subject))
    return keeping.longer_asked(gate.services.store.site, Periods(**periods.model_dump()))


ASKABLE: Mapping[str, Callable[[Granted, Mapping[str, Any], str], Exactly]] = {
    "read passage": of_address(passage_in_path("passage"), "passage_id"),
    "correct passage": of_address(passage_in_path("passage"), "passage_id"),
    "read picture": of_address(passage_in_path("picture"), "passage_id", "role"),
    "search passage": of_search,
    "make export": of_export,
    "make bulk-export": of_export,
    "read sighting": of_address(sighting_in_path, "sighting_id"),
    "link sighting": of_address(sighting_in_path, "sighting_id"),
    "search sighting": of_sighting_search,
    "publish brief": of_publication,
    keeping.HOLD: of_hold,
    keeping.LONGER: of_longer,
    "grant role": of_role,
    "reset credential": of_address(person_in_path("credential"), "account"),
}
"""What the API can do with a second person's approval."""


def exactly(gate: Granted, asked: Asking, site: str) -> Exactly:
    """What is asked for; raises UsageError where it cannot be told."""
    deed = f"{asked.action} {asked.object}"
    if deed not in ASKABLE:
        raise UsageError(f"no approval can be asked for that; it can for {', '.join(ASKABLE)}")
    try:
        return ASKABLE[deed](gate, asked.subject, site)
    except (KeyError, ValueError):
        raise UsageError("the subject does not say exactly what is to be done; see the reference of the API") from None


@routes.post("", may="ask request", at=None, response_model=RequestAnswer, status_code=201)
def ask(gate: Gate, asked: Asking, site: Site = None) -> RequestAnswer:
    """Asks for a second person's approval."""
    where = site or gate.services.store.site.name
    gate.check(Thing("request", where, owner=gate.actor.person))
    wanted = exactly(gate, asked, where)
    deed = f"{asked.action} {asked.object}"
    return answered(keeping.ask(gate.services.store, gate.actor, deed, wanted, asked.because))


@routes.get("", may="read request", at=None, response_model=Requests)
def waiting(gate: Gate, site: Site = None) -> Requests:
    """The requests that wait for a signature, as far as one may see them."""
    where = site or gate.services.store.site.name
    gate.check(Thing("request", where, owner=gate.actor.person))
    with gate.services.store.reading() as connection:
        found = approvals.waiting(connection, where, gate.services.sign_in.now_ms())
    seen = gate.only(found, lambda one: Thing("request", one.site, owner=one.asked_by))
    return Requests(requests=[answered(one) for one in seen])


@routes.get("/{request_id}", may="read request", at=request_in_path, response_model=RequestAnswer)
def one_request(gate: Gate, request_id: Id) -> RequestAnswer:
    """What became of a request."""
    with gate.services.store.reading() as connection:
        return answered(approvals.find(connection, request_id))


@routes.post("/{request_id}/approve", may="approve request", at=request_in_path, response_model=RequestAnswer)
def approve(gate: Gate, request_id: Id) -> RequestAnswer:
    """Signs for what somebody else asked for."""
    return answered(signatures.approve(gate.services.store, gate.actor, request_id))


@routes.post("/{request_id}/refuse", may="refuse request", at=request_in_path, response_model=RequestAnswer)
def refuse(gate: Gate, request_id: Id) -> RequestAnswer:
    """Refuses it."""
    return answered(signatures.refuse(gate.services.store, gate.actor, request_id))


@routes.post("/{request_id}/withdraw", may="withdraw request", at=request_in_path, response_model=RequestAnswer)
def withdraw(gate: Gate, request_id: Id) -> RequestAnswer:
    """Takes back one's own request."""
    return answered(signatures.withdraw(gate.services.store, gate.actor, request_id))
