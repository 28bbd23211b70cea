# SPDX-License-Identifier: Apache-2.0
"""The sheet: one page a passage, the picture's own bytes in it, the watermark over all of it."""

from __future__ import annotations

import base64
import io
import re
import zlib
from dataclasses import replace

import pytest
from factories import bare_passage, full_passage
from PIL import Image

from tests.unit.record.exchange.helpers import MARK
from wayside.domain import Evidence, EvidenceRole, Passage
from wayside.record import evidence_for
from wayside.record.exchange.mark import Mark
from wayside.record.exchange.sheet import LONGEST_LINES, Page, fitted, percent, shown, write_sheet


def picture(width: int, height: int) -> bytes:
    """A real JPEG of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), (10, 90, 40)).save(out, "JPEG")
    return out.getvalue()


FRAME, PLATE = picture(320, 180), picture(60, 20)
EVIDENCE = {evidence_for(EvidenceRole.FRAME, FRAME): FRAME, evidence_for(EvidenceRole.PLATE, PLATE): PLATE}
PASSAGE = replace(full_passage(1)[0], evidence=tuple(EVIDENCE))


def page(passage: Passage = PASSAGE, *, amendments: tuple[str, ...] = ()) -> Page:
    """A page whose pictures are at hand."""
    held = {one.sha256: data for one, data in EVIDENCE.items()}
    return Page(passage, 17, "North site", b"\1" * 32, held, amendments)


def sheet(*pages: Page, mark: Mark = MARK) -> bytes:
    """A sheet as bytes."""
    out = io.BytesIO()
    write_sheet(pages, mark, out)
    return out.getvalue()


def streams(pdf: bytes) -> list[bytes]:
    """The streams of a PDF as reportlab writes them, unpacked."""
    found = []
    for coded in re.findall(rb"stream\r?\n(.*?)endstream", pdf, flags=re.DOTALL):
        data = base64.a85decode(coded.strip().removesuffix(b"~>").join([b"<~", b"~>"]), adobe=True)
        found.append(zlib.decompress(data) if data[:1] == b"\x78" else data)
    return found


def words(pdf: bytes) -> str:
    """The texts that are drawn, one a line."""
    drawn = [text for one in streams(pdf) for text in re.findall(rb"\((.*?)(?<!\\)\) Tj", one)]
    return "\n".join(text.decode("latin-1").replace("\\(", "(").replace("\\)", ")") for text in drawn)


def test_a_page_says_what_the_record_says() -> None:
    """Plate, meaning, direction, occupants, times, digests."""
    said = words(sheet(page()))
    for fact in (
        "101D234 (97 %); or 1O1D234 (2 %)",
        "diplomatic, GB, 101, Ruritania [rule gb/diplomatic]",
        "main in at 2026-11-22T12:00:02.250Z; toward in the picture; heading 92.5",
        "2, at least 1, at most 3 (80 %), by windscreen",
        "North site, camera gate",
        "2026-11-22T12:00:01.000Z",
        PASSAGE.id,
        "01" * 32,
        *(one.sha256 for one in EVIDENCE),
    ):
        assert fact in said


def test_the_watermark_names_who_when_and_why() -> None:
    """Over the page many times, so faintly that the page can be read through it, and once in full."""
    pdf = sheet(page())
    said = words(pdf)
    assert b"/ca .22" in pdf
    assert said.count("CR-2026/0123") > 10
    assert MARK.notice in said


def test_pictures_are_in_the_sheet_byte_for_byte() -> None:
    """They are embedded as they are, never decoded and written anew."""
    inside = streams(sheet(page()))
    assert FRAME in inside
    assert PLATE in inside


def test_each_passage_has_one_page() -> None:
    """However much there is to say of it."""
    many = tuple(f"ada: correction plate {number}; {'because ' * 40}" for number in range(50))
    pdf = sheet(page(), page(amendments=many), page(bare_passage(2)))
    assert pdf.count(b"/Type /Page\n") == 3
    assert "And more" in words(pdf)


def test_the_same_input_gives_the_same_bytes() -> None:
    """No clock and no chance in it."""
    assert sheet(page()) == sheet(page())


def test_what_was_not_read_and_not_counted_is_said_so() -> None:
    """Not left out."""
    said = words(sheet(page(bare_passage(2))))
    assert "not read: no plate found" in said
    assert "not attempted" in said
    assert "no such picture is held" in said


@pytest.mark.parametrize("data", [b"\xff\xd8\xff\xe0 no picture at all", b"<html>", b"\xff\xd8"])
def test_what_is_no_picture_does_not_stop_the_sheet(data: bytes) -> None:
    """It says that it cannot be shown."""
    evidence = evidence_for(EvidenceRole.FRAME, data)
    broken = Page(replace(PASSAGE, evidence=(evidence,)), 1, "s", b"\0" * 32, {evidence.sha256: data}, ())
    assert "the picture cannot be shown" in words(sheet(broken))


def test_a_picture_that_is_not_held_is_named_as_such() -> None:
    """Its digest stands there all the same."""
    evidence = Evidence(EvidenceRole.FRAME, "0" * 64, "evidence/00/00/" + "0" * 64 + ".jpg")
    said = words(sheet(Page(replace(PASSAGE, evidence=(evidence,)), 1, "s", b"\0" * 32, {}, ())))
    assert "0" * 64 + " (not held)" in said


def test_letters_that_the_fonts_lack_are_named() -> None:
    """Rather than drawn as boxes, which all look alike."""
    assert shown("Ж1ä\n") == "[U+0416]1ä[U+000A]"


def test_long_texts_are_cut_and_say_so() -> None:
    """So that one fact cannot take the page."""
    lines = fitted("word " * 500, "Helvetica", 9)
    assert len(lines) == LONGEST_LINES
    assert "cut" in lines[-1]


def test_nothing_is_called_certain_that_is_not() -> None:
    """As in the terminal."""
    assert [percent(share) for share in (None, 0.5, 0.996, 1.0)] == ["", " (50 %)", " (more than 99 %)", " (100 %)"]
