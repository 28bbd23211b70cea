# SPDX-License-Identifier: Apache-2.0
"""Several paths joined in the order of time: nothing is left out where one of them stopped before its end."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from wayside.record.partitions import DAY_MS, day_of
from wayside.record.rows import Row
from wayside.record.search.arms import Answer, Reach, Window, joined, key, slices
from wayside.record.search.cursor import LATEST, Key


def row(began_ms: int, seq: int) -> Row:
    """A row of which only the place in the order matters."""
    return Row(seq, f"{seq}", "", "", began_ms, 0, 0, "", None, None, None, None, None, "", None, None, None, "")


def fitting(arm: list[tuple[int, int, bool]], after: Key, examined: int, wanted: int) -> Reach:
    """What a statement returns: the first `examined` rows after a key, those that fit, `wanted` at most."""
    older = [one for one in sorted(arm, reverse=True) if Key(*one[:2]) < after]
    seen, found = older[:examined], []
    for began_ms, seq, fits in seen:
        if fits:
            found.append(row(began_ms, seq))
        if len(found) == wanted:
            return Reach(found, key(found[-1]))
    return Reach(found, Key(*seen[-1][:2]) if len(seen) == examined else None)


ROWS = st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=40)
"""Times, and whether they fit; the number in the list is the number of the passage."""


@given(ROWS, st.lists(st.sets(st.integers(0, 39)), min_size=1, max_size=4), st.integers(1, 5), st.integers(0, 6))
def test_pages_together_hold_every_row_that_fits_once(
    rows: list[tuple[int, bool]], paths: list[set[int]], limit: int, more: int
) -> None:
    """In order, however short the pages and however little an arm looks at in one go."""
    arms = [[(rows[seq][0], seq, rows[seq][1]) for seq in path if seq < len(rows)] for path in paths]
    examined = limit + 1 + more
    after, found, pages = Key(99, 99), [], 0
    while True:
        page = joined((fitting(arm, after, examined, limit + 1) for arm in arms), limit)
        found += [key(one) for one in page.rows]
        pages += 1
        assert pages < 200
        if page.next is None:
            break
        assert len(page.rows) == limit or page.stopped_early
        assert page.next < after
        after = page.next
    assert found == sorted({Key(*one[:2]) for arm in arms for one in arm if one[2]}, reverse=True)


def test_a_row_that_two_paths_find_is_found_once() -> None:
    """A plate may stand in the reading and among the corrections."""
    same = [row(5, 1)]
    assert joined([Reach(same, None), Reach(same, None)], 10) == Answer(same, None, stopped_early=False)


def test_a_page_ends_where_one_path_has_not_looked_further() -> None:
    """What another found beyond is for the next page."""
    found = joined([Reach([row(9, 1)], Key(8, 0)), Reach([row(9, 2), row(3, 3)], None)], 10)
    assert [key(one) for one in found.rows] == [(9, 2), (9, 1)]
    assert (found.next, found.stopped_early) == (Key(8, 0), True)


@given(st.integers(-400, 400), st.integers(0, 400), st.integers(-400, 400), st.integers(0, 23))
def test_slices_are_the_window_once_from_its_end(first: int, days: int, latest: int, hours: int) -> None:
    """Each begins where the one before it ends, at the start of a day, and reaches twice as far back."""
    hour_ms = DAY_MS // 24
    window = Window(first * DAY_MS + 5, (first + days) * DAY_MS + hours * hour_ms + 6, 77)
    parts = slices(window, latest * DAY_MS + hour_ms)
    assert (parts[0].last_ms, parts[0].before_seq, parts[-1].first_ms) == (window.last_ms, 77, window.first_ms)
    for newer, older in pairwise(parts):
        assert older.last_ms + 1 == newer.first_ms == day_of(newer.first_ms)
        assert (older.before_seq, older.first_ms <= older.last_ms) == (LATEST, True)
    assert [one.last_ms + 1 - one.first_ms for one in parts[1:-1]] == [
        2**number * DAY_MS for number in range(len(parts[1:-1]))
    ]
