# SPDX-License-Identifier: Apache-2.0
"""Whatever is added, held, erased, backed up and brought back, in any order: the record is what a dictionary says."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from canary import files_with
from factories import NOON, full_passage
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from record_times import Time, left

from wayside.domain import Alternative, Passage, Purpose
from wayside.record import Store
from wayside.record.backup import behind, make_backup, restore
from wayside.record.retention import erase_before, erase_due, erase_plate, place_hold, release_hold
from wayside.record.tables import PARTITIONED, passage_key, plate_text
from wayside.record.verify import Status, verify_record

PURPOSE = Purpose("offence", "CR-2026/0001", "officer")
PLATES = [f"ZQ{number}WXYZ" for number in range(6)]
DAY = timedelta(days=1)


def seen(number: int, text: str, other: str, time: Time) -> tuple[Passage, dict[str, bytes]]:
    """A passage now, with pictures."""
    passage, pictures = full_passage(number)
    reading = replace(passage.plate, text=text, alternatives=(Alternative(other, 0.1),))
    return replace(passage, plate=reading, began_at=time.now, ended_at=time.now), dict(pictures)


class Record(RuleBasedStateMachine):
    """A record, and the few lines that say what it should hold."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="wayside-model-")
        self.time = Time()
        self.root = Path(self.folder.name)
        self.store = Store(self.root / "record", clock=self.time.clock())
        self.there: dict[int, set[str]] = {}
        self.born: dict[int, float] = {}
        self.holds: dict[str, int] = {}
        self.numbers = 0
        self.backups = 0

    def teardown(self) -> None:
        """Everything that was recorded can still be proven."""
        self.store.close()
        report = verify_record(self.root / "record")
        assert report.status is Status.SOUND, report.findings
        self.folder.cleanup()

    @property
    def held(self) -> set[int]:
        """The passages that are held."""
        return set(self.holds.values())

    @rule(text=st.sampled_from(PLATES), other=st.sampled_from(PLATES))
    def add(self, text: str, other: str) -> None:
        """A vehicle goes past."""
        self.numbers += 1
        self.store.add(*seen(self.numbers, text, other, self.time))
        self.there[self.numbers] = {text, other}
        self.born[self.numbers] = self.time.now_s

    @rule(days=st.floats(0.2, 6))
    def wait(self, days: float) -> None:
        """Time goes by, and the timer runs."""
        self.time.days(days)
        erase_due(self.store)
        self.keep(lambda number: self.time.now_s - self.born[number] <= 30 * 86_400)

    def keep(self, wanted: object) -> None:
        """Drops what is not wanted and not held from the model."""
        self.there = {n: texts for n, texts in self.there.items() if n in self.held or wanted(n)}  # type: ignore[operator]

    @rule(text=st.sampled_from(PLATES))
    def erase_one(self, text: str) -> None:
        """A plate is erased for its owner."""
        erase_plate(self.store, text, PURPOSE)
        self.keep(lambda number: text not in self.there[number])

    @rule(days=st.floats(0, 20))
    def erase_old(self, days: float) -> None:
        """Somebody decides."""
        moment = self.time.now - days * DAY
        erase_before(self.store, moment, PURPOSE)
        self.keep(lambda number: self.born[number] >= moment.timestamp())

    @precondition(lambda self: self.there)
    @rule(data=st.data())
    def hold(self, data: st.DataObject) -> None:
        """A passage is kept for a case."""
        number = data.draw(st.sampled_from(sorted(self.there)))
        until = self.time.now + 300 * DAY
        ids = [full_passage(number)[0].id]
        self.holds[place_hold(self.store, ids, reference="C-1", person="p", expires_at=until)] = number

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        """The case is over."""
        one = data.draw(st.sampled_from(sorted(self.holds)))
        release_hold(self.store, one, person="p")
        del self.holds[one]

    @rule()
    def back_up(self) -> None:
        """The same backup is brought up to date."""
        make_backup(self.store, self.root / "backup")
        self.backups += 1

    @precondition(lambda self: self.backups)
    @rule()
    def bring_back(self) -> None:
        """What the backup holds by now is what the record held when it was last written."""
        make_backup(self.store, self.root / "backup")
        new = self.root / f"restored-{len(list(self.root.iterdir()))}"
        restore(self.root / "backup", new)
        with Store(new, writing=False) as restored:
            assert left(restored) == set(self.there)

    @invariant()
    def agrees(self) -> None:
        """Passages, dictionary and backups say the same."""
        assert left(self.store) == set(self.there)
        with self.store.reading() as connection:
            texts = set(connection.execute(sa.select(plate_text.c.text)).scalars())
        assert texts == set().union(*self.there.values())
        assert behind(self.store) == []

    @invariant()
    def forgets(self) -> None:
        """No file names a plate that nobody has any more; only the journal's commitments remember that it was there."""
        for text in set(PLATES) - set().union(*self.there.values()):
            assert files_with(text, [self.root / "record"]) == []


Record.TestCase.settings = settings(max_examples=6, stateful_step_count=14, deadline=None)
test_any_order_of_things = pytest.mark.slow(Record.TestCase)


@contextmanager
def lived(record_dir: Path, time: Time) -> Iterator[Store]:
    """A record that was used for a month."""
    with Store(record_dir, clock=time.clock()) as store:
        for number in range(12):
            store.add(*seen(number, PLATES[number % 6], PLATES[0], time))
            time.days(2.6)
            erase_due(store)
        erase_plate(store, PLATES[3], PURPOSE)
        yield store


def test_what_was_erased_is_no_tampering(record_dir: Path, tmp_path: Path) -> None:
    """`verify` finds the record sound on both databases, and the one that was restored from its backup."""
    with lived(record_dir, Time()) as store:
        make_backup(store, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "restored")
    for folder in (record_dir, tmp_path / "restored"):
        report = verify_record(folder)
        assert (report.status, report.findings) == (Status.SOUND, [])


def test_a_role_with_few_rights_can_erase(record_dir: Path, any_database: str | None) -> None:
    """In PostgreSQL the owner of the tables need not be a superuser; it leaves the log to the administrator."""
    if any_database is None:
        pytest.skip("SQLite has no roles")
    owner = f"few_{record_dir.parent.name}"[:40].replace("-", "_")
    admin = sa.create_engine(any_database, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE ROLE "{owner}" LOGIN')
        connection.exec_driver_sql(f'GRANT ALL ON SCHEMA public TO "{owner}"')
    try:
        url = sa.make_url(any_database).set(username=owner).render_as_string(hide_password=False)
        (record_dir / "site.toml").write_text(f'database = "{url}"\n')
        with lived(record_dir, Time()) as store:
            assert erase_before(store, NOON + 100 * DAY, PURPOSE).pending is None
            assert store.count() == 0
            with store.reading() as connection:
                assert not [name for name in sa.inspect(connection).get_table_names() if "_202" in name]
                assert connection.execute(sa.select(passage_key)).all() == []
            assert len(PARTITIONED) == 3
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f'DROP OWNED BY "{owner}"')
            connection.exec_driver_sql(f'DROP ROLE "{owner}"')
