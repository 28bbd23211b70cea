# SPDX-License-Identifier: Apache-2.0
"""Stretches of time and of road as people read them."""

from __future__ import annotations

from datetime import timedelta

from wayside.web.catalogue import catalogue

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400


def duration_words(duration: timedelta) -> str:
    """The two largest units of a stretch of time, as `3 h 12 min`; one that is negative: at the same time."""
    texts, seconds = catalogue(), round(duration.total_seconds())
    if seconds < 0:
        return texts("amount.at_once")
    if seconds < MINUTE_S:
        return texts("amount.seconds", seconds=seconds)
    if seconds < HOUR_S:
        return texts("amount.minutes", minutes=seconds // MINUTE_S, seconds=seconds % MINUTE_S)
    if seconds < DAY_S:
        return texts("amount.hours", hours=seconds // HOUR_S, minutes=seconds % HOUR_S // MINUTE_S)
    return texts("amount.days", days=seconds // DAY_S, hours=seconds % DAY_S // HOUR_S)


def size_words(count: int) -> str:
    """Bytes below a thousand, then thousands, millions or thousands of millions of them to three figures."""
    size, unit = float(count), "B"
    for larger in ("kB", "MB", "GB"):
        if size < 999.5:
            break
        size, unit = size / 1000, larger
    return f"{size:.3g} {unit}"


def distance_words(metres: float) -> str:
    """Metres below a kilometre, then kilometres to two figures or whole ones."""
    if metres < 1000:
        return f"{metres:.0f} m"
    return f"{metres / 1000:.1f} km" if metres < 100_000 else f"{metres / 1000:,.0f} km"
