# SPDX-License-Identifier: Apache-2.0
"""Times as people at the site read them, with UTC behind them for who compares."""

from __future__ import annotations

from datetime import UTC, datetime

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

SHOWN, SHORT = "%-d %b %Y, %H:%M:%S", "%H:%M:%S"


@pass_context
def time_filter(context: Context, moment: datetime, short: bool = False) -> Markup:
    """`{{ moment | time }}`: in the site's zone, with UTC in the title; `short` leaves the date out."""
    zone = context["services"].zone
    utc = moment.astimezone(UTC)
    shown = moment.astimezone(zone).strftime(SHORT if short else SHOWN)
    return Markup('<time datetime="{}" title="{} UTC">{}</time>').format(
        utc.isoformat(timespec="milliseconds"), utc.strftime("%Y-%m-%d %H:%M:%S"), shown
    )
