# SPDX-License-Identifier: Apache-2.0
"""Draws the QR code that a phone's code generator reads, as SVG that stands in the page itself."""

from __future__ import annotations

from markupsafe import Markup
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

QUIET = 4
"""Empty modules around the code (ISO/IEC 18004)."""


def qr_svg(text: str) -> Markup:
    """The code for a text: black modules on white, whatever the colours of the page."""
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    size = code.getModuleCount()
    dark = (f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y in range(size) for x in range(size) if code.isDark(y, x))
    whole = size + 2 * QUIET
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" class="qr" role="img" aria-label="QR">'
        '<rect width="{0}" height="{0}" fill="white"/><path d="{1}" fill="black"/></svg>'
    ).format(whole, "".join(dark))
