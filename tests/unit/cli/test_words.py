# SPDX-License-Identifier: Apache-2.0
"""Figures and texts as people are shown them."""

from __future__ import annotations

import pytest

from wayside.cli.words import UNKNOWN, percent, printable


@pytest.mark.parametrize(
    ("share", "words"),
    [(None, UNKNOWN), (0.0, "0 %"), (0.5, "50 %"), (0.994, "99 %"), (0.9999, ">99 %"), (1.0, "100 %")],
)
def test_what_is_less_than_certain_is_never_called_certain(share: float | None, words: str) -> None:
    """Rounding must not turn a probability into a promise."""
    assert percent(share) == words


def test_control_characters_do_not_reach_the_terminal() -> None:
    """A file name cannot clear the screen."""
    assert "\x1b" not in printable("a\x1b[2Jb")
