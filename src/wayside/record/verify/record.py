# SPDX-License-Identifier: Apache-2.0
"""Checks a whole record: every entry, every row, every checkpoint, against each other and against what others kept."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography import x509
from sqlalchemy import select

from wayside.domain import RecordError
from wayside.record.engine import DATABASE
from wayside.record.journal import PUBLIC_KEYS, Frontier, KeyList, NodeOf, commitment, read_key_list
from wayside.record.keyring import FOLDER as KEYS
from wayside.record.ledger import node_reader
from wayside.record.site import read_site
from wayside.record.tables import journal
from wayside.record.verify.chunks import CHUNK, LEVEL, Spine
from wayside.record.verify.counts import check_counts
from wayside.record.verify.derived import TABLES, actual_sum, amended_sum, differences
from wayside.record.verify.dictionary import check_dictionary
from wayside.record.verify.entries import check_range
from wayside.record.verify.exports import check_exports
from wayside.record.verify.file import check_database_file
from wayside.record.verify.lineage import Lineage, read_nodes
from wayside.record.verify.outline import Outline, read_outline, size_of
from wayside.record.verify.part import Part, Task
from wayside.record.verify.permissions import Permissions
from wayside.record.verify.report import Finding, Report
from wayside.record.verify.schema import check_schema
from wayside.record.verify.sightings import check_sightings
from wayside.record.verify.signed import kept
from wayside.record.verify.source import DamagedError, Reader, Source
from wayside.record.verify.stamped import check_stamps
from wayside.record.verify.told import (
    check_amendments,
    check_cameras,
    check_hits,
    check_holds,
    check_keys,
    counts_alone,
    decoded,
)
from wayside.record.verify.workers import CutShortError, workers

RANGE = 64 * CHUNK
"""Entries that one process checks at a time."""
FEW = 2 * RANGE
"""So many are checked before another process has begun."""
LOST = frozenset({"row-edited", "row-removed", "row-unreadable", "entry-removed", "entry-unreadable"})
"""Damages after which a passage is not counted."""

FILE, DICTIONARY, AMENDED = "file", "dictionary", "amended"
"""Checks beside those of the tables by their names."""

Progress = Callable[[int, int], None]
"""Told how many entries of how many were checked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a record is to be checked."""

    keys: KeyList | None = None
    """Whose signatures are taken; None: those that the record lists."""
    kept: tuple[str, ...] = ()
    """Checkpoints that somebody else kept: signed notes."""
    since: int = 0
    """Entries that a checkpoint among `kept` covers and that were checked before."""
    pictures: bool = True
    roots: tuple[x509.Certificate, ...] | None = None
    """Certificates of time stamp authorities that are believed; None: time stamps are not looked at."""
    jobs: int | None = None
    """Processes; None: as many as there are cores."""


EVERYTHING = Asked()


def quiet(done: int, total: int) -> None:
    """Tells nobody."""


def record_source(data_dir: Path) -> Source:
    """Where the record of a data directory lies; raises RecordError where there is none, UsageError."""
    source = Source(data_dir, read_site(data_dir).database)
    if source.database is None and not (data_dir / DATABASE).is_file():
        raise RecordError(f"{data_dir}: holds no record; name another --data")
    return source


def record_keys(data_dir: Path) -> KeyList:
    """The public keys that a record lists; raises KeyFileError, MalformedError."""
    return read_key_list(data_dir / KEYS / PUBLIC_KEYS)


def verify_record(data_dir: Path, asked: Asked = EVERYTHING, progress: Progress = quiet) -> Report:
    """Checks the record of a data directory; never writes. Raises RecordError, UsageError where it cannot be read.

    Where one of several processes dies, this one begins again by itself, with a file that is read and not mapped: it
    can say which page of it the disk does not give.
    """
    source, keys = record_source(data_dir), asked.keys or record_keys(data_dir)
    try:
        return _checked(source, keys, asked, progress)
    except CutShortError:
        return _checked(source, keys, replace(asked, jobs=1), progress)


def _checked(source: Source, keys: KeyList, asked: Asked, progress: Progress) -> Report:
    report = Report("record", keys.origin, keys=[str(one.key) for one in keys.keys])
    try:
        with source.open() as reader:
            reader.check_form(str(source.data_dir / DATABASE))
            size = size_of(reader)
        RecordCheck(source, keys, asked, size, report).run(progress)
    except DamagedError as error:
        report.add([Finding("file-damaged", detail=str(error)), *check_database_file(source)])
    report.findings.sort(key=lambda one: -1 if one.seq is None else one.seq)
    return report


class RecordCheck:
    """The check of one record at one moment; entries that come while it runs are left for the next one."""

    def __init__(self, source: Source, keys: KeyList, asked: Asked, size: int, report: Report) -> None:
        """`size`: entries of the record; few are not worth several processes."""
        self._source, self._keys, self._asked, self._report = source, keys, asked, report
        self._outline: Outline  # of the moment that is checked, which `run` takes
        self._first = asked.since // CHUNK * CHUNK
        jobs = asked.jobs or len(os.sched_getaffinity(0))
        self._jobs = jobs if size - self._first > FEW else 1
        self._apart = replace(source, apart=self._jobs > 1)
        """The source for what other processes may check."""
        self._kept = kept(asked.kept, keys)
        self._parts = Part()
        """What all parts have in common, added up."""
        self._odd: list[Exception] = []

    def run(self, progress: Progress) -> None:
        """Does all of it; raises RecordError, DamagedError."""
        whole = not self._first
        with workers(self._jobs) as pool:
            begun = self._begun(pool) if whole else {}
            self._look()  # while the others are at work
            tasks = self._tasks()
            half = len(tasks) // 2
            parts = deque(pool.submit(check_range, task) for task in tasks[:half])
            begun |= self._sums(pool) if whole else {}  # not last: at the end every process has something small
            parts.extend(pool.submit(check_range, task) for task in tasks[half:])
            if whole:
                self._attempt(self._made)
            self._attempt(lambda: self._entries(tasks, parts, progress))
            if whole:
                self._attempt(lambda: self._derived(begun))
            damage = begun[FILE].result() if whole else []
        self._attempt(self._permitted)
        if not self._first:
            self._attempt(self._told)
            self._attempt(self._counts)
        self._report.add(damage)
        if self._odd and not damage:
            raise self._odd[0]

    def _look(self) -> None:
        """Takes the moment that is checked; raises DamagedError."""
        with self._source.open() as reader:
            self._outline = read_outline(reader)
        report, size = self._report, self._outline.size
        report.entries, report.first, report.unsigned = size, self._first, size - self._outline.signed
        report.add([*self._outline.findings, *self._kept.findings, *self._cut()])

    def _attempt(self, step: Callable[[], None]) -> None:
        """Does one step; what of it cannot be read is damage, and no reason to leave the others undone.

        Nor is what has another type than its column allows, in a file that is damaged.
        """
        try:
            step()
        except DamagedError as error:
            self._report.add([Finding("file-damaged", detail=str(error))])
        except (TypeError, ValueError, LookupError) as error:
            self._odd.append(error)

    def _cut(self) -> Iterator[Finding]:
        """Checkpoints kept elsewhere, of more entries than there are."""
        size = self._outline.size
        for beyond in sorted(self._kept.roots):
            if beyond > size:
                yield Finding("journal-cut", "journal", detail=f"{size} instead of {beyond}, as was kept elsewhere")

    def _entries(self, tasks: Sequence[Task], parts: deque[Future[Part]], progress: Progress) -> None:
        """Takes what the checks of all ranges come to, in order, with the checkpoints that they lead to."""
        with self._source.open() as reader:
            nodes = read_nodes(reader)
            spine = Spine(Frontier.of(self._first // CHUNK, above(node_reader(reader.connection))))
        lineage = Lineage(nodes, self._kept, spine, self._first)
        size = self._outline.size
        for task in tasks:
            part = parts.popleft().result()
            self._report.add(lineage.take(part, task.end))
            self._add(part)
            progress(task.end - self._first, size - self._first)
        self._report.add(lineage.settled(self._parts.findings))
        if not self._first:
            self._report.add(lineage.false_nodes(size))
        self._report.checked.update(lineage.checked)

    def _tasks(self) -> list[Task]:
        """The ranges, each with the sizes at which others kept checkpoints."""
        source, size, pictures = self._apart, self._outline.size, self._asked.pictures
        tasks = []
        for first in range(self._first, size, RANGE):
            end = min(first + RANGE, size)
            wanted = tuple(one for one in self._kept.roots if first < one <= end)
            tasks.append(Task(source, first, end, wanted, self._keys, pictures))
        return tasks

    def _add(self, part: Part) -> None:
        """Adds up what the parts have in common."""
        self._report.add(part.signed.findings)
        self._parts.findings += part.findings
        self._parts.blanks += part.blanks
        self._parts.noted += part.noted
        self._parts.unlisted += part.unlisted
        self._parts.sums.update(part.sums)
        self._parts.counts.update(part.counts)
        self._report.checked.update(part.checked)

    def _begun(self, pool: Executor) -> dict[str, Future[Any]]:
        """What needs nothing of the entries, nor how many there are."""
        return {
            FILE: pool.submit(check_database_file, self._apart),
            DICTIONARY: pool.submit(check_dictionary, self._apart),
        }

    def _sums(self, pool: Executor) -> dict[str, Future[Any]]:
        """The sums over the tables that search reads, by table; they need nothing of the entries until they end."""
        end = self._outline.size
        sums = {table: pool.submit(actual_sum, self._apart, table, end) for table in TABLES}
        return {AMENDED: pool.submit(amended_sum, self._apart, end), **sums}

    def _derived(self, begun: dict[str, Future[Any]]) -> None:
        """Compares the tables that search reads."""
        end = self._outline.size
        self._parts.sums["candidate"] += begun[AMENDED].result()
        for table in TABLES:
            if begun[table].result() != self._parts.sums[table]:
                self._report.add(differences(self._source, table, end))
        self._report.add(begun[DICTIONARY].result())

    def _permitted(self) -> None:
        """Holds the blanks, and the pictures that are gone, against what the erasure entries permit."""
        permissions = Permissions()
        with self._source.open() as reader:
            for seq, payload in [*self._erasures(), *later_erasures(reader, self._outline.size)]:
                permissions.add(seq, payload)
        self._report.add(permissions.findings(self._parts.blanks))
        kept_pictures = permissions.kept_pictures(seq for seq, _, _ in self._parts.unlisted)
        for seq, passage, digest in self._parts.unlisted:
            if seq in kept_pictures:
                self._report.add([Finding("picture-unlisted", "picture", seq, passage=passage, detail=digest)])

    def _erasures(self) -> Iterator[tuple[int, bytes]]:
        return ((seq, payload) for seq, kind, payload in self._parts.noted if kind == "erasure")

    def _made(self) -> None:
        """Compares the tables and their guards with those that Wayside makes, and looks at the time stamps."""
        with self._source.open() as reader:
            self._report.add(check_schema(reader))
            if self._asked.roots is not None:
                self._report.add(check_stamps(reader, self._source.data_dir, self._asked.roots))

    def _told(self) -> None:
        """Compares what people said and decided."""
        told, blank = decoded(self._parts.noted), {one.kind for one in self._parts.blanks}
        with self._source.open() as reader:
            self._report.add(check_amendments(reader, told, self._outline.size))
            self._report.add(check_sightings(reader, told, self._outline.size))
            self._report.add(check_hits(reader, told, self._outline.size))
            self._report.add(check_holds(reader, told, erased="hold" in blank))
            self._report.add(check_cameras(reader, told))
            self._report.add(check_exports(reader, told, self._source.data_dir))
        if self._asked.keys is None:
            self._report.add(check_keys(self._keys, told))

    def _counts(self) -> None:
        """Compares the counts by the hour; a passage that is damaged is not there to be counted."""
        erased = sum(one.last - one.first + 1 for one in self._parts.blanks if one.kind == "passage")
        lost = [one for one in self._parts.findings if one.damage in LOST]
        damaged = sum((one.last or one.seq or 0) - (one.seq or 0) + 1 for one in lost)
        gone = None if counts_alone(decoded(self._parts.noted)) else erased + damaged
        self._report.add(check_counts(self._outline.counts, self._parts.counts, gone))


def above(node: NodeOf) -> NodeOf:
    """The nodes of the tree over chunks, from those of the tree over entries."""
    return lambda level, number: node(level + LEVEL, number)


def later_erasures(reader: Reader, size: int) -> Iterator[tuple[int, bytes]]:
    """Erasures that were told of while the check ran: their own commitments hold, the next check sees the rest."""
    entry = journal.c
    query = select(entry.seq, entry.commitment, entry.salt, entry.payload)
    for seq, committed, salt, payload in reader.rows(query.where(entry.seq >= size, entry.kind == "erasure")):
        if commitment(salt, payload) == committed:
            yield seq, payload
