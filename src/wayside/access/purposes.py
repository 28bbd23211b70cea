# SPDX-License-Identifier: Apache-2.0
"""Purposes: a reason from the site's list and a reference in the site's form, checked before anybody works under it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from wayside.access.emptiness import emptiness
from wayside.access.errors import PurposeError
from wayside.domain import Purpose

LONGEST_REFERENCE = 64
DEFAULT_REASONS = {
    "collision": "A collision or damage that was reported",
    "entry": "A question about an entry or exit of this site",
    "missing-person": "A person reported missing",
    "offence": "An offence that was reported",
    "stolen-vehicle": "A vehicle or plate reported stolen",
    "subject-request": "A person asks what is kept about their vehicle",
    "wanted-vehicle": "A vehicle that an authority has asked to be found",
}
"""What a site begins with; `[purposes.reasons]` of site.toml takes its place."""


@dataclass(frozen=True, slots=True)
class Purposes:
    """What a site accepts as a reason to look: codes with their sentences, and the form of a reference."""

    reasons: Mapping[str, str] = field(default_factory=lambda: DEFAULT_REASONS)
    pattern: str = r"(?=.*\d)[A-Z0-9][A-Z0-9/._-]{3,31}"
    """Regular expression for the whole reference."""
    example: str = "CR-2026/0123"
    """A reference that fits, shown where one does not."""

    def checked(self, reason: str, reference: str, person: str) -> Purpose:
        """The purpose, where it is one; raises PurposeError with the mend."""
        if reason not in self.reasons:
            raise PurposeError(f"that reason is not on this site's list; use {', '.join(sorted(self.reasons))}")
        return Purpose(reason, self.checked_reference(reference), person)

    def checked_reference(self, reference: str) -> str:
        """The reference without the space around it; raises PurposeError with the mend."""
        text = reference.strip()
        mend = f"give the number of the case, such as {self.example}"
        if not text.isprintable() or len(text) > LONGEST_REFERENCE:
            raise PurposeError(f"the reference is longer than {LONGEST_REFERENCE} printable characters; {mend}")
        if empty := emptiness(text):
            raise PurposeError(f"the reference {empty}; {mend}")
        if not re.fullmatch(self.pattern, text):
            raise PurposeError(f"the reference has not the form of this site; {mend}")
        return text
