# SPDX-License-Identifier: Apache-2.0
"""The parts of a check by themselves: permissions, the tree by chunks, counts, the dictionary, the report."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.domain import RecordError
from wayside.record.journal import KINDS, Frontier, leaf_hash, root_of
from wayside.record.verify import DAMAGES, Finding, Report, Status
from wayside.record.verify.chunks import CHUNK, Spine, chunk_roots
from wayside.record.verify.counts import check_counts
from wayside.record.verify.part import Blank, Part
from wayside.record.verify.permissions import PERMITS, Permissions
from wayside.record.verify.report import MOST_LISTED
from wayside.record.verify.workers import workers

LEAVES = [leaf_hash(number.to_bytes(2, "big")) for number in range(1100)]
OTHER = leaf_hash(b"another")


def erasure(what: str, *ranges: tuple[int, int]) -> bytes:
    """The payload of an erasure."""
    return json.dumps({"what": what, "ranges": ranges}).encode()


def refused(
    permissions: Permissions, first: int, last: int, kind: str = "passage", by: int | None = 100
) -> list[object]:
    """What of a run of blanks is not permitted."""
    return list(permissions.refused(Blank(first, last, kind, by)))


def test_an_erasure_permits_what_it_names() -> None:
    """No number beside, no other kind, nothing that is not blanked by it."""
    permissions = Permissions()
    permissions.add(100, erasure("passages", (5, 9), (20, 30)))
    assert refused(permissions, 5, 9) == []
    assert refused(permissions, 22, 25, "amendment") == []
    assert refused(permissions, 4, 10) == [(4, 4), (10, 10)]
    assert refused(permissions, 0, 40) == [(0, 4), (10, 19), (31, 40)]
    assert refused(permissions, 5, 9, "search") == [(5, 9)]
    assert refused(permissions, 5, 9, by=None) == [(5, 9)]
    assert refused(permissions, 5, 9, by=99) == [(5, 9)]


@given(st.sets(st.integers(0, 60)), st.integers(0, 60), st.integers(0, 60))
def test_refusals_are_the_numbers_that_are_not_named(named: set[int], one: int, other: int) -> None:
    """However the ranges lie."""
    first, last = min(one, other), max(one, other)
    permissions = Permissions()
    permissions.add(100, erasure("passages", *((number, number) for number in sorted(named, reverse=True))))
    found = {
        seq for begin, end in permissions.refused(Blank(first, last, "passage", 100)) for seq in range(begin, end + 1)
    }
    assert found == set(range(first, last + 1)) - named


def test_an_erasure_permits_nothing_that_comes_after_it() -> None:
    """Nor itself: permissions are given once."""
    permissions = Permissions()
    permissions.add(100, erasure("passages", (90, 110)))
    assert refused(permissions, 95, 99) == [(95, 99)]
    permissions.add(100, erasure("passages", (90, 99)))
    assert refused(permissions, 95, 99) == []


@pytest.mark.parametrize(
    "payload", [b"", b"[]", b"{}", b'{"what":"passages","ranges":[[1]]}', b'{"what":"all","ranges":[[0,9]]}']
)
def test_an_erasure_that_nobody_understands_permits_nothing(payload: bytes) -> None:
    """Whatever it may have meant."""
    permissions = Permissions()
    permissions.add(100, payload)
    assert refused(permissions, 5, 5) == [(5, 5)]


def test_only_erasable_kinds_are_ever_permitted() -> None:
    """By anything that an erasure can say."""
    permitted = frozenset().union(*PERMITS.values())
    assert permitted == {kind.name for kind in KINDS.values() if kind.erasable}


def test_pictures_go_where_an_erasure_of_pictures_says_so() -> None:
    """An erasure of passages is no permission to keep the passage without its pictures."""
    permissions = Permissions()
    permissions.add(100, erasure("pictures", (5, 9), (7, 20)))
    permissions.add(101, erasure("passages", (30, 40)))
    assert permissions.kept_pictures([4, 5, 9, 15, 20, 21, 35]) == {4, 21, 35}


def spine_over(chunks: Sequence[Sequence[bytes]], kept: Sequence[bytes | None]) -> Spine:
    """A spine that was shown these chunks and these kept nodes."""
    spine = Spine()
    for leaves, node in zip(chunks, kept, strict=True):
        spine.add(root_of(leaves) if leaves else None, node)
    return spine


CHUNKS = [LEAVES[begin : begin + CHUNK] for begin in range(0, 1024, CHUNK)]
NODES = [root_of(chunk) for chunk in CHUNKS]


def test_roots_of_chunks_and_within_them() -> None:
    """As the tree has them; none where a leaf is missing."""
    roots, partial = chunk_roots(256, LEAVES[256:1100], {300, 512, 1099, 9999})
    assert roots == NODES[1:]
    assert partial == {300: root_of(LEAVES[256:300]), 1099: root_of(LEAVES[1024:1099])}
    roots, partial = chunk_roots(0, [*LEAVES[:5], None, *LEAVES[6:600]], {4, 6, 599})
    assert roots == [None, NODES[1]]
    assert partial == {4: root_of(LEAVES[:4]), 6: None, 599: root_of(LEAVES[512:599])}


@pytest.mark.parametrize("size", [1024, 1030, 1099])
def test_an_honest_tree_meets_its_checkpoints(size: int) -> None:
    """At the end of a chunk and within one; from the first entry or from a later one."""
    _, partial = chunk_roots(1024, LEAVES[1024:], {size})
    stated = root_of(LEAVES[:size])
    later = Spine(Frontier(2, [root_of(LEAVES[:512])]))
    later.add(NODES[2], NODES[2])
    later.add(NODES[3], None)
    for spine in (spine_over(CHUNKS, NODES), later):
        assert spine.meet(size, stated, partial.get(size)) is True
        assert (spine.rewritten, spine.false_nodes) == ([], [])


def test_a_rewritten_chunk_and_a_false_node_are_told_apart() -> None:
    """By which of the two leads to what was signed."""
    forged = [CHUNKS[0], [OTHER, *CHUNKS[1][1:]], *CHUNKS[2:]]
    spine = spine_over(forged, NODES)
    assert spine.meet(1024, root_of(LEAVES[:1024]), None) is True
    assert (spine.rewritten, spine.false_nodes) == ([range(256, 512)], [])
    spine = spine_over(CHUNKS, [NODES[0], OTHER, *NODES[2:]])
    assert spine.meet(1024, root_of(LEAVES[:1024]), None) is True
    assert (spine.rewritten, spine.false_nodes) == ([], [1])


def test_where_both_were_made_anew_the_checkpoints_bound_it() -> None:
    """Once, not for every checkpoint that follows."""
    forged = [CHUNKS[0], [OTHER, *CHUNKS[1][1:]], *CHUNKS[2:]]
    spine = Spine()
    for number, chunk in enumerate(forged):
        spine.add(root_of(chunk), root_of(chunk))
        size = (number + 1) * CHUNK
        assert spine.meet(size, root_of(LEAVES[:size]), None) is (number == 0)
    assert spine.rewritten == [range(256, 512)]


def test_a_hole_is_bridged_by_the_kept_node_or_not_at_all() -> None:
    """Without it nothing can be said of what follows."""
    spine = spine_over([CHUNKS[0], [], *CHUNKS[2:]], NODES)
    assert spine.meet(1024, root_of(LEAVES[:1024]), None) is True
    spine = spine_over([CHUNKS[0], [], *CHUNKS[2:]], [NODES[0], None, *NODES[2:]])
    assert spine.meet(1024, root_of(LEAVES[:1024]), None) is None


KEY = (0, "site", "gate", "", "", "civil", "car", 2)
CROSSED = (0, "site", "gate", "main", "in", "civil", "car", 2)


def test_counts_without_erasures_must_be_right() -> None:
    """Neither more nor fewer, in no hour."""
    assert list(check_counts(Counter({KEY: 2}), Counter({KEY: 2}), 0)) == []
    for stated in (Counter({KEY: 1}), Counter({KEY: 3}), Counter({CROSSED: 1, KEY: 2})):
        (finding,) = check_counts(stated, Counter({KEY: 2}), 0)
        assert finding.damage == "counts-wrong"
        assert "1970-01-01T00:00Z, site site, camera gate" in str(finding)


def test_counts_outlive_erased_passages_and_no_others() -> None:
    """As many more as were erased."""
    assert list(check_counts(Counter({KEY: 5, CROSSED: 9}), Counter({KEY: 2}), 3)) == []
    assert len(list(check_counts(Counter({KEY: 6}), Counter({KEY: 2}), 3))) == 1
    assert len(list(check_counts(Counter({KEY: 1}), Counter({KEY: 2}), 3))) == 1


def test_where_only_counts_were_kept_none_may_be_too_small() -> None:
    """How many more there should be, nothing tells."""
    assert list(check_counts(Counter({KEY: 6, CROSSED: 1}), Counter({KEY: 2}), None)) == []
    assert len(list(check_counts(Counter({KEY: 1}), Counter({KEY: 2}), None))) == 1


def test_unreadable_entries_side_by_side_are_one_finding() -> None:
    """A damaged page holds dozens."""
    part = Part()
    for seq in (5, 6, 7, 9):
        part.find("entry-unreadable", "journal", seq)
    assert [(one.seq, one.last) for one in part.findings] == [(5, 7), (9, None)]


def test_a_report_lists_so_many_findings_and_counts_all() -> None:
    """And is tampered with by one, unchecked by none with a reason."""
    report = Report("record")
    assert report.status is Status.SOUND
    report.unchecked.append("the disk is away")
    assert report.status is Status.UNCHECKED
    report.add(Finding("row-edited", "passage", seq) for seq in range(MOST_LISTED + 5))
    assert (report.status, report.found, len(report.findings)) == (Status.TAMPERED, MOST_LISTED + 5, MOST_LISTED)
    assert [status.exit_code for status in Status] == [0, 1, 2]


def test_every_damage_is_a_sentence_in_words() -> None:
    """Without a full stop, since a detail may follow."""
    assert all(words and not words.endswith(".") and words == words.strip() for words in DAMAGES.values())


def test_a_process_that_dies_ends_the_check() -> None:
    """With a sentence; nothing is called sound that was not looked at."""
    with pytest.raises(RecordError, match="cut short"), workers(2) as pool:
        pool.submit(os._exit, 9).result()
    with workers(2) as pool:
        assert pool.submit(len, "abc").result() == 3
