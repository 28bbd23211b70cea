# SPDX-License-Identifier: Apache-2.0
"""Many patterns with `?` and `*` asked at once: patterns that begin alike share their way, so none is tried alone."""

from __future__ import annotations

from dataclasses import dataclass, field

ONE, ANY = "?", "*"


@dataclass(slots=True)
class Node:
    """Where some patterns have got to."""

    steps: dict[str, Node] = field(default_factory=dict)
    """By the next character of the pattern, `?` and `*` among them."""
    ends: list[int] = field(default_factory=list)
    """The patterns that end here."""


class Patterns:
    """Numbered patterns; asking costs by the length of the text and how many patterns it begins to fit."""

    def __init__(self) -> None:
        self._root = Node()

    def add(self, written: str, number: int) -> None:
        """Adds a pattern of characters, `?` for one and `*` for any number of any."""
        node = self._root
        for sign in written:
            node = node.steps.setdefault(sign, Node())
        node.ends.append(number)

    def fitting(self, text: str) -> set[int]:
        """The numbers of the patterns that the whole text fits."""
        at = spread([self._root])
        for character in text:
            at = spread(stepped(at, character))
            if not at:
                return set()
        return {number for node, _ in at.values() for number in node.ends}


States = dict[int, tuple[Node, bool]]
"""Nodes by identity, each with whether a `*` led to it, so that it may take any further character and stay."""


def spread(nodes: list[Node] | States) -> States:
    """The nodes, and those that a `*` reaches from them without a character."""
    found: States = dict(nodes) if isinstance(nodes, dict) else {id(one): (one, False) for one in nodes}
    waiting = [node for node, _ in found.values()]
    while waiting:
        further = waiting.pop().steps.get(ANY)
        if further is not None and not found.get(id(further), (further, False))[1]:
            found[id(further)] = further, True
            waiting.append(further)
    return found


def stepped(at: States, character: str) -> States:
    """Where one more character leads."""
    found: States = {}
    for node, stays in at.values():
        if stays:
            found[id(node)] = node, True
        for sign in (character, ONE):
            further = node.steps.get(sign)
            if further is not None:
                found.setdefault(id(further), (further, False))
    return found
