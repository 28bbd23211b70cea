# SPDX-License-Identifier: Apache-2.0
"""The data protection impact assessment as a page of Markdown, filled from the settings in force."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, StrictUndefined
from sqlalchemy import Connection, select

from wayside.access.approvals import State
from wayside.access.audit import LookKind, looks
from wayside.access.binding import Binding, second_factor_waived
from wayside.access.errors import RefusalError
from wayside.access.people import active_people, at_site
from wayside.access.permissions import permissions
from wayside.access.policy import Actor, Thing, decide
from wayside.access.roles import APPROVER, OWNER, being_founded, holders
from wayside.access.settings import settings_of
from wayside.access.tables import request, role_grant
from wayside.record import CameraPlace, Store, cameras, milliseconds

YEAR = timedelta(days=365)
PERIODS = {
    "passages_days": "passages",
    "pictures_days": "pictures",
    "hits_days": "hits",
    "sightings_days": "sightings",
}


def data(name: str) -> str:
    """A text that is shipped beside the code."""
    return (files("wayside.access") / "data" / name).read_text("utf-8")


@cache
def risks() -> tuple[dict[str, Any], ...]:
    """The shipped risks with their measures: `what`, `harm`, `measures`, `page`."""
    return tuple(tomllib.loads(data("risks.toml"))["risk"])


def open_points(store: Store, connection: Connection) -> Iterator[str]:
    """What has to be stated or put right before anybody can sign."""
    controller = store.site.controller
    for key, meaning in (
        ("name", "the controller"),
        ("contact", "a contact"),
        ("custodian", "who answers for the record"),
        ("basis", "the legal basis"),
        ("aim", "the aim"),
    ):
        if getattr(controller, key) is None:
            yield f"State {meaning}: `{key}` in `[controller]` of site.toml"
    for role, meaning in (("auditor", "checks how the record is used"), ("officer", "answers for data protection")):
        if not holders(connection, store.site.name, role):
            yield f"Nobody {meaning}: give somebody the role {role}"
    if not holders(connection, store.site.name, APPROVER):
        yield "Nobody can give the second signature: give somebody the role approver"


def bearing(camera: CameraPlace) -> str:
    """Where a camera looks, in words."""
    degrees = camera.bearing_deg_true
    return "not stated" if degrees is None else f"{degrees:.0f}° true"


def role_rows(connection: Connection, site: str) -> list[dict[str, Any]]:
    """Each role with its task and how many people hold it."""
    table = permissions()
    return [
        {"name": role, "task": task, "people": len(holders(connection, site, role))}
        for role, task in table.roles.items()
    ]


def oversight(store: Store, connection: Connection, binding: Binding, since_ms: int) -> Iterator[str]:
    """How the second signature, the second factor and the training stand at this moment."""
    site = store.site.name
    people = [one for one in active_people(connection) if one in at_site(connection, site)]
    if holders(connection, site, OWNER):
        yield "One owner works alone: there is no second signature, and what would need one is listed for the auditor."
    elif being_founded(connection, site):
        yield "The site is being founded: its administrator gives roles alone until the first approver is there."
    waived = second_factor_waived(binding, [one.name for one in active_people(connection)])
    lacking = sum(not one.has_two_factors for one in people)
    yield (
        "The second factor is waived for one person on this machine."
        if waived and lacking
        else (f"{lacking} of {len(people)} accounts have no second factor and can therefore do nothing but add one.")
    )
    unsigned = select(role_grant.c.id).where(role_grant.c.site == site, role_grant.c.request.is_(None))
    yield f"{len(connection.execute(unsigned).all())} roles were given while the site was being founded."
    states = select(request.c.state).where(request.c.site == site, request.c.asked_ms >= since_ms)
    counts = Counter(connection.execute(states).scalars())
    yield (
        f"In the last twelve months: {counts[State.APPROVED]} requests signed, {counts[State.REFUSED]} refused, "
        f"{counts[State.EMERGENCY]} emergency entries, {counts[State.ALONE]} done alone."
    )


def rules_said(store: Store) -> list[str]:
    """The retention rules for some cameras or classes, one sentence each."""
    said = []
    for rule in store.site.retention.rules:
        whom = " and ".join(filter(None, [", ".join(rule.cameras), ", ".join(rule.classes)]))
        stated = [
            f"{word} {getattr(rule, key)} days" for key, word in PERIODS.items() if getattr(rule, key) is not None
        ]
        said.append(f"For {whom}: {', '.join(stated)}.")
    return said


def facts(store: Store, connection: Connection, binding: Binding, now: datetime) -> dict[str, Any]:
    """Everything that the page states, by the names of its template."""
    site, settings, retention = store.site, settings_of(store), store.site.retention
    kept = [(word, getattr(retention.periods, key)) for key, word in PERIODS.items()]
    others = [("payloads of the journal: searches, exports, changes", retention.journal_days),
              ("exports that the system keeps", retention.exports_days)]  # fmt: skip
    since = now - YEAR
    exports = sum(one.kind is LookKind.EXPORT for one in looks(connection, site.name, since, now, site.name))
    places = cameras(connection, site.name)
    return {
        "site": site.name,
        "version": version("wayside"),
        "at": now.strftime("%Y-%m-%d"),
        "policy": site.digest(),
        "open_points": list(open_points(store, connection)),
        "controller": site.controller,
        "cameras": [{"name": name, "place": one.place, "bearing": bearing(one)} for name, one in places.items()],
        "exports": exports,
        "purposes": settings.purposes,
        "periods": kept + others,
        "longest_days": retention.longest_days,
        "rules": rules_said(store),
        "no_hit": site.no_hit.on,
        "watch": site.watch,
        "webhook": site.watch.webhook and urlsplit(site.watch.webhook).hostname,
        "issuer": site.oidc,
        "tiers": settings.tiers,
        "bulk_rows": settings.bulk_rows,
        "roles": role_rows(connection, site.name),
        "oversight": list(oversight(store, connection, binding, milliseconds(since))),
        "risks": risks(),
    }


def cell(value: object) -> str:
    """A value in a table of Markdown: what would end the cell or begin a tag is written so that it does not."""
    text = str(value).replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")
    return " ".join(text.split())


def impact_assessment(store: Store, actor: Actor, binding: Binding, now: datetime) -> str:
    """The page; raises RefusalError for who may not make it."""
    decision = decide(actor, "make", Thing("impact-assessment", store.site.name))
    if not decision.allowed:
        raise RefusalError(decision)
    store.look_at_policy()
    environment = Environment(undefined=StrictUndefined, finalize=cell, keep_trailing_newline=True, autoescape=False)
    with store.reading() as connection:
        return environment.from_string(data("impact_assessment.md.j2")).render(facts(store, connection, binding, now))
