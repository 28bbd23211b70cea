# SPDX-License-Identifier: Apache-2.0
"""Passages on their way in: checked before anything is written, and cut small while others want the record."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from factories import bare_passage, full_passage

from wayside.domain import RecordError
from wayside.record import Store
from wayside.record.adding import BESIDE_OTHERS, BY_ITSELF, REMEMBERED_S, Crowd, checked
from wayside.record.lock import LOCK, alone

COUNT = 2 * BESIDE_OTHERS + 1


@contextmanager
def watched(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many passages each transaction was asked to write."""
    sizes: list[int] = []
    perform = store._group.perform

    def seen(tasks: list[object]) -> object:
        sizes.append(sum(len(getattr(task, "passages", ())) for task in tasks))
        return perform(tasks)  # type: ignore[arg-type]

    monkeypatch.setattr(store._group, "perform", seen)
    yield sizes


def test_others_are_reckoned_with_for_a_while() -> None:
    """Small parts from the moment somebody was met, and large ones again when nobody came any more."""
    now = [100.0]
    crowd = Crowd(lambda: now[0])
    assert crowd.part == BY_ITSELF
    crowd.met()
    assert crowd.part == BESIDE_OTHERS
    now[0] += REMEMBERED_S - 0.01
    assert crowd.part == BESIDE_OTHERS
    now[0] += 0.02
    assert crowd.part == BY_ITSELF


def test_by_itself_all_go_in_one_transaction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sync for all of them."""
    with Store(tmp_path) as store, watched(store, monkeypatch) as sizes:
        assert all(store.add_many([bare_passage(number) for number in range(COUNT)]))
        assert sizes == [COUNT]


def test_beside_others_they_go_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with its own answer, and what stands twice is new once, also where the parts differ."""
    made = [bare_passage(number) for number in range(COUNT - 1)]
    with Store(tmp_path) as store, watched(store, monkeypatch) as sizes:
        store._crowd.met()
        assert store.add_many([*made, made[0]]) == [True] * len(made) + [False]
        assert sizes == [BESIDE_OTHERS, BESIDE_OTHERS, 1]
        assert [one.id for _, one in store.since(0, 100)] == [one.id for one in made]


def test_one_that_cannot_be_kept_keeps_all_out(tmp_path: Path) -> None:
    """Also where it stands in the last part: nothing is written before all were looked at."""
    made = [bare_passage(number) for number in range(COUNT)]
    with Store(tmp_path) as store:
        store._crowd.met()
        with pytest.raises(RecordError, match="cannot be kept"):
            store.add_many([*made, replace(bare_passage(COUNT), camera="gate\0")])
        assert store.count() == 0


def test_what_a_failure_left_out_is_added_by_adding_all_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The part that was in stays in, and is no news the second time."""
    made = [bare_passage(number) for number in range(COUNT)]
    with Store(tmp_path) as store:
        store._crowd.met()
        write = store._write
        with monkeypatch.context() as broken:
            broken.setattr(store, "_write", lambda *rest: fail() if store.count() else write(*rest))
            with pytest.raises(RecordError, match="No space"):
                store.add_many(made)
        assert store.count() == BESIDE_OTHERS
        assert store.add_many(made) == [False] * BESIDE_OTHERS + [True] * (COUNT - BESIDE_OTHERS)


def fail() -> None:
    """What a full disk says."""
    raise OSError(28, "No space left on device")


def test_pictures_go_with_their_part(tmp_path: Path) -> None:
    """The pictures of all are given together, and each part keeps its own."""
    made = [full_passage(number) for number in range(BESIDE_OTHERS + 1)]
    pictures = {digest: data for _, some in made for digest, data in some.items()}
    with Store(tmp_path) as store:
        store._crowd.met()
        assert all(store.add_many([one for one, _ in made], pictures))
        for one, _ in made:
            assert all(store.picture_path(seen).read_bytes() == pictures[seen.sha256] for seen in one.evidence)


def test_a_record_that_had_to_be_waited_for_is_shared(tmp_path: Path) -> None:
    """Another who held the lock is remembered by the one who waited for it."""
    with Store(tmp_path) as store:
        store.append("search", {"at": "x"})
        assert store._crowd.part == BY_ITSELF
        with ThreadPoolExecutor(1) as threads:
            with alone(tmp_path / LOCK):
                waiting = threads.submit(store.append, "search", {"at": "x"})
                time.sleep(0.05)
            waiting.result(10)
        assert store._crowd.part == BESIDE_OTHERS


def test_a_picture_that_is_another_is_refused() -> None:
    """And a missing one where all must be there; it is no fault where pictures may come without."""
    passage, pictures = full_passage()
    digest = passage.evidence[0].sha256
    with pytest.raises(RecordError, match="is not the one that its name says"):
        checked([passage], {**pictures, digest: b"another"}, "site", whole=False)
    rest = {name: data for name, data in pictures.items() if name != digest}
    with pytest.raises(RecordError, match="is not the one that it names"):
        checked([passage], rest, "site", whole=True)
    assert checked([passage], rest, "site", whole=False).passages == [passage]
