# SPDX-License-Identifier: Apache-2.0
"""The passage store: a database and a tree of pictures, written so that what was acknowledged is never lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self, TypeAlias, TypeVar

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from wayside.domain import Evidence, Passage, RecordError
from wayside.record.adding import Adding, Crowd, checked
from wayside.record.clock import Clock
from wayside.record.disk import DiskCare, is_full, let_in
from wayside.record.document import time_text
from wayside.record.engine import (
    DATABASE,
    lock_database,
    migrate,
    newest_revision,
    open_engine,
    prepare,
    revision_of,
    search_engine,
)
from wayside.record.evidence import Pictures, make_folders
from wayside.record.group import Group
from wayside.record.keyring import Keyring
from wayside.record.ledger import Entry, Ledger
from wayside.record.legacy import adopt
from wayside.record.lock import LOCK, alone
from wayside.record.maintenance import bare
from wayside.record.no_hit import Keep, keep_all, keep_of
from wayside.record.passages import known, write
from wayside.record.plate_texts import PlateTexts
from wayside.record.policy import in_force, policy_entry, tell_policy
from wayside.record.rollups import count
from wayside.record.rows import ENCODER, MORE, Row, moment, passage_of
from wayside.record.site import read_site
from wayside.record.tables import passage as table

TRIES = 5
"""How often a group is tried again after the database server went away."""
PAUSE_S = 0.5
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Noting:
    """An entry to be added to the journal."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Doing:
    """Something small to be written together with what others write."""

    deed: Callable[[Transaction], Any]


Task: TypeAlias = Adding | Noting | Doing


@dataclass(frozen=True, slots=True)
class Transaction:
    """What one writer may do while it holds the record alone; all of it is kept, or nothing."""

    connection: Connection
    ledger: Ledger
    now_ms: int
    texts: PlateTexts

    @property
    def at(self) -> str:
        """The time of the transaction as documents write it."""
        return time_text(moment(self.now_ms))

    def append(self, kind: str, payload: Mapping[str, Any]) -> int:
        """Appends an entry to the journal; its sequence number."""
        return self.append_many(kind, [payload])[0]

    def append_many(self, kind: str, payloads: Iterable[Mapping[str, Any]]) -> range:
        """Appends entries of one kind to the journal; their sequence numbers."""
        return self.ledger.append(self.connection, [Entry(kind, ENCODER.encode(one)) for one in payloads], self.now_ms)


def told(data_dir: Path, where: str, error: Exception) -> RecordError:
    """What a database or the system says, as one sentence with a mend; never with the values of a row."""
    if isinstance(error, OSError):
        return RecordError(
            f"{data_dir}: cannot be written ({error.strerror}); free some space, check its permissions, "
            "or name another --data directory"
        )
    reason = str(error.orig if isinstance(error, DBAPIError) else error).split("\n", 1)[0]
    full = is_full(error) or "full" in reason
    mend = "free some space" if full else "see that the disk has room and is sound, or name another --data"
    return RecordError(f"{where}: cannot be used ({reason}); {mend}")


class Store:
    """The record of one data directory; safe to use from several threads and several processes."""

    def __init__(self, data_dir: Path, *, writing: bool = True, clock: Clock | None = None) -> None:
        """Opens the record; with `writing`, makes it where there is none and brings it to the newest form.

        Raises RecordError, UsageError with the reason and the mend.
        """
        self.data_dir = data_dir
        self.stated = read_site(data_dir)
        self.site = self.stated
        """What holds: the file, with the periods that were decided on the pages since."""
        self.pictures = Pictures(data_dir)
        self._clock = clock or Clock()
        self._where = str(data_dir / DATABASE) if self.site.database is None else "the database"
        self._group: Group[Task] = Group(self._perform)
        self._texts = PlateTexts()
        self._crowd = Crowd()
        self.keeps: Keep = keep_all
        """Whether the site keeps a passage; of what it does not keep, only the counts of its hour are written."""
        self.disk = DiskCare(data_dir, self.site.disk)
        self._writer: Connection | None = None
        self._write_engine: Engine | None = None
        if writing:
            self._open_writer()
        elif self.site.database is None and not (data_dir / DATABASE).exists():
            raise RecordError(f"{data_dir}: holds no record yet; run `wayside watch` first, or name another --data")
        self._read_engine = open_engine(data_dir, self.site.database, writing=False)
        # For a writer too: the connection that stays in the pool keeps SQLite's log and its index from being removed
        # with the writer's after a failure. On a full disk they could not be made again, and nobody could even read.
        address = self.site.database
        self._search_engine = self._read_engine if address is None else search_engine(address)
        try:
            self._check_form()
        except RecordError:
            self._read_engine.dispose()
            raise

    def _open_writer(self) -> None:
        with self._told():
            make_folders(self.data_dir.absolute())
            let_in(self.data_dir)
            self.keeps = keep_of(self.data_dir, self.site)
            self._write_engine = open_engine(self.data_dir, self.site.database, writing=True)
            with alone(self.data_dir / LOCK):
                prepare(self._write_engine, self._where)
                self._keys = Keyring(self.data_dir, self.site.name)
                self._ledger = Ledger(self._keys.sign, self._keys.check)
                self.pictures.prepare()
            with self._transaction() as transaction:
                migrate(transaction.connection, self._where)
                self._catch_up(transaction)
                if self._ledger.size == 0:
                    first = {"at": transaction.at, "person": None, "key": self._keys.public}
                    transaction.append("config", {**first, **policy_entry(self.site, self.stated)})
                else:
                    self.site = in_force(transaction.connection, self.stated)
                    tell_policy(transaction, self.site, self.stated)
                adopt(self, transaction)
            self.disk.keep_reserve()

    def _check_form(self) -> None:
        with self.reading() as connection:
            found = revision_of(connection, self._where)
            if found is None and self.site.database is not None:
                raise RecordError(f"{self._where}: holds no record yet; run `wayside watch` first, or name another one")
            if found != newest_revision():
                raise RecordError(f"{self._where}: is of an older form; `wayside doctor --mend` brings it up to date")
            self.site = in_force(connection, self.stated)

    def look_at_policy(self) -> None:
        """Takes over the periods that were decided meanwhile, here or in another process; raises RecordError."""
        with self.reading() as connection:
            self.site = in_force(connection, self.stated)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def close(self) -> None:
        """Signs the journal as it is and lets go of the database."""
        self._search_engine.dispose()
        self._read_engine.dispose()  # first, so that the last writer's close folds the log into the file
        if self._write_engine is None:
            return
        with self.writing() as transaction:
            self._ledger.sign(transaction.connection, transaction.now_ms)
        with self._told(), self._group.turn, alone(self.data_dir / LOCK):
            self._let_go()
            self._write_engine.dispose()
            self._write_engine = None

    def add(self, passage: Passage, pictures: Mapping[str, bytes]) -> bool:
        """Stores a passage with its pictures (SHA-256 → JPEG bytes) as one unit; False if its id is there already.

        Once this returns, both survive a power cut. Pictures are safe before the row is written, so that no row
        names a picture that is not there. Raises RecordError; then the passage is not in the record.
        """
        return bool(self._submit(checked([passage], pictures, self.site.name, whole=True))[0])

    def add_many(self, passages: Sequence[Passage], pictures: Mapping[str, bytes] | None = None) -> list[bool]:
        """Stores passages, all of them durable once this returns; for each whether it was new.

        None is written unless all can be kept. Beside others who write, they go in parts (see `Crowd`); where the
        disk or the database fails meanwhile, whole parts may be in. Adding all again then adds what is missing.
        A picture that is not given is recorded as never taken in. Raises RecordError.
        """
        task, new = checked(passages, pictures or {}, self.site.name, whole=False), list[bool]()
        while len(new) < len(passages):
            new += self._submit(task.part(len(new), len(new) + self._crowd.part))
        return new

    def append(self, kind: str, payload: Mapping[str, Any]) -> int:
        """Appends an entry to the journal; its sequence number, once it survives a power cut. Raises RecordError."""
        return int(self._submit(Noting(Entry(kind, ENCODER.encode(payload)))))

    def together(self, deed: Callable[[Transaction], T]) -> T:
        """Does something small in one transaction with what other threads write, so that one sync serves all.

        It must not fail, for all of its group would, and it may be done again where the database went away.
        Raises RecordError.
        """
        done: T = self._submit(Doing(deed))
        return done

    def now(self) -> datetime:
        """The time by the record's clock, to the millisecond."""
        return moment(self._clock.now_ms())

    def passages(self, limit: int | None = None, camera: str | None = None) -> list[Passage]:
        """The newest passages first, of one camera or of all; raises RecordError."""
        query = select(table).order_by(table.c.began_ms.desc(), table.c.seq.desc()).limit(limit)
        if camera is not None:
            query = query.where(table.c.camera == camera)
        with self.reading() as connection:
            return [passage_of(Row(*row)) for row in connection.execute(query)]

    def since(self, seq: int, limit: int) -> list[tuple[int, Passage]]:
        """Passages recorded from a sequence number on, in the order in which they were; raises RecordError."""
        query = select(table).where(table.c.seq >= seq).order_by(table.c.seq).limit(limit)
        with self.reading() as connection:
            return [(row[0], passage_of(Row(*row))) for row in connection.execute(query)]

    def count(self) -> int:
        """How many passages there are; raises RecordError."""
        with self.reading() as connection:
            return connection.execute(select(func.count()).select_from(table)).scalar_one()

    def picture_path(self, evidence: Evidence) -> Path:
        """Where the picture of a piece of evidence lies."""
        return self.pictures.path(evidence)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the record and cannot change it; raises RecordError."""
        with self._told(), self._read_engine.connect() as connection:
            yield connection

    @contextmanager
    def searching(self) -> Iterator[Connection]:
        """The same for searches; in PostgreSQL each of their statements sees what there is when it begins."""
        with self._told(), self._search_engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """The record alone, for one transaction that is kept when the block ends well. Raises RecordError."""
        with self._told(), self._transaction() as transaction:
            self._catch_up(transaction)
            yield transaction

    @contextmanager
    def alone(self) -> Iterator[Any]:
        """The database's own driver in no transaction, for VACUUM and its like, while nobody else writes.

        Raises RecordError.
        """
        if self._write_engine is None:
            raise RecordError(f"{self._where}: was opened for reading only")
        with self._told(), self._group.turn, alone(self.data_dir / LOCK):
            self._let_go()
            with bare(self._write_engine) as driver:
                yield driver

    @contextmanager
    def _transaction(self) -> Iterator[Transaction]:
        if self._write_engine is None:
            raise RecordError(f"{self._where}: was opened for reading only")
        with self._group.turn, alone(self.data_dir / LOCK) as waited:
            if waited:
                self._crowd.met()
            try:
                connection = self._connection()
                with connection.begin():
                    yield Transaction(connection, self._ledger, self._clock.now_ms(), self._texts)
            except BaseException:
                self._let_go()
                raise

    def _connection(self) -> Connection:
        if self._writer is None:
            assert self._write_engine is not None
            self._writer = self._write_engine.connect()
        return self._writer

    def _let_go(self) -> None:
        """After a failure nothing in memory is believed, and the disk is asked anew through a new connection."""
        self._ledger.forget()
        self._texts.forget()
        self.disk.forget()
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.invalidate()
            writer.close()

    def _catch_up(self, transaction: Transaction) -> None:
        """Takes over what others wrote since, and says in the journal when the clock was set."""
        lock_database(transaction.connection)
        if self._ledger.catch_up(transaction.connection):
            self._texts.forget()
        stepped_ms = self._clock.stepped_ms(transaction.now_ms, self._ledger.signed_ms)
        if stepped_ms:
            transaction.append("clock", {"at": transaction.at, "person": None, "stepped_ms": stepped_ms})

    def _submit(self, task: Task) -> Any:
        with self._told():
            return self._group.submit(task)

    def _perform(self, tasks: Sequence[Task]) -> Sequence[Any]:
        """Does the tasks of several threads in one transaction; again where the server went away in it."""
        if len(tasks) > 1:
            self._crowd.met()
        for attempt in range(TRIES):
            try:
                with self._transaction() as transaction:
                    self._catch_up(transaction)
                    done = self._do(transaction, tasks)
                self.disk.remove_left(self)
                return done
            except (DBAPIError, OSError) as error:
                if self._has_room_for_notes(error, tasks):
                    continue
                gone = isinstance(error, DBAPIError) and error.connection_invalidated
                if not gone or attempt == TRIES - 1:
                    raise
                time.sleep(PAUSE_S * 2**attempt)
        raise AssertionError("unreachable")

    def _has_room_for_notes(self, error: Exception, tasks: Sequence[Task]) -> bool:
        """Whether the journal can go on upon a full disk, because a reserve was there to be let go."""
        return any(isinstance(one, Noting | Doing) for one in tasks) and is_full(error) and self.disk.let_go()

    def _do(self, transaction: Transaction, tasks: Sequence[Task]) -> list[Any]:
        adding = [task for task in tasks if isinstance(task, Adding)]
        new = self._write(transaction, adding) if adding else set()
        notes = [task.entry for task in tasks if isinstance(task, Noting)]
        numbers = iter(transaction.ledger.append(transaction.connection, notes, transaction.now_ms))
        answers: list[Any] = []
        for task in tasks:
            if isinstance(task, Doing):
                answers.append(task.deed(transaction))
            else:
                answers.append(self._answer(task, new) if isinstance(task, Adding) else next(numbers))
        return answers

    @staticmethod
    def _answer(task: Adding, new: set[str]) -> list[bool]:
        """Whether each passage was new; an id that stands twice is new once."""
        answer = []
        for one in task.passages:
            answer.append(one.id in new)
            new.discard(one.id)
        return answer

    def _write(self, transaction: Transaction, tasks: Sequence[Adding]) -> set[str]:
        """Writes what is not there yet: pictures first, then rows; the ids that were new."""
        self.disk.check_room()
        if any(task.pictures for task in tasks):
            self.disk.make_room(transaction, self.site)
        there = known(transaction.connection, [one.id for task in tasks for one in task.passages])
        rows: list[Row] = []
        for task in tasks:
            for one, row in zip(task.passages, task.rows, strict=True):
                if one.id not in there and not self.keeps(one):
                    count(transaction.connection, [(row, MORE.decode(row.more))])
                elif one.id not in there:
                    there.add(one.id)
                    self._keep_pictures(one, task.pictures)
                    seq = self._ledger.size + len(rows)
                    rows.append(row._replace(seq=seq, received_ms=transaction.now_ms))
        write(transaction.connection, self._ledger, self._texts, rows, transaction.now_ms)
        return {row.id for row in rows}

    def _keep_pictures(self, passage: Passage, pictures: Mapping[str, bytes]) -> None:
        for evidence in {one.sha256: one for one in passage.evidence if one.sha256 in pictures}.values():
            self.pictures.keep(evidence, pictures[evidence.sha256])

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turns what the database and the system say into one sentence with a mend."""
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            raise told(self.data_dir, self._where, error) from error
