# SPDX-License-Identifier: Apache-2.0
"""Verification names what was done to a record: every way to edit, insert, remove or blank that we could think of."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path

import pytest
from tampering import tamper

from wayside.record.tables import passage
from wayside.record.verify import DAMAGES, Asked, Finding, Report, Status, verify_record
from wayside.record.verify import record as whole
from wayside.record.verify.workers import CutShortError, workers

ERASED = 597
"""The first of the passages that were erased."""
SEARCH, CORRECTION, CONFIRMATION, HOLD, ERASURE = range(600, 605)
MIDDLE = 300
"""A passage in the second chunk of the tree."""
PLAIN = Asked(jobs=1)


def damages(report: Report) -> list[tuple[str, str | None, int | None]]:
    """What was found, where."""
    return [(one.damage, one.table, one.seq) for one in report.findings]


def test_an_honest_record_is_sound(original: Path) -> None:
    """With erasures, amendments, holds and pictures; nothing in the data directory changes by being looked at."""
    before = {
        path: path.read_bytes() for path in sorted(original.rglob("*")) if path.is_file() and "-shm" not in path.name
    }
    report = verify_record(original, PLAIN)
    assert (report.status, report.findings, report.entries) == (Status.SOUND, [], 625)
    assert report.checked["entries"] == 625
    assert report.checked["passages"] == 615
    assert report.checked["pictures"] == 15
    assert report.checked["checkpoints"] > 3
    after = {path: path.read_bytes() for path in before}
    assert after == before


COPY = (
    "INSERT INTO passage SELECT {}, 'f' || substr(id, 2), site, camera, began_ms, ended_ms, received_ms, kind, colour, "
    f"plate, country, class, sender_code, status, at_least, best, at_most, more FROM passage WHERE seq = {MIDDLE}"
)
NOTE_OF_THREE = "replace(note, char(10) || size || char(10), char(10) || '3' || char(10))"
WIDER = "replace(CAST(payload AS TEXT), '[[597,', '[[500,')"
SINGLE = {
    "a plate": (f"UPDATE passage SET plate = 'XX99XXX' WHERE seq = {MIDDLE}", "row-edited", "passage", MIDDLE),
    "a removed passage": (f"DELETE FROM passage WHERE seq = {MIDDLE}", "row-removed", "passage", MIDDLE),
    "a passage that came from nowhere": (
        COPY.format(9999),
        "row-inserted",
        "passage",
        9999,
    ),
    "a passage in the place of a search": (
        f"UPDATE passage SET seq = {SEARCH} WHERE seq = {MIDDLE}",
        "row-inserted",
        "passage",
        SEARCH,
    ),
    "an erased passage that is back": (
        COPY.format(ERASED),
        "row-left",
        "passage",
        ERASED,
    ),
    "a search": (f"UPDATE journal SET payload = x'7b7d' WHERE seq = {SEARCH}", "entry-edited", "journal", SEARCH),
    "a salt": (f"UPDATE journal SET salt = zeroblob(32) WHERE seq = {SEARCH}", "entry-edited", "journal", SEARCH),
    "a passage's salt": (
        f"UPDATE journal SET salt = zeroblob(32) WHERE seq = {MIDDLE}",
        "row-edited",
        "passage",
        MIDDLE,
    ),
    "a commitment": (
        f"UPDATE journal SET commitment = zeroblob(32) WHERE seq = {MIDDLE}",
        "entry-rewritten",
        "journal",
        MIDDLE,
    ),
    "a removed entry": (f"DELETE FROM journal WHERE seq = {MIDDLE}", "entry-removed", "journal", MIDDLE),
    "an entry before the first": (
        f"INSERT INTO journal SELECT -1, kind, commitment, salt, payload, NULL FROM journal WHERE seq = {SEARCH}",
        "entry-inserted",
        "journal",
        -1,
    ),
    "another kind": (f"UPDATE journal SET kind = 'secret' WHERE seq = {SEARCH}", "entry-unknown", "journal", SEARCH),
    "a search hidden as an export": (
        f"UPDATE journal SET kind = 'export' WHERE seq = {SEARCH}",
        "checkpoint-contradicted",
        "checkpoint",
        None,
    ),
    "a blank that nobody permits": (
        f"UPDATE journal SET salt = NULL, payload = NULL WHERE seq = {SEARCH}",
        "blank-unpermitted",
        "journal",
        SEARCH,
    ),
    "a blank that another entry's permission is claimed for": (
        f"UPDATE journal SET salt = NULL, payload = NULL, erased_by = {ERASURE} WHERE seq = {SEARCH}",
        "blank-unpermitted",
        "journal",
        SEARCH,
    ),
    "a blank that is permitted by no erasure at all": (
        f"UPDATE journal SET erased_by = {SEARCH} WHERE seq = {ERASED}",
        "blank-unpermitted",
        "journal",
        ERASED,
    ),
    "a blank of what is never blanked": (
        f"UPDATE journal SET salt = NULL, payload = NULL, erased_by = {ERASURE} WHERE seq = 0",
        "blank-unpermitted",
        "journal",
        0,
    ),
    "an erasure that widens itself": (
        f"UPDATE journal SET payload = CAST({WIDER} AS BLOB) WHERE seq = {ERASURE}",
        "entry-edited",
        "journal",
        ERASURE,
    ),
    "half a blank": (f"UPDATE journal SET salt = NULL WHERE seq = {SEARCH}", "blank-partial", "journal", SEARCH),
    "the other half": (f"UPDATE journal SET payload = NULL WHERE seq = {SEARCH}", "blank-partial", "journal", SEARCH),
    "a passage's salt that is gone": (
        f"UPDATE journal SET salt = NULL, erased_by = {ERASURE} WHERE seq = {MIDDLE}",
        "row-left",
        "passage",
        MIDDLE,
    ),
    "a mark of erasure on what is there": (
        f"UPDATE journal SET erased_by = {ERASURE} WHERE seq = {SEARCH}",
        "blank-partial",
        "journal",
        SEARCH,
    ),
    "a checkpoint": (
        f"UPDATE checkpoint SET note = {NOTE_OF_THREE} WHERE size > 3",
        "checkpoint-false",
        "checkpoint",
        None,
    ),
    "a checkpoint moved": ("UPDATE checkpoint SET size = 611 WHERE size = 1", "checkpoint-false", "checkpoint", None),
    "all checkpoints": ("DELETE FROM checkpoint", "journal-unsigned", "checkpoint", 0),
    "a node": ("UPDATE journal_node SET hash = zeroblob(32) WHERE number = 1", "node-edited", "journal_node", 256),
    "a node too many": (
        "INSERT INTO journal_node VALUES (8, 99, zeroblob(32))",
        "node-edited",
        "journal_node",
        99 * 256,
    ),
    "a picture that is no longer listed": ("DELETE FROM picture WHERE seq = 2", "picture-unlisted", "picture", 2),
    "a picture's role": ("UPDATE picture SET role = 'extra' WHERE seq = 2", "picture-unnamed", "picture", 2),
    "a picture nobody named": (
        f"INSERT INTO picture SELECT sha256, {MIDDLE}, role, began_ms, size FROM picture WHERE seq = 2",
        "picture-unnamed",
        "picture",
        MIDDLE,
    ),
    "a picture of nothing": (
        "INSERT INTO picture SELECT sha256, 600, role, began_ms, size FROM picture WHERE seq = 2",
        "picture-unnamed",
        "picture",
        600,
    ),
    "a key": (f"DELETE FROM passage_key WHERE seq = {MIDDLE}", "derived-missing", "passage_key", MIDDLE),
    "another key": ("INSERT INTO passage_key VALUES ('x', 7, 7)", "derived-inserted", "passage_key", 7),
    "a candidate": ("DELETE FROM candidate WHERE seq = 3", "derived-missing", "candidate", 3),
    "a corrected plate": (
        "DELETE FROM candidate WHERE text = '101D235'",
        "derived-missing",
        "candidate",
        2,
    ),
    "another candidate": ("INSERT INTO candidate VALUES ('SPY007', 5, 4)", "derived-inserted", "candidate", 4),
    "a crossing": ("UPDATE crossing SET way = 'out' WHERE seq = 4", "derived-missing", "crossing", 4),
    "a text": ("DELETE FROM plate_text WHERE text = 'AB00010'", "derived-missing", "plate_text", 7),
    "a text of a vehicle that was erased": (
        "INSERT INTO plate_text VALUES ('GONE123', '321ENOG')",
        "derived-inserted",
        "plate_text",
        None,
    ),
    "a text turned otherwise": (
        "UPDATE plate_text SET reversed = 'X' WHERE text = 'AB00010'",
        "derived-inserted",
        "plate_text",
        None,
    ),
    "a piece": ("DELETE FROM plate_piece WHERE piece = '000'", "derived-missing", "plate_piece", None),
    "a count too small": ("UPDATE rollup SET count = count - 1 WHERE count > 500", "counts-wrong", "rollup", None),
    "a count too large": ("UPDATE rollup SET count = count + 1 WHERE count > 500", "counts-wrong", "rollup", None),
    "an amendment": (
        f"UPDATE amendment SET reason = 'made up' WHERE seq = {CORRECTION}",
        "amendment-edited",
        "amendment",
        CORRECTION,
    ),
    "a removed amendment": (
        f"DELETE FROM amendment WHERE seq = {CONFIRMATION}",
        "amendment-removed",
        "amendment",
        CONFIRMATION,
    ),
    "an amendment nobody made": (
        "INSERT INTO amendment SELECT 5, passage_id, kind, field, value, author, reason, at_ms FROM amendment "
        f"WHERE seq = {CONFIRMATION}",
        "amendment-inserted",
        "amendment",
        5,
    ),
    "a hold": ("UPDATE hold SET reference = 'C-2'", "hold-edited", "hold", HOLD),
    "a hold let go in secret": ("UPDATE hold SET released_ms = 1", "hold-edited", "hold", HOLD),
    "a removed hold": ("DELETE FROM hold", "hold-removed", "hold", HOLD),
    "a hold nobody placed": (
        "INSERT INTO hold SELECT 'h', passage_id, reference, placed_by, NULL, placed_ms, expires_ms, NULL FROM hold",
        "hold-inserted",
        "hold",
        None,
    ),
    "a camera's place": ("UPDATE camera SET latitude = 0.0", "camera-edited", "camera", 1),
    "a camera nobody placed": (
        "INSERT INTO camera SELECT 'spy', site, place, latitude, longitude, bearing_deg_true FROM camera",
        "camera-edited",
        "camera",
        None,
    ),
}
"""What is done in SQL, and what must be found: the kind of damage, the table and the number of the entry."""


@pytest.mark.parametrize("name", SINGLE)
def test_what_is_done_is_named(record: Path, name: str) -> None:
    """One change in the rows: found, with its place, and never with a plate."""
    statement, damage, table, seq = SINGLE[name]
    tamper(record, statement)
    report = verify_record(record, PLAIN)
    assert report.status is Status.TAMPERED
    assert (damage, table, seq) in damages(report)
    words = " ".join(map(str, report.findings))
    assert not any(plate in words for plate in ("AB00", "101D", "GONE123", "XX99XXX", "SPY007", "1O1D"))


def test_every_kind_of_damage_has_words() -> None:
    """And what the table above expects is among them."""
    assert {damage for _, damage, _, _ in SINGLE.values()} <= DAMAGES.keys()
    assert str(Finding("row-edited", "passage", 5, None, "f" * 32)).startswith("entry 5, passage fff")
    assert "entries 5–7" in str(Finding("entry-removed", "journal", 5, 7))


@pytest.mark.parametrize("column", [column.name for column in passage.c if column.name != "seq"])
def test_no_column_of_a_passage_may_change(record: Path, column: str) -> None:
    """Text gets a letter more, a number one more, and nothing becomes something."""
    value = (
        f"CASE WHEN {column} IS NULL THEN 1 WHEN typeof({column}) = 'text' THEN {column} || 'X' ELSE {column} + 1 END"
    )
    tamper(record, f"UPDATE passage SET {column} = {value} WHERE seq = {MIDDLE}")
    assert ("row-edited", "passage", MIDDLE) in damages(verify_record(record, PLAIN))


def test_two_rows_that_change_places(record: Path) -> None:
    """Each is a passage that was recorded, and neither stands where it was."""
    tamper(
        record,
        "UPDATE passage SET seq = -5 WHERE seq = 300",
        "UPDATE passage SET seq = 300 WHERE seq = 301",
        "UPDATE passage SET seq = 301 WHERE seq = -5",
    )
    found = damages(verify_record(record, PLAIN))
    assert {("row-edited", "passage", 300), ("row-edited", "passage", 301)} <= set(found)


def test_where_a_process_dies_another_way_is_gone(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By this process alone, with the file read and not mapped; what was changed is named all the same."""
    asked: list[int] = []

    @contextmanager
    def dying(jobs: int) -> Iterator[Executor]:
        asked.append(jobs)
        if jobs > 1:
            raise CutShortError("a page that the disk does not give")
        with workers(jobs) as pool:
            yield pool

    monkeypatch.setattr(whole, "FEW", 0)
    monkeypatch.setattr(whole, "workers", dying)
    assert verify_record(record, Asked(jobs=2)).status is Status.SOUND
    tamper(record, "UPDATE passage SET plate = 'XX99XXX' WHERE seq = 300")
    assert "row-edited" in {one.damage for one in verify_record(record, Asked(jobs=2)).findings}
    assert asked == [2, 1, 2, 1]
