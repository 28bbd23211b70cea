# SPDX-License-Identifier: Apache-2.0
"""Holds and periods: what is kept for a case, how long everything else is, and letting go of either."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import Field

from wayside.domain import UsageError
from wayside.record import Periods
from wayside.record.retention import Hold, holds_at, release_hold
from wayside.web import keeping
from wayside.web.api.forms import NOTHING, Answer, Form, Id, Moment, Site, api
from wayside.web.guard import Gate, Granted
from wayside.web.things import at_site, hold_in_path

holds = api("/holds", "holds")
retention = api("/retention", "retention")
HoldId = Annotated[str, Path(pattern="^[0-9a-f]{12}$")]
Days = Annotated[int, Field(ge=0, le=9999)]


class HoldAnswer(Answer):
    """Records that are kept for one case, until a date or until they are let go."""

    id: str
    reference: str
    placed_by: str
    approved_by: str | None
    placed_at: datetime
    expires_at: datetime
    released_at: datetime | None
    active: bool
    records: list[str]
    """Ids of passages and sightings."""


class Holds(Answer):
    """Holds that still concern a record, the newest first."""

    holds: list[HoldAnswer]


class HoldAsked(Form):
    """Records to be kept for the case of the purpose at hand; the subject of a request for `place hold`."""

    records: Annotated[list[Id], Field(min_length=1, max_length=keeping.MOST)]
    until: Moment


class PeriodsForm(Form):
    """After how many days each kind of data about a vehicle goes."""

    passages_days: Days
    pictures_days: Days
    hits_days: Days
    sightings_days: Days


class RetentionAnswer(Answer):
    """How long what is kept at the site."""

    passages_days: int
    pictures_days: int
    hits_days: int
    sightings_days: int
    journal_days: int
    exports_days: int
    longest_days: int
    decided_here: bool
    """Whether the first four were decided since `site.toml` was last changed."""


def answered(one: Hold, now: datetime) -> HoldAnswer:
    """As it is answered."""
    fields = {name: getattr(one, name) for name in HoldAnswer.model_fields if name not in {"active", "records"}}
    return HoldAnswer(active=one.active(now), records=list(one.ids), **fields)


@holds.get("", may="read hold", at=at_site("hold"), response_model=Holds)
def all_holds(gate: Gate, site: Site = None) -> Holds:
    """What is held, for which case, and until when."""
    store = gate.services.store
    with store.reading() as connection:
        found = holds_at(connection, site or store.site.name)
    return Holds(holds=[answered(one, store.now()) for one in found])


@holds.delete("/{hold_id}", may="release hold", at=hold_in_path, **NOTHING)
def release(gate: Gate, hold_id: HoldId) -> None:
    """Lets the records of a hold go; those whose time is over are erased by the next run."""
    release_hold(gate.services.store, hold_id, person=str(gate.actor.person))


def check_here(gate: Granted, site: str | None) -> None:
    """Raises UsageError for another site than the one that serves: its periods stand in a file of its own."""
    if site not in {None, gate.services.store.site.name}:
        raise UsageError("the periods of a site are asked of the program that serves it; leave `site` out")


@retention.get("", may="read configuration", at=at_site("configuration"), response_model=RetentionAnswer)
def periods(gate: Gate, site: Site = None) -> RetentionAnswer:
    """How long what is kept, in days."""
    check_here(gate, site)
    store = gate.services.store
    store.look_at_policy()
    kept = store.site.retention
    return RetentionAnswer(
        **asdict(kept.periods),
        journal_days=kept.journal_days,
        exports_days=kept.exports_days,
        longest_days=kept.longest_days,
        decided_here=kept.periods != store.stated.retention.periods,
    )


@retention.post("", may="shorten retention", at=at_site("retention"), **NOTHING)
def shorten(gate: Gate, asked: PeriodsForm, site: Site = None) -> None:
    """Shortens periods at once; to lengthen one, ask for a signature under `extend retention`."""
    check_here(gate, site)
    keeping.shorten(gate.services.store, str(gate.actor.person), Periods(**asked.model_dump()))
