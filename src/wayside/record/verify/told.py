# SPDX-License-Identifier: Apache-2.0
"""Compares what people said and decided, as the tables have it, with the journal: amendments, holds, cameras, keys."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select

from wayside.record.hits import row_told
from wayside.record.journal import KeyList
from wayside.record.rows import milliseconds
from wayside.record.tables import amendment, camera, hit, hold, passage_key, sighting, verdict
from wayside.record.verify.report import Finding
from wayside.record.verify.source import Reader

Told = list[tuple[int, str, dict[str, Any]]]
"""Number, kind and payload of entries, in order."""


def decoded(noted: Iterable[tuple[int, str, bytes]]) -> Told:
    """The payloads that are JSON objects, as all are that Wayside wrote."""
    found: Told = []
    for seq, kind, payload in noted:
        try:
            found.append((seq, kind, msgspec.json.decode(payload, type=dict[str, Any])))
        except msgspec.MsgspecError:
            continue
    return found


def of_kind(told: Told, kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The entries of one kind."""
    return ((seq, payload) for seq, name, payload in told if name == kind)


def counts_alone(told: Told) -> bool:
    """Whether the site ever kept no more than the counts of what hit nothing, as the journal has its policies."""
    policies = (said["settings"] for _, said in of_kind(told, "config") if "policy" in said)
    return any(settings.get("no_hit", {}).get("on") for settings in policies)


def amendment_row(seq: int, said: dict[str, Any]) -> tuple[Any, ...]:
    """The row that an entry gives the table of amendments."""
    at_ms = milliseconds(datetime.fromisoformat(said["at"]))
    value = json.dumps(said["value"])
    return (seq, said["passage_id"], said["kind"], said["field"], value, said["person"], said["reason"], at_ms)


def check_amendments(reader: Reader, told: Told, end: int) -> Iterator[Finding]:
    """The table must have what the journal has, but for what was erased."""
    due = {seq: amendment_row(seq, said) for seq, said in of_kind(told, "amendment")}
    there = {row[0]: row for row in reader.rows(select(*amendment.c).where(amendment.c.seq < end))}
    for seq in sorted(due.keys() | there.keys()):
        if seq not in there:
            yield Finding("amendment-removed", "amendment", seq, passage=due[seq][1])
        elif seq not in due:
            yield Finding("amendment-inserted", "amendment", seq, passage=there[seq][1])
        elif due[seq] != there[seq]:
            yield Finding("amendment-edited", "amendment", seq, passage=due[seq][1])


def check_hits(reader: Reader, told: Told, end: int) -> Iterator[Finding]:
    """The tables of hits and of what people said of them must have what the journal has, but for what was erased."""
    made, said, stands = {}, {}, {}
    for seq, payload in of_kind(told, "hit"):
        if payload["what"] == "made":
            made[seq] = row_told(seq, payload)
        else:
            at_ms = milliseconds(datetime.fromisoformat(payload["at"]))
            said[seq] = (seq, payload["hit"], payload["state"], payload["person"], payload["reason"], at_ms)
            stands[payload["hit"]] = payload["state"]
    hits = {seq: tuple({**row, "state": stands.get(seq, "new")}.values()) for seq, row in made.items()}
    for table, due in ((hit, hits), (verdict, said)):
        there = {row[0]: row for row in reader.rows(select(*table.c).where(table.c.seq < end))}
        yield from unlike(table.name, due, there)


def unlike(table: str, due: Mapping[int, Any], there: Mapping[int, Any]) -> Iterator[Finding]:
    """The rows of a table of hits that are missing, too many or changed."""
    for seq in sorted(due.keys() | there.keys()):
        if seq not in there:
            yield Finding("hit-removed", table, seq)
        elif seq not in due:
            yield Finding("hit-inserted", table, seq)
        elif due[seq] != there[seq]:
            yield Finding("hit-edited", table, seq)


def holds_told(told: Told) -> dict[tuple[str, str], tuple[Any, ...]]:
    """The rows that the journal gives the table of holds, by hold and passage; the last column: whether released."""
    rows: dict[tuple[str, str], tuple[Any, ...]] = {}
    for seq, said in of_kind(told, "hold"):
        if not said["placed"]:
            rows.update({key: (*row[:-1], True) for key, row in rows.items() if key[0] == said["hold"]})
            continue
        for passage_id in said["passages"]:
            stated = (said["reference"], said["placed_by"], said["approved_by"], said["expires_ms"], False)
            rows[said["hold"], passage_id] = (seq, *stated)
    return rows


def check_holds(reader: Reader, told: Told, *, erased: bool) -> Iterator[Finding]:
    """Every hold of a passage that is there must be as it was placed; `erased`: whether entries on holds are blank."""
    names = ("id", "passage_id", "reference", "placed_by", "approved_by", "expires_ms", "released_ms")
    there = {row[:2]: row for row in reader.rows(select(*(hold.c[name] for name in names)))}
    due = holds_told(told)
    kept: set[str] = set()
    for column in (passage_key.c.id, sighting.c.id) if due.keys() - there.keys() else ():
        kept.update(row[0] for row in reader.rows(select(column)))
    for key, (seq, *stated) in due.items():
        found = there.get(key)
        if found is None and key[1] in kept:
            yield Finding("hold-removed", "hold", seq, passage=key[1])
        elif found is not None and (*found[2:-1], found[-1] is not None) != tuple(stated):
            yield Finding("hold-edited", "hold", seq, passage=key[1])
    for key in [] if erased else sorted(there.keys() - due.keys()):
        yield Finding("hold-inserted", "hold", passage=key[1])


def check_cameras(reader: Reader, told: Told) -> Iterator[Finding]:
    """Every camera must be where the journal last said that it is."""
    stated = {
        said["camera"]["name"]: (seq, said["camera"]) for seq, said in of_kind(told, "config") if said.get("camera")
    }
    names = [column.name for column in camera.c if column.name != "site"]
    there = {
        row[0]: dict(zip(names, row, strict=True)) for row in reader.rows(select(*(camera.c[name] for name in names)))
    }
    for name in sorted(stated.keys() | there.keys()):
        seq, due = stated.get(name, (None, None))
        if there.get(name) != due:
            yield Finding("camera-edited", "camera", seq, detail=name)


def check_keys(keys: KeyList, told: Told) -> Iterator[Finding]:
    """The journal itself must announce each of its keys, so that none can be slipped into the list."""
    announced = {said["key"] for _, said in of_kind(told, "config") if said.get("key")}
    for one in keys.keys:
        if str(one.key) not in announced:
            yield Finding("key-unannounced", detail=f"fingerprint {one.key.fingerprint}")
