# SPDX-License-Identifier: Apache-2.0
"""The kinds of journal entries, as data that a page can show and a test can walk."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of entry."""

    name: str
    """As it stands in the leaf: lower-case ASCII letters."""
    records: str
    erasable: bool
    """Whether the payload may ever be blanked; where not, a blank is tampering whatever an erasure says."""


KINDS = {
    kind.name: kind
    for kind in (
        Kind("passage", "one vehicle that went past; the payload is its row", erasable=True),
        Kind("amendment", "a correction, confirmation or rejection of a passage by a person", erasable=True),
        Kind(
            "sighting",
            "what an observer reported, how it was changed, which passage it was linked to",
            erasable=True,
        ),
        Kind("brief", "an instruction to observers: written, published, read, acknowledged, ended", erasable=True),
        Kind("list", "a change of a watch list or of one of its entries", erasable=True),
        Kind("hit", "something that matched an entry of a watch list, or what a person said of that", erasable=True),
        Kind("search", "what somebody looked for, and under which purpose", erasable=True),
        Kind("export", "what somebody took out, and under which purpose", erasable=True),
        Kind("import", "what somebody brought in, and from which file", erasable=True),
        Kind("hold", "a passage kept beyond its time for a stated case, or let go again", erasable=True),
        Kind("access", "who was given or refused access", erasable=True),
        Kind("erasure", "what was erased under which rule: the only permission for a blank", erasable=False),
        Kind("config", "a change of the policy, of the cameras or of the signing key", erasable=False),
        Kind("backup", "a copy was made", erasable=False),
        Kind("restore", "a copy was brought back", erasable=False),
        Kind("clock", "the clock was found to have stepped", erasable=False),
        Kind("gap", "a time in which nothing could be recorded, and why", erasable=False),
    )
}
"""By name."""
