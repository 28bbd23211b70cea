# SPDX-License-Identifier: Apache-2.0
"""What `site.toml` says of watch lists; `wayside.watch` gives it its meaning."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from wayside.record.policy_file import Section

WEBHOOK_KEY = "keys/webhook.key"
UTMOST_DAYS = 366
"""No entry lives longer without being looked at anew."""


@dataclass(frozen=True, slots=True)
class StatedWatch:
    """`[watch]`: the bounds of entries, and who is told of hits."""

    longest_days: int = 90
    """How long an entry may live; after that it is asked for anew."""
    least_percent: int = 5
    """What is less probable than this is no hit."""
    webhook: str | None = None
    """Address that is told of each hit; None: nobody is."""
    webhook_key: str = WEBHOOK_KEY
    """File with the secret that signs what it is told, relative to the data directory."""


def read_stated_watch(section: Section) -> StatedWatch:
    """`[watch]`; raises UsageError."""
    bounds = {
        "longest_days": section.number("longest_days", 1, UTMOST_DAYS),
        "least_percent": section.number("least_percent", 0, 99),
    }
    webhook, key = section.text("webhook"), section.text("webhook_key")
    section.done()
    if webhook is not None:
        check_webhook(section, webhook)
    stated = {name: value for name, value in bounds.items() if value is not None}
    return StatedWatch(**stated, webhook=webhook, webhook_key=key or WEBHOOK_KEY)


def check_webhook(section: Section, address: str) -> None:
    """Raises UsageError for what is no address, or holds a secret that the journal would keep."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        section.fail("webhook", "must be the address that is told of hits, https://…")
    if parts.username or parts.password or parts.query:
        section.fail("webhook", "must hold no name, password or query: the journal keeps it; the signature proves us")
