# SPDX-License-Identifier: Apache-2.0
"""The no-hit mode: what matches no list never reaches the disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from canary import CANARY, files_with
from factories import bare_passage, full_passage

from wayside import bootstrap
from wayside.domain import Alternative, EvidenceRole, Passage, UsageError
from wayside.record import Store, evidence_for
from wayside.record.engine import DATABASE
from wayside.record.no_hit import KeepListed, keep_all, keep_of
from wayside.record.site import NoHit, Site
from wayside.record.tables import rollup
from wayside.record.verify import Status, verify_record

SITE = '[no_hit]\non = true\nplates = "listed.txt"\n'


def plated(number: int, text: str, others: Iterable[str] = ()) -> Passage:
    """A passage with this plate."""
    passage = full_passage(number)[0]
    alternatives = tuple(Alternative(other, 0.1) for other in others)
    return replace(passage, plate=replace(passage.plate, text=text, alternatives=alternatives))


def listed(folder: Path, *lines: str) -> KeepListed:
    """What keeps the plates in these lines."""
    path = folder / "listed.txt"
    path.write_text("\n".join(lines), "utf-8")
    return KeepListed(path)


def test_plates_are_compared_without_spaces_and_remarks(tmp_path: Path) -> None:
    """The list is written as people write plates."""
    keep = listed(tmp_path, "# wanted", "ab12 cde  # a van", "", "X-1")
    assert keep(plated(1, "AB12CDE"))
    assert keep(plated(1, "X1"))
    assert not keep(plated(1, "AB12CDF"))


def test_what_may_be_the_listed_plate_is_kept(tmp_path: Path) -> None:
    """An alternative counts; a vehicle without a plate does not match."""
    keep = listed(tmp_path, "AB12CDE")
    assert keep(plated(1, "AB12CDF", ["AB12CDE"]))
    assert not keep(bare_passage())


def test_a_changed_list_holds_at_once(tmp_path: Path) -> None:
    """Whoever is taken off it is not recorded any more."""
    keep = listed(tmp_path, "AB12CDE")
    assert keep(plated(1, "AB12CDE"))
    (tmp_path / "listed.txt").write_text("XY99ZZZ and more")
    assert not keep(plated(1, "AB12CDE"))


def test_a_list_that_is_gone_keeps_nobody_in_doubt(tmp_path: Path) -> None:
    """Neither everything nor nothing: the site is told."""
    keep = listed(tmp_path, "AB12CDE")
    (tmp_path / "listed.txt").unlink()
    with pytest.raises(UsageError, match="one plate a line"):
        keep(plated(1, "AB12CDE"))


def test_the_mode_is_off_unless_the_site_turns_it_on(tmp_path: Path) -> None:
    """And then everything is kept."""
    assert keep_of(tmp_path, Site()) is keep_all
    assert keep_all(bare_passage())


def test_without_a_file_only_watch_lists_say_what_is_kept(tmp_path: Path) -> None:
    """Whoever opens the record adds them; until then nothing is kept, for that cannot be mended."""
    keep = keep_of(tmp_path, Site(no_hit=NoHit(on=True)))
    assert not keep(plated(1, "AB12CDE"))


def test_no_plate_of_a_stranger_is_on_the_disk(record_dir: Path, tmp_path: Path) -> None:
    """Row, picture, line and journal: there is nothing; the hour counts one vehicle more."""
    with (record_dir / "site.toml").open("a") as site:
        site.write(SITE)
    (record_dir / "listed.txt").write_text("AB12CDE")
    data = CANARY.encode() * 99
    wanted, stranger = plated(1, "AB12CDE"), plated(2, CANARY, ["AB12CDF"])
    stranger = replace(stranger, evidence=(evidence_for(EvidenceRole.PLATE, data),))
    with bootstrap.Keeper(record_dir, tmp_path / "out.jsonl") as keeper:
        assert keeper.keep(wanted, full_passage(1)[1]) is True
        assert keeper.keep(stranger, {stranger.evidence[0].sha256: data}) is None
        assert files_with(CANARY, [tmp_path, record_dir]) == []
    assert files_with(CANARY, [tmp_path, record_dir]) == []
    assert files_with(stranger.evidence[0].sha256, [tmp_path]) == []
    with Store(record_dir, writing=False) as store, store.reading() as connection:
        assert [one.id for one in store.passages()] == [wanted.id]
        whole = sa.select(sa.func.sum(rollup.c["count"])).where(rollup.c.gate == "")
        assert connection.execute(whole).scalar_one() == 2


def test_no_way_into_the_record_leads_round_the_mode(record_dir: Path) -> None:
    """Also what is imported, or sent by another program, is kept only where it is listed."""
    with (record_dir / "site.toml").open("a") as site:
        site.write(SITE)
    (record_dir / "listed.txt").write_text("AB12CDE")
    with Store(record_dir) as store:
        new = store.add_many([plated(1, "AB12CDE"), plated(2, CANARY), plated(1, "AB12CDE")])
        assert new == [True, False, False]
        assert store.add_many([plated(1, "AB12CDE")]) == [False]
        assert [one.id for one in store.passages()] == [full_passage(1)[0].id]
    assert files_with(CANARY, [record_dir]) == []


@pytest.mark.parametrize("now_on", [True, False])
def test_a_record_that_kept_only_counts_of_some_is_sound(tmp_path: Path, now_on: bool) -> None:
    """Also once the mode was left; a count that is less than the passages that are there is still named."""
    (tmp_path / "listed.txt").write_text("AB12CDE")
    (tmp_path / "site.toml").write_text(SITE)
    with Store(tmp_path) as store:
        store.add_many([plated(1, "AB12CDE"), plated(2, "XY99ZZZ"), bare_passage(3)])
    (tmp_path / "site.toml").write_text(SITE if now_on else "")
    Store(tmp_path).close()
    assert verify_record(tmp_path).status is Status.SOUND
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        connection.execute("UPDATE rollup SET count = 0")
    found = {one.damage for one in verify_record(tmp_path).findings}
    assert found == {"counts-wrong"}
