# SPDX-License-Identifier: Apache-2.0
"""The pages beside every page: in groups, by what somebody comes for, and only those that the person may open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("watch", ("live", "hits", "lists")),
    ("search", ("find", "map", "journeys", "numbers", "exports")),
    ("report", ("report", "sightings", "briefs")),
    ("account_for", ("approvals", "requests", "holds", "retention", "desk", "reviews", "yearly", "impact")),
    ("set_up", ("cameras", "people", "settings", "permissions", "api")),
)
"""Groups in order, each with the names of its pages; what stands in none comes last, in a group of its own."""
REST = "more"


@dataclass(frozen=True, slots=True)
class Place:
    """A page to go to; its name is the name of its text and of its sign."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Group:
    """Pages under one heading."""

    name: str
    places: tuple[Place, ...]


def grouped(pages: Iterable[tuple[str, str]]) -> list[Group]:
    """Groups of address and text (`head.live`) that have a page, in the order of GROUPS."""
    there = {text.removeprefix("head."): address for address, text in pages}
    rest = tuple(name for name in there if all(name not in names for _, names in GROUPS))
    found = [
        Group(group, tuple(Place(name, there[name]) for name in names if name in there))
        for group, names in (*GROUPS, (REST, rest))
    ]
    return [group for group in found if group.places]
