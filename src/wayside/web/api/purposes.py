# SPDX-License-Identifier: Apache-2.0
"""The purpose that a person works under; a token's is stated when it is issued."""

from __future__ import annotations

from datetime import datetime

from wayside.access import Work, working
from wayside.web.api.forms import NOTHING, Answer, Form, Name, Site, api
from wayside.web.guard import Gate
from wayside.web.things import own_at_site

routes = api("/purpose", "purposes")
own = own_at_site("purpose")


class AtHand(Answer):
    """A purpose at a site, and since when."""

    site: str
    reason: str
    reference: str
    begun_at: datetime


class Purposes(Answer):
    """What one works under, and what the site accepts."""

    at_hand: AtHand | None
    reasons: dict[str, str]
    """Codes with their sentences."""
    example: str
    """A reference in the form of the site."""


class Beginning(Form):
    """A reason of the site's list, and what it refers to."""

    reason: Name
    reference: Name


def answered(work: Work) -> AtHand:
    """As it is answered."""
    purpose = work.purpose
    return AtHand(site=work.site, reason=purpose.reason, reference=purpose.reference, begun_at=work.begun_at)


@routes.get("", may="read purpose", at=own, response_model=Purposes)
def read_purpose(gate: Gate) -> Purposes:
    """The purpose that one works under."""
    accepted = gate.services.settings.purposes
    at_hand = None if gate.work is None else answered(gate.work)
    return Purposes(at_hand=at_hand, reasons=dict(accepted.reasons), example=accepted.example)


@routes.post("", may="begin purpose", at=own, response_model=AtHand, status_code=201)
def begin_purpose(gate: Gate, asked: Beginning, site: Site = None) -> AtHand:
    """Begins to work under a purpose."""
    services = gate.services
    stated = services.settings.purposes.checked(asked.reason, asked.reference, str(gate.actor.person))
    with services.store.writing() as transaction:
        begun = working.begin(transaction, services.settings.purposes, site or services.store.site.name, stated)
    return answered(begun)


@routes.delete("", may="end purpose", at=own, **NOTHING)
def end_purpose(gate: Gate) -> None:
    """Ends it."""
    with gate.services.store.writing() as transaction:
        working.end(transaction, str(gate.actor.person))
