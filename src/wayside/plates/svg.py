# SPDX-License-Identifier: Apache-2.0
"""Draws a plate as SVG in its country's colours, for pages and documents; a drawing, not a likeness."""

from __future__ import annotations

from html import escape
from typing import Final

from wayside.domain import Registration
from wayside.plates.explain import Explanation, explain
from wayside.plates.tables import authorities
from wayside.plates.text import normalise

HEIGHT: Final = 110
LETTER: Final = 58
"""Width for one character."""
BAND: Final = 44
MARGIN: Final = 16
LONGEST: Final = 24

_PLAIN: Final = ("black", "white")


def draw(text: str, registration: Registration | None = None) -> str:
    """An SVG picture of the plate, as text that may stand in a page.

    Args:
        text: of the plate; anything that is no letter or digit is left out, and so is what follows 24 characters.
        registration: what `decode` says of it, for colours, band and separators; a plain plate without, or where the
            country is not certain: its colours would state one.
    """
    known = explain(registration, text) if registration and registration.country else None
    printed = (known.printed if known else normalise(text))[:LONGEST]
    ink, ground = (known.colours.text, known.colours.ground) if known else _PLAIN
    band = _band(known, registration)
    left = BAND if band else 0
    width = left + 2 * MARGIN + max(len(printed), 3) * LETTER
    middle = left + (width - left) / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" role="img"'
        f' aria-label="{escape(_label(printed, known))}">'
        f'<rect x="2" y="2" width="{width - 4}" height="{HEIGHT - 4}" rx="10" fill="{escape(ground)}"'
        f' stroke="{escape(ink)}" stroke-width="3"/>{band}'
        f'<text x="{middle:g}" y="82" text-anchor="middle" font-family="monospace" font-weight="bold"'
        f' font-size="80" textLength="{width - left - 2 * MARGIN}" lengthAdjust="spacingAndGlyphs"'
        f' fill="{escape(ink)}" xml:space="preserve">{escape(printed)}</text></svg>'
    )


def _label(printed: str, known: Explanation | None) -> str:
    return f"Plate {printed}, {known.country_name}" if known else f"Plate {printed}"


def _band(known: Explanation | None, registration: Registration | None) -> str:
    """The band at the left with the country's sign; nothing for plates without."""
    if known is None or registration is None or known.colours.band is None:
        return ""
    signs = next(a.bands for a in authorities() if a.country == registration.country)
    sign = escape(signs[0]) if signs else ""
    return (
        f'<path d="M12 3.5H{BAND}V{HEIGHT - 3.5}H12A8.5 8.5 0 0 1 3.5 {HEIGHT - 12}V12A8.5 8.5 0 0 1 12 3.5Z"'
        f' fill="{escape(known.colours.band)}"/>'
        f'<text x="{BAND / 2 + 1:g}" y="94" text-anchor="middle" font-family="sans-serif" font-size="20"'
        f' fill="white">{sign}</text>'
    )
