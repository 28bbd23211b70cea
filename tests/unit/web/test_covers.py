# SPDX-License-Identifier: Apache-2.0
"""Covered pictures are made once, and those who wait for them leave room for others."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from wayside import bootstrap
from wayside.bootstrap import COVERED_AT_ONCE, Covers
from wayside.domain import RecordError
from wayside.web.app import THREADS


def test_whoever_comes_when_many_wait_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those who wait get their picture, and afterwards there is room again."""
    go, begun = threading.Event(), threading.Event()

    def slow(jpeg: bytes, models: object) -> bytes:
        begun.set()
        assert go.wait(30)
        return jpeg * 2

    monkeypatch.setattr(bootstrap, "covered_jpeg", slow)
    monkeypatch.setattr(bootstrap, "load_models", lambda threads: object())
    covers = Covers()
    with ThreadPoolExecutor(COVERED_AT_ONCE) as pool:
        waiting = [pool.submit(covers.covered, str(number), b"ab") for number in range(COVERED_AT_ONCE)]
        assert begun.wait(30)
        while covers._places._value:
            threading.Event().wait(0.01)
        with pytest.raises(RecordError, match="ask again"):
            covers.covered("late", b"ab")
        go.set()
        assert [one.result() for one in waiting] == [b"abab"] * COVERED_AT_ONCE
    assert covers.covered("late", b"ab") == b"abab"


def test_there_are_threads_for_others() -> None:
    """Whoever searches does not wait for pictures."""
    assert COVERED_AT_ONCE < THREADS
