# SPDX-License-Identifier: Apache-2.0
"""What a form of export is, and what it is told beside the passages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from wayside.domain import Passage
from wayside.record.cameras import CameraPlace
from wayside.record.exchange.mark import Mark


@dataclass(frozen=True, slots=True)
class Context:
    """What stands in an export beside the passages."""

    mark: Mark
    cameras: Mapping[str, CameraPlace] = field(default_factory=dict)
    """Where the cameras stand, by name; one that is not there has no known place."""


Write = Callable[[Iterable[Passage], BinaryIO, Context], None]
"""Writes passages as they come and keeps none; never seeks."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form that passages can be written in."""

    name: str
    suffix: str
    """Of the file's name, with its dot."""
    write: Write
