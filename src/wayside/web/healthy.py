# SPDX-License-Identifier: Apache-2.0
"""How a camera does, in the site's words: one look tells whether somebody has to do something."""

from __future__ import annotations

from dataclasses import dataclass

from wayside.setup import Health, State
from wayside.web.catalogue import Catalogue, catalogue

GOOD, WARN, BAD, PLAIN = "good", "warn", "bad", ""
COLOUR = {
    State.RUNNING: GOOD,
    State.STARTING: WARN,
    State.SILENT: BAD,
    State.FROZEN: BAD,
    State.BLIND: BAD,
    State.WAITING: BAD,
    State.ELSEWHERE: PLAIN,
    State.ENDED: PLAIN,
    State.OFF: PLAIN,
}
LATE_S = 2.0
"""A live camera that is further behind than this is called late."""


@dataclass(frozen=True, slots=True)
class Doing:
    """A camera's health made ready for a template."""

    camera: str
    state: str
    word: str
    """The state in the site's words."""
    colour: str
    """Of the badge; empty for a plain one."""
    pace: tuple[str, ...]
    """Frames a second, delay and dropped frames: those that are known."""
    counts: str | None
    """Passages and share of plates read since it was started."""
    unread: tuple[tuple[str, int], ...]
    """Why plates were not read, the most frequent first."""
    error: str | None
    retry: str | None
    share: int | None
    """How much of a recording is done, in percent."""


def pace_of(one: Health, texts: Catalogue) -> list[str]:
    """Whether a camera keeps up, as far as that is known."""
    facts = []
    if one.fps is not None:
        facts.append(texts("health.fps", fps=f"{one.fps:.1f}"))
    if one.delay_s is not None:
        facts.append(texts("health.late" if one.delay_s > LATE_S else "health.delay", seconds=f"{one.delay_s:.1f}"))
    if one.dropped:
        facts.append(texts("health.dropped", count=one.dropped))
    return facts


def counts_of(one: Health, texts: Catalogue) -> str | None:
    """What a camera gave since it was started."""
    share = one.read_share
    return None if share is None else texts("health.passages", count=one.passages, share=f"{100 * share:.0f} %")


def doing_of(one: Health) -> Doing:
    """How a camera does, for a template."""
    texts = catalogue()
    reasons = sorted(one.unread.items(), key=lambda pair: (-pair[1], pair[0]))
    trouble = one.state in {State.WAITING, State.STARTING, State.SILENT}
    done = min(1.0, one.frames / one.total) if one.total and one.state is State.RUNNING else None
    return Doing(
        camera=one.camera,
        state=one.state.value,
        word=texts(f"health.{one.state.value}"),
        colour=COLOUR[one.state],
        pace=tuple(pace_of(one, texts)),
        counts=counts_of(one, texts),
        unread=tuple((texts(f"unread.{reason}"), count) for reason, count in reasons),
        error=one.error if trouble else None,
        retry=None if one.retry_s is None else texts("health.retry", seconds=f"{one.retry_s:.0f}"),
        share=None if done is None else round(100 * done),
    )
