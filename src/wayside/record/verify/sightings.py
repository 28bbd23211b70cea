# SPDX-License-Identifier: Apache-2.0
"""Compares what observers reported, and what it was linked to, with the journal; and its pictures with their files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from sqlalchemy import Table, select

from wayside.record.sightings import KIND, is_link, link_row, photo_of, version_row
from wayside.record.tables import sighting, sighting_link
from wayside.record.verify.part import Part, Task
from wayside.record.verify.pictures import Listed, check_file
from wayside.record.verify.report import Finding
from wayside.record.verify.source import Reader
from wayside.record.verify.told import Told, of_kind

Rows = Mapping[int, tuple[Any, ...]]
"""By the number of the entry."""


def check_sightings(reader: Reader, told: Told, end: int) -> Iterator[Finding]:
    """The tables must have what the journal has, but for what was erased."""
    entries = list(of_kind(told, KIND))
    versions = {seq: tuple(version_row(seq, said)) for seq, said in entries if not is_link(said)}
    links = {seq: tuple(link_row(seq, said)) for seq, said in entries if is_link(said)}
    yield from differing(reader, sighting, versions, end)
    yield from differing(reader, sighting_link, links, end)


def differing(reader: Reader, table: Table, due: Rows, end: int) -> Iterator[Finding]:
    """The rows of one table that are not those that the journal gives."""
    there = {row[0]: tuple(row) for row in reader.rows(select(*table.c).where(table.c.seq < end))}
    for seq in sorted(due.keys() | there.keys()):
        if seq not in there:
            yield Finding("sighting-removed", table.name, seq)
        elif seq not in due:
            yield Finding("sighting-inserted", table.name, seq)
        elif due[seq] != there[seq]:
            yield Finding("sighting-edited", table.name, seq)


def check_photos(listed: Listed, task: Task, part: Part) -> None:
    """Compares the pictures that reports of a range name with those that are listed, and those with their files."""
    for seq, kind, payload in part.noted:
        shown = photo_named(payload) if kind == KIND else None
        if shown is None:
            continue
        digest, size = shown
        there = {one for one in listed.get(seq, set()) if one[:2] == (KIND, bytes.fromhex(digest)) and one[3] == size}
        if not there:
            part.unlisted.append((seq, "", digest))
            continue
        listed[seq] -= there
        part.checked["pictures"] += 1
        damage = check_file(task.source.data_dir, digest) if task.pictures else None
        if damage:
            part.find(damage, "picture", seq, detail=digest)


def photo_named(payload: bytes) -> tuple[str, int] | None:
    """The picture that an entry names; None where it names none, or cannot be understood."""
    try:
        said = msgspec.json.decode(payload)
        return None if is_link(said) else photo_of(said)
    except (msgspec.MsgspecError, KeyError, TypeError):
        return None
