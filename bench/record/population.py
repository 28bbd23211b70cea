# SPDX-License-Identifier: Apache-2.0
"""Fills a record with very many passages, by statements of the database itself, for measurements of what reads it.

`python -m bench.record.population --passages 1000000 --database sqlite --dir DIR` makes it and tells its size. As a
campus of twenty cameras and four gates gives them: one in twenty unread, three in a hundred diplomatic, fifteen with an
alternative; the plates are 12 % of the passages, some of them seen every day and most of them a few times. Everything
follows from the number of the passage, so two databases hold the same. `--bare` leaves out what no search reads,
`--lean` all but what one for an exact plate reads: passages, candidates, the index of plates; for a hundred million.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, event

from bench.record.common import START, standing_dir
from wayside.record import Store, milliseconds
from wayside.record.engine import open_engine
from wayside.record.partitions import DAY_MS, day_of, make_partitions
from wayside.record.plate_texts import PIECE
from wayside.record.site import read_site

DISTINCT = 0.12
BATCH = 1_000_000
LETTERS = "ABCDEFGHJKLMNOPRSTUVWXY"
AWAY = 2**40
"""Added to the numbers of passages that have no journal, so that those of new ones do not meet them."""
FIRST_MS = milliseconds(START)
FILLED = ("passage", "passage_key", "candidate", "crossing", "plate_text", "plate_piece", "rollup")
TEXT_LENGTH = 7


@dataclass(frozen=True)
class Population:
    """What is made."""

    passages: int
    days: int = 90
    bare: bool = False
    """Without what search does not read: the keys of passages and the names of their pictures."""
    lean: bool = False
    """Bare, and without what a search for an exact plate does not read: crossings, dictionary, counts, indexes."""

    def __post_init__(self) -> None:
        """What is lean is bare, too."""
        object.__setattr__(self, "bare", self.bare or self.lean)

    @property
    def plates(self) -> int:
        """Distinct plates, roughly."""
        return max(1, int(self.passages * DISTINCT))

    @property
    def step_ms(self) -> int:
        """Between two passages."""
        return max(1, self.days * DAY_MS // self.passages)


def mixed(value: str) -> str:
    """A number of 32 bits in which those of a number are stirred; both databases take the same words."""
    return f"((({value}) * 2654435761) & 4294967295)"


def folded(value: str, shift: int) -> str:
    """`value ^ (value >> shift)`: SQLite has no exclusive or."""
    return f"(({value} | ({value} >> {shift})) - ({value} & ({value} >> {shift})))"


def letter(value: str, divisor: int) -> str:
    """A letter taken from a number."""
    return f"substr('{LETTERS}', CAST({value} / {divisor} % {len(LETTERS)} AS INTEGER) + 1, 1)"


def digit(value: str, divisor: int) -> str:
    """A digit taken from a number."""
    return f"CAST({value} / {divisor} % 10 AS TEXT)"


def written(form: str, value: str) -> str:
    """A text of letters (L), digits (9) and signs that stand for themselves, taken from a number."""
    parts, divisor = [], 1
    for sign in form:
        if sign == "L":
            parts.append(letter(value, divisor))
            divisor *= len(LETTERS)
        elif sign == "9":
            parts.append(digit(value, divisor))
            divisor *= 10
        else:
            parts.append(f"'{sign}'")
    return " || ".join(parts)


def plate_of(number: str) -> str:
    """The plate of a vehicle by its number: British, diplomatic or foreign."""
    stirred = f"(({number}) * 1500450271 % 643634300)"
    diplomatic = f"CAST(100 + {stirred} % 150 AS TEXT) || 'D' || {written('999', f'({stirred} / 150)')}"
    return (
        f"CASE WHEN ({number}) % 100 < 3 THEN {diplomatic} "
        f"WHEN ({number}) % 10 = 9 THEN {written('LLL9999', stirred)} ELSE {written('LL99LLL', stirred)} END"
    )


FENCE = {"sqlite": "LIMIT -1", "postgresql": "OFFSET 0"}
"""Keeps the database from writing an inner expression out wherever the outer one names it."""


WHOLE = {"sqlite": "CAST({} AS INTEGER)", "postgresql": "CAST(floor({}) AS BIGINT)"}


def numbers(dialect: str, first: int, end: int) -> str:
    """The numbers of some passages."""
    if dialect == "postgresql":
        return f"(SELECT n::bigint AS n FROM generate_series({first}, {end - 1}) AS n)"
    series = f"SELECT {first} AS n UNION ALL SELECT n + 1 FROM series WHERE n + 1 < {end}"
    return f"(WITH RECURSIVE series(n) AS ({series}) SELECT n FROM series)"


def drawn(made: Population, dialect: str, first: int, end: int) -> str:
    """Everything that is decided of some passages, one row each."""
    chance = ", ".join(f"{folded(mixed(f'n * 3 + {k}'), 15)} AS x{k}" for k in range(3))
    again = ", ".join(f"(x{k} * 1540483477) & 4294967295 AS y{k}" for k in range(3))
    last = ", ".join(f"{folded(f'y{k}', 13)} AS h{k}" for k in range(3))
    share = "(h0 / 4294967296.0)"
    return f"""(
        SELECT n + {AWAY} AS seq, n, {FIRST_MS} + n * {made.step_ms} AS began_ms, h1 % 20 AS camera_no,
            {WHOLE[dialect].format(f"{share} * {share} * {made.plates}")} AS vehicle,
            h1 / 20 % 100 AS part, h1 / 2000 % 2 AS direction, h1 / 4000 % 10 AS aboard, h2 % 20 AS readable,
            h2 / 20 % 20 AS doubtful, h2 / 400 % {TEXT_LENGTH} AS place, h2 / 4000 AS other
        FROM (SELECT n, {last} FROM (SELECT n, {again} FROM (SELECT n, {chance}
            FROM {numbers(dialect, first, end)} AS counted {FENCE[dialect]}) AS once {FENCE[dialect]}) AS twice
            {FENCE[dialect]}) AS stirred {FENCE[dialect]})"""


def known(made: Population, dialect: str, first: int, end: int) -> str:
    """The same with the plate and its alternative."""
    changed = f"substr(text, 1, CAST(place AS INTEGER)) || {letter('other', 1)}"
    changed += " || substr(text, CAST(place AS INTEGER) + 2)"
    return f"""(
        SELECT *, CASE WHEN readable > 0 THEN text END AS plate,
            CASE WHEN doubtful < 3 THEN {changed} END AS alternative,
            CASE WHEN vehicle % 100 < 3 THEN 'diplomatic' WHEN vehicle % 1000 = 7 THEN 'military' ELSE 'civil' END
                AS plate_class,
            'gate-' || CAST(camera_no % 4 AS TEXT) AS gate, CASE direction WHEN 0 THEN 'in' ELSE 'out' END AS way,
            CASE WHEN aboard < 5 THEN 1 WHEN aboard < 8 THEN 2 WHEN aboard < 9 THEN 3 ELSE 4 END AS best,
            CASE WHEN part < 80 THEN 'car' WHEN part < 92 THEN 'truck' WHEN part < 96 THEN 'bus' ELSE 'motorcycle' END
                AS kind
        FROM (SELECT *, {plate_of("vehicle")} AS text FROM {drawn(made, dialect, first, end)} AS drawn
            {FENCE[dialect]}) AS named)"""


def identity() -> str:
    """32 characters that tell the passage."""
    return "substr('00000000000000000000000000000000', 1, 32 - length(CAST(n AS TEXT))) || CAST(n AS TEXT)"


def more(made: Population) -> str:
    """The JSON of what is not searched; see `rows.More`."""
    alternatives = "CASE WHEN alternative IS NULL THEN '' ELSE '[\"' || alternative || '\",0.0731]' END"
    meaning = "CASE WHEN plate IS NULL THEN 'null' ELSE '[\"gb/current\",0.95,null,null]' END"
    unread = "CASE WHEN plate IS NULL THEN 'null,0,\"too_blurred\"' ELSE '0.9713,5,null' END"
    crossed = "'[[\"' || gate || '\",\"' || way || '\",' || CAST(began_ms + 1200 AS TEXT) || ',1.2]]'"
    digest = "substr('00000000000000000000000000000000', 1, 32) || " + identity()
    pictures = [f"'[\"{role}\",\"' || {digest} || '\",null]'" for role in ("frame", "vehicle", "plate")]
    evidence = "''" if made.bare else " || ',' || ".join(pictures)
    return (
        f"'[0.91,[' || {unread} || '],[' || {alternatives} || '],' || {meaning} || ',' || {crossed} || "
        f"',\"toward\",91.5,[0.81,\"windscreen\"],[' || {evidence} || ']]'"
    )


def fills(made: Population, dialect: str, first: int, end: int) -> Iterator[str]:
    """The statements that fill the tables with some passages."""
    yield "DROP TABLE IF EXISTS known"
    yield f"CREATE TEMP TABLE known AS SELECT * FROM {known(made, dialect, first, end)} AS known"
    camera = "'camera-' || CAST(10 + camera_no AS TEXT)"
    read = "CASE WHEN plate IS NOT NULL THEN {} END"
    yield f"""INSERT INTO passage SELECT seq, {identity()}, 'site', {camera}, began_ms, began_ms + 2500,
        began_ms + 3000, kind, NULL, plate, {read.format("'GB'")}, {read.format("plate_class")},
        CASE WHEN plate IS NOT NULL AND plate_class = 'diplomatic' THEN substr(plate, 1, 3) END, 'counted',
        CASE WHEN best > 1 THEN best - 1 ELSE 1 END, best, best + 1, {more(made)} FROM known"""
    if not made.lean:
        yield "INSERT INTO crossing SELECT gate, way, began_ms, seq FROM known ORDER BY 1, 3, 4"
    found = "SELECT alternative, began_ms, seq FROM known WHERE alternative IS NOT NULL"
    yield f"INSERT INTO candidate {found} ORDER BY 1, 2, 3"
    if not made.bare:
        yield f"INSERT INTO passage_key SELECT {identity()}, seq, began_ms FROM known"


def piece_inserts() -> Iterator[str]:
    """Statements that cut the texts of the dictionary into pieces."""
    cut = " UNION ALL ".join(
        f"SELECT substr(text, {at}, {PIECE}) AS piece, text FROM plate_text WHERE length(text) >= {at + PIECE - 1}"
        for at in range(1, TEXT_LENGTH - PIECE + 2)
    )
    yield f"INSERT INTO plate_piece SELECT DISTINCT piece, text FROM ({cut}) AS cut ORDER BY 1, 2"


def dictionary(dialect: str) -> Iterator[str]:
    """Statements that make the dictionary from what was filled."""
    texts = "SELECT plate AS text FROM passage WHERE plate IS NOT NULL UNION SELECT text FROM candidate"
    backwards = "reverse(text)"
    if dialect == "sqlite":
        backwards = " || ".join(f"substr(text, {at}, 1)" for at in range(TEXT_LENGTH, 0, -1))
    yield f"INSERT INTO plate_text SELECT text, {backwards} FROM ({texts}) AS texts ORDER BY 1"
    yield from piece_inserts()


def rollups() -> Iterator[str]:
    """Statements that count what was filled."""
    hour = "began_ms - began_ms % 3600000"
    grouped = "site, camera, {gate}, {way}, coalesce(class, ''), kind, best"
    whole = grouped.format(gate="''", way="''")
    crossed = grouped.format(
        gate="'gate-' || CAST(CAST(substr(camera, 8) AS INTEGER) % 4 AS TEXT)",
        way="CASE seq % 2 WHEN 0 THEN 'in' ELSE 'out' END",
    )
    for columns in (whole, crossed):
        yield f"INSERT INTO rollup SELECT {hour}, {columns}, count(*) FROM passage GROUP BY 1, 2, 3, 4, 5, 6, 7, 8"


def indexes(connection: Connection) -> dict[str, str]:
    """The indexes that can be made after the rows, by name, with the statements that make them."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
        return {
            name: sql for name, sql in connection.exec_driver_sql(query) if "_by_" in name and "journal" not in name
        }
    query = (
        "SELECT indexname, indexdef FROM pg_indexes JOIN pg_class ON relname = indexname AND NOT relispartition "
        "WHERE schemaname = 'public' AND indexname LIKE '%%_by_%%' AND indexname NOT LIKE 'journal%%'"
    )
    return {name: sql.replace(" ON ONLY ", " ON ") for name, sql in connection.exec_driver_sql(query)}


LEAN = "passage_by_plate"
"""The index that a search for an exact plate reads."""


@contextmanager
def without_indexes(engine: Engine, *, lean: bool) -> Iterator[None]:
    """Rows are put in faster where there is no index yet; `lean`: only that of plates is made afterwards."""
    with engine.begin() as connection:
        dropped = indexes(connection)
        for name in dropped:
            connection.exec_driver_sql(f"DROP INDEX {name}")
    yield
    for name in {LEAN} if lean else dropped:
        with told(name), engine.begin() as connection:
            plainly(connection, dropped[name])


@contextmanager
def told(what: str) -> Iterator[None]:
    """Says how long something took."""
    began = time.perf_counter()
    yield
    print(f"  {what}: {time.perf_counter() - began:.1f} s", flush=True)


FAST = {
    "sqlite": ("PRAGMA synchronous = OFF", "PRAGMA temp_store = FILE", "PRAGMA cache_size = -1048576"),
    "postgresql": ("SET synchronous_commit = off", "SET maintenance_work_mem = '512MB'", "SET work_mem = '256MB'"),
}
"""Nothing is lost if this is: no waiting for the disk, and room to sort."""


def fast_engine(data: Path) -> Engine:
    """The database of a data directory, in haste."""
    engine = open_engine(data, read_site(data).database, writing=True)

    def hurry(connection: Any, record: object) -> None:
        for setting in FAST[engine.dialect.name]:
            connection.execute(setting)
        connection.commit()

    event.listen(engine, "connect", hurry)
    return engine


def populate(data: Path, made: Population) -> None:
    """Makes the record in an empty data directory and fills it; its journal tells nothing of the passages."""
    Store(data).close()
    engine = fast_engine(data)
    dialect = engine.dialect.name
    with without_indexes(engine, lean=made.lean):
        for first in range(0, made.passages, BATCH):
            fill(engine, made, dialect, first, min(first + BATCH, made.passages))
        for statement in () if made.lean else (*dictionary(dialect), *rollups()):
            with told(statement[:24]), engine.begin() as connection:
                plainly(connection, statement)
    with told("settled"):
        settle(engine)
    engine.dispose()


def fill(engine: Engine, made: Population, dialect: str, first: int, end: int) -> None:
    """Puts some passages in."""
    days = range(day_of(FIRST_MS + first * made.step_ms), FIRST_MS + end * made.step_ms, DAY_MS)
    with told(f"{end:,} passages"), engine.begin() as connection:
        make_partitions(connection, days)
        for statement in fills(made, dialect, first, end):
            plainly(connection, statement)


def plainly(connection: Connection, statement: str) -> CursorResult[Any]:
    """Runs a statement whose per cent signs are only that."""
    return connection.exec_driver_sql(
        statement.replace("%", "%%") if connection.dialect.name == "postgresql" else statement
    )


def settle(engine: Engine) -> None:
    """What the database would do by itself in time."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
            connection.exec_driver_sql("CHECKPOINT")
        return
    with engine.connect() as connection:
        connection.rollback()
        connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def populated(folder: Path, database: str, made: Population) -> Iterator[Path]:
    """A data directory below a folder with such a record; it stays, and is taken as it is if it is there."""
    done = folder / "made"
    with standing_dir(folder, database) as data:
        if not done.exists():
            with told("made"):
                populate(data, made)
            print(f"  {size_gb(folder):.2f} GB", flush=True)
            done.touch()
        yield data


def size_gb(folder: Path) -> float:
    """What everything below a folder takes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e9


def main() -> None:
    """Makes one, and tells how long it took."""
    parser = argparse.ArgumentParser(prog="python -m bench.record.population", description=__doc__)
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--bare", action="store_true", help="without keys and names of pictures")
    parser.add_argument("--lean", action="store_true", help="only what a search for an exact plate reads")
    options = parser.parse_args()
    made = Population(options.passages, options.days, options.bare, options.lean)
    with populated(options.dir, options.database, made):
        pass


if __name__ == "__main__":
    main()
