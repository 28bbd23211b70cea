# SPDX-License-Identifier: Apache-2.0
"""The watermark of an export: who took it out, when and why, so that a leak names its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from wayside.domain import Purpose
from wayside.record.document import Document, time_text


@dataclass(frozen=True, slots=True)
class Mark:
    """One export as it is named in everything that it leaves behind."""

    export_id: str
    """32 hexadecimal digits; the journal's entry has the same."""
    at: datetime
    """Aware; when it began."""
    purpose: Purpose

    @property
    def notice(self) -> str:
        """The watermark as a sentence."""
        purpose = self.purpose
        return (
            f"Exported by {purpose.person} at {time_text(self.at)} for {purpose.reason}, reference "
            f"{purpose.reference}; export {self.export_id}"
        )

    @property
    def document(self) -> Document:
        """The watermark as a JSON object."""
        return {
            "id": self.export_id,
            "at": time_text(self.at),
            "person": self.purpose.person,
            "reason": self.purpose.reason,
            "reference": self.purpose.reference,
        }
