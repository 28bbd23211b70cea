# SPDX-License-Identifier: Apache-2.0
"""One bit turned anywhere in the files of a record: whatever changes a meaning is named.

`WAYSIDE_BYTE_FLIPS` sets how many places are tried (1,000 for the published figure), else enough for every run.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tampering import PURPOSE, database, evidence_files, opened, some_of_everything

from wayside.domain import WaysideError
from wayside.record.exchange import Order, Selection, export_kept
from wayside.record.journal import KeyList, read_key_list
from wayside.record.verify import Asked, Status, verify_bundle, verify_record
from wayside.record.verify import record as verify

FLIPS = int(os.environ.get("WAYSIDE_BYTE_FLIPS", "100"))
SEED = 20261122
PLAIN = Asked(jobs=1)
UNTOLD = ("backup", "export_file")
"""Tables that are lists of files outside, of which the journal has no digest."""


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record with something of everything, exports and a bundle too, closed so that all of it is in one file."""
    folder = tmp_path_factory.mktemp("flips") / "record"
    some_of_everything(folder, many=60)
    with opened(folder) as store:
        for form in ("jsonl", "csv", "bundle"):
            export_kept(store, Order(Selection(), PURPOSE, form))
    return folder


def turned(data: bytes, place: int, bit: int) -> bytes:
    """The same bytes but for one bit."""
    changed = bytearray(data)
    changed[place] ^= 1 << bit
    return bytes(changed)


def flips(data: bytes, count: int) -> list[tuple[int, int]]:
    """Places and bits, the same in every run."""
    chosen = random.Random(SEED)
    return [(chosen.randrange(len(data)), chosen.randrange(8)) for _ in range(count)]


def meaning(path: Path) -> dict[str, Any] | None:
    """All that a database says: its tables row by row, its indexes, its definitions; None where it cannot be read.

    Read without Wayside. Letters of definitions may be large or small; tables of UNTOLD are left out.
    """
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
            connection.text_factory = bytes
            said: dict[str, Any] = {
                name: connection.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "encoding")
            }
            made = connection.execute(
                "SELECT type, name, lower(tbl_name), lower(sql) FROM sqlite_schema ORDER BY name"
            ).fetchall()
            said["definitions"] = made
            for kind, name, table, sql in made:
                if table.decode() not in UNTOLD:
                    said[f"{kind} {name}"] = contents(connection, kind, name.decode(), table.decode(), sql)
            return said
    except (sqlite3.Error, UnicodeDecodeError):
        return None


def contents(connection: sqlite3.Connection, kind: bytes, name: str, table: str, sql: bytes | None) -> object:
    """The rows of a table, or what an index has of them."""
    if kind == b"table":
        return sorted(connection.execute(f'SELECT * FROM "{table}"').fetchall(), key=repr)
    if kind != b"index" or sql is None:
        return None
    columns, _, condition = sql.decode().partition(" where ")
    columns = columns.partition("(")[2].rpartition(")")[0]
    where = f"WHERE {condition}" if condition else ""
    query = f'SELECT {columns} FROM "{table}" INDEXED BY "{name}" {where} ORDER BY {columns}'
    return connection.execute(query).fetchall()


def named(folder: Path, asked: Asked = PLAIN) -> bool:
    """Whether verification says that something is wrong, in words, whatever it is shown."""
    try:
        report = verify_record(folder, asked)
    except WaysideError as error:
        return bool(str(error))
    assert (report.status is Status.SOUND) == (not report.findings)
    return bool(report.findings)


@pytest.mark.parametrize("jobs", [1, 2])
def test_flips_in_the_database(record: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    """Rows, journal, indexes, definitions; what stays unnamed is free space, which says nothing.

    Several processes read by another driver than one does.
    """
    monkeypatch.setattr(verify, "FEW", 0)
    asked = Asked(jobs=jobs)
    folder = shutil.copytree(record, tmp_path / "record")
    data, whole = database(record).read_bytes(), meaning(database(record))
    found: Counter[str] = Counter()
    for place, bit in flips(data, FLIPS):
        for beside in folder.glob("wayside.sqlite3-*"):
            beside.unlink()
        database(folder).write_bytes(turned(data, place, bit))
        told, changed = named(folder, asked), meaning(database(folder)) != whole
        assert told or not changed, f"bit {bit} of byte {place} changed a meaning and was not named"
        found["named" if told else "free space"] += 1
    assert found["named"] > FLIPS // 20


def each(paths: list[Path], count: int, check: Callable[[], bool]) -> None:
    """Turns bits in some files, one at a time; each must be found."""
    chosen = random.Random(SEED)
    for _ in range(count):
        path = chosen.choice(paths)
        data = path.read_bytes()
        place, bit = chosen.randrange(len(data)), chosen.randrange(8)
        path.write_bytes(turned(data, place, bit))
        assert check(), f"bit {bit} of byte {place} of {path.name} was not named"
        path.write_bytes(data)


def test_flips_in_pictures(record: Path, tmp_path: Path) -> None:
    """Every one is named: a picture is its digest."""
    folder = shutil.copytree(record, tmp_path / "record")
    each(list(evidence_files(folder)), FLIPS // 4, lambda: named(folder))


def test_flips_in_kept_exports(record: Path, tmp_path: Path) -> None:
    """Every one is named: the journal has the digest of each."""
    folder = shutil.copytree(record, tmp_path / "record")
    each(sorted((folder / "exports").iterdir()), FLIPS // 4, lambda: named(folder))


def test_flips_in_keys(record: Path, tmp_path: Path) -> None:
    """The list of public keys is held against itself and against the journal."""
    folder = shutil.copytree(record, tmp_path / "record")
    each([folder / "keys" / "journal.vkeys"], FLIPS // 4, lambda: named(folder))


def unzipped(path: Path, keys: KeyList) -> bool:
    """Whether a bundle is found to be another than the one that was made."""
    return verify_bundle(path, keys).status is Status.TAMPERED


def test_flips_in_a_bundle(record: Path, tmp_path: Path) -> None:
    """All contents; what stays unnamed lies in the archive's own fields, which say nothing of them."""
    (original,) = (record / "exports").glob("*.zip")
    keys, data, bundle = read_key_list(record / "keys" / "journal.vkeys"), original.read_bytes(), tmp_path / "case.zip"
    whole = shown(original)
    for place, bit in flips(data, FLIPS):
        bundle.write_bytes(turned(data, place, bit))
        assert unzipped(bundle, keys) or shown(bundle) == whole, f"bit {bit} of byte {place} was not named"


def shown(path: Path) -> dict[str, bytes]:
    """What anybody takes out of an archive."""
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
