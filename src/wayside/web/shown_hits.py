# SPDX-License-Identifier: Apache-2.0
"""A hit as pages show it: what was read beside what was watched for, and what is to be done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy import Connection

from wayside.bootstrap import Services
from wayside.domain import UNKNOWN_CHARACTER
from wayside.plates import draw, stated
from wayside.record import (
    Hit,
    HitFilter,
    HitSource,
    HitState,
    Kept,
    find_passage,
    hits_where,
    milliseconds,
    sighting_versions,
)
from wayside.watch import Entry, Priority, TermKind, entries, lists
from wayside.web.catalogue import catalogue
from wayside.web.seen import Seen, seen
from wayside.web.shown import Shown, percent, shown

STRIP = 6
"""Hits on the live page when it is opened."""


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit made ready for a template."""

    seq: int
    state: HitState
    priority: Priority
    plate: str
    """The text that matched, else what the plate was read or reported as, else that it was not."""
    drawing: Markup | None
    """The plate as its country draws it; None where a character of it is not known."""
    asked: tuple[str, ...]
    """What the entry asks for, as people write it."""
    how: str
    """How the two compare, in words."""
    probability: str | None
    list_name: str
    label: str
    instruction: str
    emergency: bool
    camera: str
    """Or, of a sighting, its place."""
    at: datetime
    of_sighting: bool
    sighting: Seen | None
    """What was reported, as it now stands; None where it is a passage, or is no longer kept."""
    passage: Shown | None
    """What went past, masked as for those who only watch; None where it is no longer kept."""
    kept: Kept | None
    entry: Entry | None

    @property
    def picture(self) -> str | None:
        """Address of the picture with its plates covered."""
        return None if self.passage is None else self.passage.picture


def how_words(hit: Hit, entry: Entry | None) -> str:
    """How what was read compares with what was watched for."""
    texts, text = catalogue(), hit.matched.text
    if entry is None or text is None:
        return texts("hit.by_meaning")
    if UNKNOWN_CHARACTER in text:
        return texts("hit.made_out")
    for term in entry.draft.terms:
        if term.kind is TermKind.PLATE and term.text == text:
            return texts("hit.same")
    kinds = {term.kind for term in entry.draft.terms}
    for kind, name in ((TermKind.NEAR, "near"), (TermKind.WILDCARD, "pattern")):
        if kind in kinds:
            return texts(f"hit.{name}")
    return texts("hit.look_alike")


def reported_as(connection: Connection, sighting_id: str) -> Seen | None:
    """A report as it now stands; None where it is no longer kept."""
    versions = sighting_versions(connection, sighting_id)
    return seen(versions[-1]) if versions else None


def plate_of(text: str | None, kept: Kept | None, reported: Seen | None) -> tuple[str | None, Markup | None]:
    """The text that matched, else the one that was read or reported, and how its country draws it."""
    if kept is not None:
        read, meant = text or kept.passage.plate.text, kept.passage.registration
    else:
        read = text or (None if reported is None else reported.one.plate)
        meant = None if read is None or reported is None else stated(read)
    return read, None if read is None or UNKNOWN_CHARACTER in read else Markup(draw(read, meant))


def shown_hit(connection: Connection, hit: Hit, names: Mapping[str, str]) -> ShownHit:
    """A hit for a template; `names`: those of the site's lists, by id."""
    found = hit.matched
    entry = entries.version(connection, found.entry, found.version)
    of_sighting = found.source is HitSource.SIGHTING
    kept = None if of_sighting else find_passage(connection, found.source_id)
    reported = reported_as(connection, found.source_id) if of_sighting else None
    read, drawing = plate_of(found.text, kept, reported)
    return ShownHit(
        seq=hit.seq,
        state=hit.state,
        priority=Priority.NORMAL if entry is None else entry.draft.priority,
        plate=read or catalogue()("shown.no_plate"),
        drawing=drawing,
        asked=() if entry is None else tuple(entries.shown(term) for term in entry.draft.terms),
        how=how_words(hit, entry),
        probability=percent(found.probability),
        list_name=names.get(found.list_id, ""),
        label="" if entry is None else entry.draft.label,
        instruction="" if entry is None else entry.draft.instruction,
        emergency=entry is not None and entry.emergency,
        camera=found.camera,
        at=hit.began_at,
        of_sighting=of_sighting,
        sighting=reported,
        passage=None if kept is None else shown(kept.passage, masked=True),
        kept=kept,
        entry=entry,
    )


def shown_hits(connection: Connection, site: str, some: Iterable[Hit]) -> list[ShownHit]:
    """Hits of one site for a template."""
    names = lists.names_of(connection, site)
    return [shown_hit(connection, one, names) for one in some]


def recent_hits(services: Services) -> list[ShownHit]:
    """The newest hits of the last day that nobody has looked at, the most urgent first."""
    store = services.store
    since_ms = milliseconds(store.now() - services.settings.tiers.fresh)
    wanted = HitFilter(store.site.name, since_ms, HitState.NEW)
    with store.reading() as connection:
        found = shown_hits(connection, store.site.name, hits_where(connection, wanted, STRIP))
    return sorted(found, key=lambda one: list(Priority).index(one.priority))
