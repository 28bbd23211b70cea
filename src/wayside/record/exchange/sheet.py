# SPDX-License-Identifier: Apache-2.0
"""The sheet of an evidence bundle: one page a passage, made to be printed, with a watermark over everything."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image
from reportlab.lib.colors import Color, black, grey
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfgen.canvas import Canvas

from wayside.domain import EvidenceRole, Occupants, OccupantStatus, Passage
from wayside.record.document import time_text
from wayside.record.exchange.mark import Mark

WIDTH, HEIGHT = A4
MARGIN = 18 * mm
LABELS = 36 * mm
"""Width of the column of names."""
REGULAR, BOLD, FIXED = "Helvetica", "Helvetica-Bold", "Courier"
"""Of the fourteen fonts that every reader of PDF has; they know the letters of Windows-1252."""
FACT_PT, SMALL_PT, PLATE_PT, MARK_PT = 9.5, 7, 30, 13
MARK_INK, MARK_ALPHA = Color(0.75, 0, 0), 0.22
MARK = "watermark"
MARK_STEP = 52 * mm
LARGE, SMALL = (EvidenceRole.FRAME, EvidenceRole.VEHICLE), (EvidenceRole.PLATE,)
"""Roles that a picture is chosen from, first that is there."""
LARGE_BOX, SMALL_BOX = (118 * mm, 74 * mm), (50 * mm, 24 * mm)
LONGEST_LINES = 4
"""Of one fact: what is longer is cut and says so."""
NO_ROOM = "that this page has no room for; the entries of the bundle have it all"
FOOT = 20 * mm
"""Height that the watermark's sentence needs."""


@dataclass(frozen=True, slots=True)
class Page:
    """What one page tells."""

    passage: Passage
    seq: int
    site: str
    commitment: bytes
    pictures: Mapping[str, bytes]
    """Those at hand, by SHA-256."""
    amendments: tuple[str, ...]
    """What people said of it later, a sentence each."""


def shown(text: str) -> str:
    """The text in the letters that the fonts have; another letter is named by its number, as [U+0416]."""
    return "".join(
        letter if letter.isprintable() and letter.encode("cp1252", "ignore") else f"[U+{ord(letter):04X}]"
        for letter in text
    )


def percent(share: float | None) -> str:
    """A probability; what is less than certain is never called 100 %."""
    if share is None:
        return ""
    return " (more than 99 %)" if 0.995 <= share < 1 else f" ({100 * share:.0f} %)"


def plate_fact(passage: Passage) -> str:
    """The text with its probability, or why there is none."""
    plate = passage.plate
    if plate.text is None:
        return f"not read: {plate.reason_unread.value.replace('_', ' ')}" if plate.reason_unread else "not read"
    others = ", ".join(f"{one.text}{percent(one.probability)}" for one in plate.alternatives)
    return f"{plate.text}{percent(plate.probability)}{'; or ' + others if others else ''}"


def meaning_fact(passage: Passage) -> str:
    """Class, country, sender and the rule that says so."""
    meant = passage.registration
    if meant is None:
        return "unknown"
    parts = (meant.plate_class.value.replace("_", " "), meant.country, meant.sender_code, meant.sender_name)
    return f"{', '.join(part for part in parts if part)} [rule {meant.rule}]"


def direction_fact(passage: Passage) -> str:
    """Gates with their times, else travel in the picture; heading where it is known."""
    direction = passage.direction
    crossed = [
        f"{one.gate} {one.way} at {time_text(at)}"
        for one, at in zip(direction.crossings, passage.crossed_at, strict=True)
    ]
    travel = [f"{direction.travel.value} in the picture"] if direction.travel else []
    heading = [] if direction.heading_deg_true is None else [f"heading {direction.heading_deg_true:.1f}° true"]
    return "; ".join(crossed + travel + heading) or "unknown"


def occupants_fact(occupants: Occupants) -> str:
    """The range, or why there is none."""
    if occupants.status is not OccupantStatus.COUNTED:
        return occupants.status.value.replace("_", " ")
    count = f"{occupants.best}, at least {occupants.at_least}, at most {occupants.at_most}"
    return f"{count}{percent(occupants.probability)}, by {occupants.method}"


def facts(page: Page) -> Iterator[tuple[str, str]]:
    """Name and text of each line of a page."""
    passage = page.passage
    yield "Plate", plate_fact(passage)
    yield "Meaning", meaning_fact(passage)
    yield "Direction", direction_fact(passage)
    yield "Occupants", occupants_fact(passage.occupants)
    yield "Vehicle", f"{passage.vehicle.described}{percent(passage.vehicle.score)}"
    yield "Place", f"{page.site}, camera {passage.camera}"
    yield "From", time_text(passage.began_at)
    yield "To", time_text(passage.ended_at)
    for sentence in page.amendments:
        yield "Later", sentence


def digests(page: Page) -> Iterator[tuple[str, str]]:
    """What the page can be compared with the bundle by."""
    yield "Passage", page.passage.id
    yield "Journal entry", str(page.seq)
    yield "Commitment", page.commitment.hex()
    for one in page.passage.evidence:
        held = "" if one.sha256 in page.pictures else " (not held)"
        yield f"SHA-256, {one.role.value}", f"{one.sha256}{held}"


def fitted(text: str, font: str, size: float) -> list[str]:
    """A text in lines of the page's width, at most LONGEST_LINES."""
    lines = simpleSplit(shown(text), font, size, WIDTH - 2 * MARGIN - LABELS)
    if len(lines) <= LONGEST_LINES:
        return list(lines)
    return [*lines[: LONGEST_LINES - 1], f"{lines[LONGEST_LINES - 1][:60]} … (cut; the entry has it all)"]


def draw_lines(
    canvas: Canvas, lines: Iterable[tuple[str, str]], y: float, floor: float, font: str, size: float
) -> None:
    """Draws names and texts from `y` downwards to `floor`, in points; what does not fit is said to be missing."""
    for name, text in lines:
        parts = fitted(text, font, size)
        full = y - 1.35 * size * len(parts) < floor
        canvas.setFont(BOLD, size)
        canvas.drawString(MARGIN, y, "And more" if full else name)
        canvas.setFont(font, size)
        for part in [NO_ROOM] if full else parts:
            canvas.drawString(MARGIN + LABELS, y, part)
            y -= 1.35 * size
        y -= 0.25 * size
        if full:
            return


def picture_of(page: Page, roles: tuple[EvidenceRole, ...]) -> bytes | None:
    """The first picture at hand that shows one of these, best role first."""
    by_role = {one.role: page.pictures.get(one.sha256) for one in page.passage.evidence}
    return next((data for role in roles if (data := by_role.get(role))), None)


def draw_picture(canvas: Canvas, data: bytes | None, x: float, top: float, box: tuple[float, float]) -> None:
    """Draws a JPEG within a box below `top`, its bytes unchanged; or says why there is nothing."""
    width, height = box
    try:
        reader = ImageReader(io.BytesIO(data)) if data else None
        if reader is not None:
            across, down = reader.getSize()
            scale = min(width / across, height / down)
            canvas.drawImage(reader, x, top - down * scale, across * scale, down * scale)
            return
        words = "no such picture is held"
    except (OSError, ValueError, ZeroDivisionError, Image.DecompressionBombError):
        words = "the picture cannot be shown"
    canvas.setStrokeColor(grey)
    canvas.rect(x, top - height, width, height)
    canvas.setFont(REGULAR, SMALL_PT)
    canvas.drawCentredString(x + width / 2, top - height / 2, words)


def define_mark(canvas: Canvas, mark: Mark) -> None:
    """Draws the watermark that lies over every page once for all of them."""
    purpose = mark.purpose
    words = shown(f"{purpose.person} · {time_text(mark.at)} · {purpose.reference} · {mark.export_id[:8]}   ")
    canvas.beginForm(MARK)
    canvas.setFillColor(MARK_INK)
    canvas.setFont(BOLD, MARK_PT)
    canvas.rotate(35)
    across = max(canvas.stringWidth(words, BOLD, MARK_PT), mm)
    for row in range(-2, 7):
        for column in range(1 + int((WIDTH + HEIGHT) / across)):
            canvas.drawString(column * across, row * MARK_STEP - HEIGHT / 4, words)
    canvas.endForm()


def draw_mark(canvas: Canvas, mark: Mark) -> None:
    """The watermark over the whole page, pictures too, and once in full at its foot."""
    canvas.saveState()
    canvas.setFillAlpha(MARK_ALPHA)
    canvas.doForm(MARK)
    canvas.restoreState()
    canvas.setFont(REGULAR, SMALL_PT)
    for at, line in enumerate(simpleSplit(shown(mark.notice), REGULAR, SMALL_PT, WIDTH - 2 * MARGIN)[:LONGEST_LINES]):
        canvas.drawString(MARGIN, 12 * mm - at * 1.3 * SMALL_PT, line)


def draw_page(canvas: Canvas, page: Page, mark: Mark) -> None:
    """One passage, the watermark over it."""
    top = HEIGHT - MARGIN
    canvas.setFillColor(black)
    canvas.setFont(BOLD, PLATE_PT)
    canvas.drawString(MARGIN, top - PLATE_PT, shown((page.passage.plate.text or "plate not read")[:24]))
    y = top - 1.7 * PLATE_PT
    draw_picture(canvas, picture_of(page, LARGE), MARGIN, y, LARGE_BOX)
    draw_picture(canvas, picture_of(page, SMALL), MARGIN + LARGE_BOX[0] + 6 * mm, y, SMALL_BOX)
    canvas.setFillColor(black)
    below = list(digests(page))
    floor = FOOT + (len(below) + 1) * 1.6 * SMALL_PT
    draw_lines(canvas, facts(page), y - LARGE_BOX[1] - 8 * mm, floor + 2 * FACT_PT, REGULAR, FACT_PT)
    draw_lines(canvas, below, floor, 0, FIXED, SMALL_PT)
    draw_mark(canvas, mark)
    canvas.showPage()


def write_sheet(pages: Iterable[Page], mark: Mark, out: BinaryIO) -> None:
    """A PDF with one page a passage; the same input gives the same bytes."""
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setTitle("Passages")
    canvas.setAuthor(mark.purpose.person)
    canvas.setSubject(mark.notice)
    canvas.setKeywords(mark.export_id)
    define_mark(canvas, mark)
    for page in pages:
        draw_page(canvas, page, mark)
    canvas.save()
