# SPDX-License-Identifier: Apache-2.0
"""What a terminal shows, and what a pipe gets."""

from __future__ import annotations

import io
import logging
import os
import signal

import pytest
from rich.console import Console
from rich.table import Table

from wayside.cli import screen
from wayside.cli.screen import Board
from wayside.cli.stop import Stop


def console(terminal: bool) -> tuple[Console, io.StringIO]:
    """A console of its own, and what is written there."""
    written = io.StringIO()
    return Console(file=written, force_terminal=terminal, width=120, highlight=False), written


def use(board: Board) -> None:
    """Twenty of forty frames, three passages."""
    with board, board.task("north\x1b[2J", 40) as task:
        for _ in range(20):
            board.advance(task)
        board.count(task, 3)
        board.show("a line")
        board._progress.refresh()


def test_a_terminal_gets_a_bar() -> None:
    """With the camera's name, frames per second, the time left and the passages so far; results stand above it."""
    (out, results), (err, shown) = console(terminal=True), console(terminal=True)
    use(Board(results=out, bars=err))
    assert all(part in shown.getvalue() for part in ("north", "frames/s", "3 passages", "a line"))
    assert "\x1b[2J" not in shown.getvalue()
    assert results.getvalue() == ""


@pytest.mark.parametrize("terminal", [True, False])
def test_a_pipe_gets_results_only(terminal: bool) -> None:
    """Whether or not somebody sees the bar on standard error."""
    (out, results), (err, shown) = console(terminal=False), console(terminal)
    use(Board(results=out, bars=err))
    assert results.getvalue() == "a line\n"
    assert ("frames/s" in shown.getvalue()) == terminal


def test_without_a_terminal_for_bars_results_stay_results() -> None:
    """`wayside watch 2> log` in a terminal."""
    (out, results), (err, shown) = console(terminal=True), console(terminal=False)
    use(Board(results=out, bars=err))
    assert "a line" in results.getvalue()
    assert shown.getvalue() == ""


def test_a_table_in_a_pipe_is_wide_enough(capfd: pytest.CaptureFixture[str]) -> None:
    """No cell is broken because nobody sits before it."""
    table = Table("one", "two")
    table.add_row("a" * 60, "b" * 60)
    screen.show_table(table)
    assert any("a" * 60 in line and "b" * 60 in line for line in capfd.readouterr().out.splitlines())


def test_warnings_of_the_library_reach_the_user_once(capfd: pytest.CaptureFixture[str]) -> None:
    """As one sentence each, however often a command is run."""
    for _ in range(3):
        screen.listen_to_warnings()
    logging.getLogger("wayside.pipeline.sources.live").warning("cam: the stream stopped")
    assert capfd.readouterr().err == "wayside: cam: the stream stopped\n"


class Camera:
    """Something that can be closed."""

    closed = False

    def close(self) -> None:
        self.closed = True


def test_a_stop_closes_what_is_open_and_nothing_else() -> None:
    """Cameras that have ended are left alone."""
    stop, ended, open_one = Stop(), Camera(), Camera()
    with stop.listening():
        with stop.closing(ended):
            assert not stop()
        with stop.closing(open_one):
            os.kill(os.getpid(), signal.SIGTERM)
            assert stop()
    assert (ended.closed, open_one.closed) == (False, True)


def test_a_second_stop_is_not_held_up() -> None:
    """After the first signal the system's own answer stands again."""
    stop = Stop()
    with stop.listening():
        os.kill(os.getpid(), signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
    assert signal.getsignal(signal.SIGINT) is not signal.SIG_DFL
