# SPDX-License-Identifier: Apache-2.0
"""Entries of watch lists for tests, in force without anybody's signature, and passages that they ask for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from factories import full_passage

from wayside.domain import Alternative, Passage, PlateClass, Purpose, Registration
from wayside.record import HitSource, Kept, Matched, Store, add_hits, find_passage, milliseconds
from wayside.watch import entries, lists
from wayside.watch.entries import Draft, Entry
from wayside.watch.terms import EntryKind, Term, terms_of

OWNER = Purpose("wanted-vehicle", "CR-2026/0123", "lena")


def drafted(kind: EntryKind, written: str, *, until: datetime, country: str = "", plates: Sequence[str] = ()) -> Draft:
    """An entry as a person writes it."""
    return Draft(kind, terms_of(kind, written, country, plates), until, "the van", instruction="Ring the duty officer")


def a_list(store: Store, name: str = "wanted", site: str | None = None) -> str:
    """The id of a new list."""
    with store.writing() as transaction:
        return lists.add_list(transaction, site or store.site.name, name, "Vehicles to look out for", owner="lena").id


def in_force(
    store: Store, list_id: str, written: str = "101D234", kind: EntryKind = EntryKind.PLATE, days: float = 7,
    request: str | None = None, site: str | None = None, plates: Sequence[str] = (), country: str = "",
) -> Entry:  # fmt: skip
    """An entry that is looked out for from now on."""
    draft = drafted(kind, written, until=store.now() + timedelta(days=days), plates=plates, country=country)
    asked = request or f"request {written} {kind}"
    with store.writing() as transaction:
        entries.propose(transaction, list_id, site or store.site.name, [draft], OWNER, asked)
        return entries.put_in_force(transaction, asked, approved_by="paul")[0]


def plated(
    number: int, text: str | None, probability: float | None = 0.97, others: Sequence[tuple[str, float]] = ()
) -> Passage:
    """A passage that was read like this, as civil."""
    like = full_passage(number)[0]
    reading = replace(
        like.plate, text=text, probability=probability, alternatives=tuple(Alternative(*one) for one in others)
    )
    meant = Registration("GB", PlateClass.CIVIL, None, None, "gb/current", 0.9)
    return replace(like, plate=reading, registration=meant, evidence=())


def entry_with(*terms: Term, entry_id: str = "e1", version: int = 1) -> Entry:
    """An entry in force that no database knows."""
    now = full_passage()[0].began_at
    draft = Draft(EntryKind.PLATE, terms, now + timedelta(days=7))
    return Entry(
        id=entry_id, version=version, list_id="l1", site="north", draft=draft, purpose=OWNER, asked_at=now,
        request="r1", approved_by="paul", emergency=False, from_seq=0, from_at=now,
        ended_seq=None, ended_at=None, ended_by=None,
    )  # fmt: skip


def matched_by(entry: str, kept: Kept, text: str | None = "101D234", list_id: str = "l1") -> Matched:
    """What a passage is to an entry that it fits."""
    one = kept.passage
    began_ms = milliseconds(one.began_at)
    return Matched(
        site=kept.site, source=HitSource.PASSAGE, source_id=one.id, source_seq=kept.seq, camera=one.camera,
        plate_class=None, began_ms=began_ms, received_ms=began_ms, entry=entry, version=1, list_id=list_id, text=text,
        probability=0.97,
    )  # fmt: skip


def lists_at(store: Store, sites: Iterable[str], number: str) -> dict[str, str]:
    """A list of each site, with an entry in force; their ids."""
    found = {}
    for site in sites:
        made = found[f"list {site}"] = a_list(store, f"wanted {number}", site)
        found[f"entry {site}"] = in_force(store, made, request=f"r{number} {site}", site=site).id
    return found


def hits_of_passages(store: Store, passage_ids: Iterable[str], entry: str) -> dict[str, str]:
    """A hit of each passage; the numbers as addresses name them, by `hit` and the passage."""
    with store.writing() as transaction:
        some = [find_passage(transaction.connection, one) for one in passage_ids]
        made = add_hits(transaction, [matched_by(entry, one) for one in some if one is not None])
    return {f"hit {one.matched.source_id}": str(one.seq) for one in made}
