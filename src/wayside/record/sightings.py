# SPDX-License-Identifier: Apache-2.0
"""Sightings in the record: every version of a report, what it was linked to, and the picture that came with it.

A version is a row that the payload of its journal entry gives, and can be made from it again: so restoring does, and
verification compares the two. Nothing here asks who may; the rooms above do.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, exists, select
from sqlalchemy import Row as SqlRow

from wayside.domain import EvidenceRole, Photo, Sighting
from wayside.record.bulk import add_rows
from wayside.record.evidence import evidence_for, picture_path
from wayside.record.rows import ENCODER, milliseconds, moment
from wayside.record.tables import picture, sighting, sighting_link

if TYPE_CHECKING:
    from wayside.record.store import Store, Transaction

KIND = "sighting"
"""Of the journal's entries, and the role of the pictures."""
DECODER = msgspec.json.Decoder(Sighting)


class VersionKind(StrEnum):
    """What a version is to the one before it."""

    REPORT = "report"
    EDIT = "edit"
    """By its observer, within minutes of the report."""
    CORRECTION = "correction"
    """By its observer, later, with a reason."""


class LinkKind(StrEnum):
    """What somebody says of a sighting and a passage."""

    LINK = "link"
    UNLINK = "unlink"


@dataclass(frozen=True, slots=True)
class SightingVersion:
    """A report as it stood after one change."""

    seq: int
    """Number of its journal entry."""
    version: int
    what: VersionKind
    sighting: Sighting
    reason: str | None
    at: datetime
    received_at: datetime
    """When the first version came."""


@dataclass(frozen=True, slots=True)
class SightingLink:
    """One statement of one person about one pair."""

    seq: int
    sighting_id: str
    passage_id: str
    stands: bool
    author: str
    reason: str
    at: datetime


class VersionRow(NamedTuple):
    """A row of `sighting`, in the order of its columns."""

    seq: int
    id: str
    version: int
    what: str
    site: str
    observer: str
    brief: str
    seen_ms: int
    received_ms: int
    at_ms: int
    class_: str | None
    place: str | None
    reason: str | None
    more: str


class LinkRow(NamedTuple):
    """A row of `sighting_link`, in the order of its columns."""

    seq: int
    sighting: str
    passage: str
    stands: int
    author: str
    reason: str
    at_ms: int


def time_of(text: str) -> int:
    """Milliseconds of a time as payloads have it."""
    return milliseconds(datetime.fromisoformat(text))


def version_row(seq: int, said: Mapping[str, Any]) -> VersionRow:
    """The row that the payload of an entry gives; raises KeyError, ValueError for a payload of another form."""
    told = said["sighting"]
    return VersionRow(
        seq,
        told["id"],
        said["version"],
        said["what"],
        told["site"],
        told["observer"],
        told["brief_id"],
        time_of(told["seen_at"]),
        said["received_ms"],
        time_of(said["at"]),
        told["plate_class"],
        told["place"]["name"],
        said["reason"],
        ENCODER.encode(told).decode(),
    )


def link_row(seq: int, said: Mapping[str, Any]) -> LinkRow:
    """The same for a link."""
    stands = int(said["what"] == LinkKind.LINK)
    ids = said["sighting_id"], said["passage_id"]
    return LinkRow(seq, *ids, stands, said["person"], said["reason"], time_of(said["at"]))


def is_link(said: Mapping[str, Any]) -> bool:
    """Whether a payload tells of a link rather than of a report."""
    return said["what"] in set(LinkKind)


def photo_of(said: Mapping[str, Any]) -> tuple[str, int] | None:
    """SHA-256 and size of the picture that came with this very version."""
    photo = said["sighting"]["photo"]
    return None if photo is None or said["version"] > 1 else (photo["sha256"], photo["size"])


def put(connection: Connection, seq: int, said: Mapping[str, Any]) -> None:
    """Writes the row that an entry gives, without its picture; for restoring, too."""
    if is_link(said):
        add_rows(connection, sighting_link, [link_row(seq, said)])
    else:
        add_rows(connection, sighting, [version_row(seq, said)])


def keep_photo(store: Store, jpeg: bytes) -> Photo:
    """Writes a picture, while the caller holds the record alone; raises RecordError, OSError where there is no room."""
    store.disk.check_room()
    evidence = evidence_for(EvidenceRole.FRAME, jpeg)
    store.pictures.keep(evidence, jpeg)
    return Photo(evidence.sha256, len(jpeg))


def add_version(
    transaction: Transaction,
    what: VersionKind,
    told: Sighting,
    version: int,
    received_ms: int,
    reason: str | None = None,
) -> int:
    """Appends a version with its journal entry; its number. The picture must be kept already."""
    said = {
        "at": transaction.at,
        "person": told.observer,
        "what": what.value,
        "version": version,
        "received_ms": received_ms,
        "reason": reason,
        "sighting": msgspec.to_builtins(told),
    }
    seq = transaction.append(KIND, said)
    put(transaction.connection, seq, said)
    shown = photo_of(said)
    if shown is not None:
        row = (bytes.fromhex(shown[0]), seq, KIND, received_ms, shown[1])
        add_rows(transaction.connection, picture, [row])
    return seq


def add_link(
    transaction: Transaction, sighting_id: str, passage_id: str, *, stands: bool, author: str, reason: str
) -> int:
    """Appends what somebody says of a pair, with its journal entry; its number."""
    what = LinkKind.LINK if stands else LinkKind.UNLINK
    said = {
        "at": transaction.at,
        "person": author,
        "what": what.value,
        "sighting_id": sighting_id,
        "passage_id": passage_id,
        "reason": reason,
    }
    seq = transaction.append(KIND, said)
    put(transaction.connection, seq, said)
    return seq


def version_of(row: SqlRow[Any]) -> SightingVersion:
    """From a row."""
    return SightingVersion(
        row.seq,
        row.version,
        VersionKind(row.what),
        DECODER.decode(row.more),
        row.reason,
        moment(row.at_ms),
        moment(row.received_ms),
    )


def sighting_versions(connection: Connection, sighting_id: str) -> list[SightingVersion]:
    """Every version of one report, the first one first; none where there is no such report, or it was erased."""
    query = select(sighting).where(sighting.c.id == sighting_id).order_by(sighting.c.version)
    return [version_of(row) for row in connection.execute(query)]


def versions_after(connection: Connection, seq: int, limit: int) -> list[SightingVersion]:
    """The versions of reports that were recorded after a number, in the order in which they were."""
    query = select(sighting).where(sighting.c.seq > seq).order_by(sighting.c.seq).limit(limit)
    return [version_of(row) for row in connection.execute(query)]


def known_sightings(connection: Connection, ids: Collection[str]) -> set[str]:
    """Those of the ids under which there is a report."""
    return set(connection.execute(select(sighting.c.id).where(sighting.c.id.in_(ids))).scalars())


def is_newest() -> ColumnElement[bool]:
    """Whether no later version of a report exists."""
    later = sighting.alias("later")
    return ~exists().where(later.c.id == sighting.c.id, later.c.version > sighting.c.version)


def newest_sightings(
    connection: Connection,
    site: str,
    *,
    since: datetime,
    until: datetime,
    limit: int,
    observer: str | None = None,
    ids: Collection[str] | None = None,
) -> list[SightingVersion]:
    """The reports of a site as they stand, of things seen from `since` to before `until`, the newest first."""
    columns = sighting.c
    seen = columns.seen_ms >= milliseconds(since), columns.seen_ms < milliseconds(until)
    query = select(sighting).where(columns.site == site, *seen, is_newest())
    if observer is not None:
        query = query.where(columns.observer == observer)
    if ids is not None:
        query = query.where(columns.id.in_(ids))
    query = query.order_by(columns.seen_ms.desc(), columns.seq.desc()).limit(limit)
    return [version_of(row) for row in connection.execute(query)]


def link_of(row: SqlRow[Any]) -> SightingLink:
    """From a row."""
    return SightingLink(row.seq, row.sighting, row.passage, bool(row.stands), row.author, row.reason, moment(row.at_ms))


def links_of_sighting(connection: Connection, sighting_id: str) -> list[SightingLink]:
    """All that was said of a sighting and passages, in the order in which it was."""
    query = select(sighting_link).where(sighting_link.c.sighting == sighting_id).order_by(sighting_link.c.seq)
    return [link_of(row) for row in connection.execute(query)]


def links_of_passage(connection: Connection, passage_id: str) -> list[SightingLink]:
    """The same, of a passage and sightings."""
    query = select(sighting_link).where(sighting_link.c.passage == passage_id).order_by(sighting_link.c.seq)
    return [link_of(row) for row in connection.execute(query)]


def standing(links: Collection[SightingLink]) -> list[SightingLink]:
    """Those links that hold: the last word on each pair, where it is a yes."""
    last = {(one.sighting_id, one.passage_id): one for one in links}
    return [one for one in last.values() if one.stands]


def photo_path(photo: Photo) -> str:
    """Where the picture of a report lies, relative to the data directory."""
    return picture_path(photo.sha256)
