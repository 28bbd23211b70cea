# SPDX-License-Identifier: Apache-2.0
"""Kills a working process at a random instant and checks that the record holds what it acknowledged.

Used by the tests, with a dozen cycles, and by `python -m bench.record.kills`, with a thousand.
"""

from __future__ import annotations

import hashlib
import random
import re
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from e2e.faults.made import made
from e2e.faults.programs import Program, Said
from e2e.faults.worker import BACKUP

from wayside.record import Store
from wayside.record.backup import restore
from wayside.record.disk import RESERVE
from wayside.record.engine import DATABASE
from wayside.record.tables import journal, passage, passage_key, picture
from wayside.record.verify import Asked, verify_record

LONGEST_S = 0.5
OPENING_SHARE = 0.25
"""Share of the cycles in which half a second begins with the process, the others' with its record being open."""
APART = 1_000_000
"""Numbers of one process lie below those of the next."""


def cycle(
    data_dir: Path,
    phase: str,
    start: int,
    said: Said,
    chance: random.Random,
    strike: Callable[[], None] | None = None,
    opening_share: float = OPENING_SHARE,
) -> None:
    """Starts a worker, kills it after at most half a second of work, and hears all that it said.

    `strike`: something else that happens after a while, as the death of the database server; the worker is killed
    a second time of at most half a second later.
    """
    program = Program(data_dir, phase, data_dir.parent / f"said-{data_dir.name}-{start}", start=start)
    if chance.random() > opening_share:
        program.wait_until(lambda said: said.opened > 0)
    if strike is not None:
        time.sleep(chance.uniform(0, LONGEST_S))
        strike()
    time.sleep(chance.uniform(0, LONGEST_S))
    program.kill()
    for line in (data_dir.parent / f"said-{data_dir.name}-{start}").read_text().splitlines():
        said.take(line)


def check(data_dir: Path, said: Said, *, all_pictures: bool = True) -> list[str]:
    """What is wrong with a record, in words; nothing where it holds all that was acknowledged and is sound.

    `all_pictures`: no picture of a passage that is there may have been erased.
    """
    faults = sqlite_faults(data_dir / DATABASE)
    faults += erased_faults(data_dir, said)
    faults += damages(data_dir) if said.opened else []
    with Store(data_dir) as store:
        faults += row_faults(store, said)
        faults += picture_faults(store)
        faults += unshown(store) if all_pictures else []
    return faults if said.opened else faults + damages(data_dir)


def damages(data_dir: Path) -> list[str]:
    """What `wayside verify` finds."""
    report = verify_record(data_dir, Asked(jobs=1))
    return [*map(str, report.findings), *report.unchecked]


def backup_faults(data_dir: Path, said: Said, restored: Path) -> list[str]:
    """What is wrong with what the backup of a record brings back; `restored`: a folder that is not there yet."""
    if said.backed is None:
        return []
    restore(data_dir.parent / BACKUP, restored)
    must_hold = Said(added=said.backed, may_be_gone_below=said.may_be_gone_below, opened=1)
    faults = check(restored, must_hold)
    shutil.rmtree(restored)
    return [f"in the backup: {fault}" for fault in faults]


def erased_faults(data_dir: Path, said: Said) -> list[str]:
    """What can still be read of passages whose erasure was acknowledged: plates in any file, and pictures."""
    faults = []
    for path in data_dir.rglob("*"):
        if path.is_file() and path.suffix != ".jpg" and path.name != RESERVE:
            readable = {int(found) for found in re.findall(rb"KQ(\d{7})ZX", path.read_bytes())}
            if left := sorted(number for number in readable if number < said.gone_below):
                faults.append(f"{path.name} still holds {left}")
    for number in said.added:
        path = data_dir / made(number)[0].evidence[0].path
        if number < said.gone_below and path.exists():
            faults.append(f"the picture of {number} is still there")
    return faults


def sqlite_faults(path: Path) -> list[str]:
    """What SQLite finds wrong with its file."""
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as connection:
        answer = connection.execute("PRAGMA integrity_check").fetchall()
    return [] if answer == [("ok",)] else [f"integrity_check: {answer}"]


def row_faults(store: Store, said: Said) -> list[str]:
    """Passages that are lost, twice there, or not gone; entries that do not match them."""
    with store.reading() as connection:
        numbers = [int(one, 16) for one in connection.execute(sa.select(passage.c.id)).scalars()]
        keys = sorted(int(one, 16) for one in connection.execute(sa.select(passage_key.c.id)).scalars())
        entries = sa.select(journal.c.seq, journal.c.kind, journal.c.salt).order_by(journal.c.seq)
        rows = connection.execute(entries).all()
    there = set(numbers)
    alive = sum(kind == "passage" and salt is not None for _, kind, salt in rows)
    found = {
        "lost": sorted(said.must_be_there - there),
        "twice": sorted(number for number in there if numbers.count(number) > 1) if len(there) < len(numbers) else [],
        "not erased": sorted(number for number in there if number < said.gone_below),
        "keys": [] if keys == sorted(numbers) else [len(keys), len(numbers)],
        "entries": [] if alive == len(numbers) else [alive, len(numbers)],
        "holes": [] if [seq for seq, _, _ in rows] == list(range(len(rows))) else [len(rows)],
    }
    return [f"{what}: {which}" for what, which in found.items() if which]


def unshown(store: Store) -> list[str]:
    """Passages that have lost a picture."""
    with store.reading() as connection:
        named = {(row.seq, bytes(row.sha256).hex()) for row in connection.execute(sa.select(picture))}
    return [
        f"passage {one.id} has lost a picture"
        for seq, one in store.since(0, sys.maxsize)
        for evidence in made(int(one.id, 16))[0].evidence
        if (seq, evidence.sha256) not in named
    ]


def picture_faults(store: Store) -> list[str]:
    """Pictures that a row names and that are missing or not what they were; files of what was erased."""
    faults = []
    with store.reading() as connection:
        named = {bytes(one).hex() for one in connection.execute(sa.select(picture.c.sha256)).scalars()}
    for digest in named:
        path = store.data_dir / "evidence" / digest[:2] / digest[2:4] / f"{digest}.jpg"
        if not path.exists():
            faults.append(f"picture {digest} is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            faults.append(f"picture {digest} is another")
    if any((store.data_dir / "evidence" / "unfinished").iterdir()):
        faults.append("a draft was left")
    return faults
