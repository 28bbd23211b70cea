# SPDX-License-Identifier: Apache-2.0
"""What a check hands back: how it came out, what was found where, and how much was looked at."""

from __future__ import annotations

import json

import pytest

from wayside.record.verify.report import CHECKED, DAMAGES, MOST_LISTED, Finding, Report, Status


def test_the_exit_codes_are_those_of_the_command() -> None:
    """Scripts depend on them."""
    assert {status.value: status.exit_code for status in Status} == {"sound": 0, "tampered": 1, "unchecked": 2}


def test_what_was_found_weighs_more_than_what_could_not_be_checked() -> None:
    """And what could not be checked is never sound."""
    report = Report("record")
    assert report.status is Status.SOUND
    report.unchecked.append("the witness could not be read")
    assert report.status is Status.UNCHECKED
    report.add([Finding("row-edited")])
    assert report.status is Status.TAMPERED


def test_findings_beyond_those_listed_are_counted() -> None:
    """A record that was thrown away as a whole must not fill the memory, nor look less damaged."""
    report = Report("record")
    report.add(Finding("row-removed", seq=seq) for seq in range(MOST_LISTED - 1))
    report.add(Finding("row-edited", seq=seq) for seq in range(3))
    assert (len(report.findings), report.found) == (MOST_LISTED, MOST_LISTED + 2)
    assert report.findings[-1] == Finding("row-edited", seq=0)


@pytest.mark.parametrize(
    ("finding", "place"),
    [
        (Finding("file-damaged"), "record"),
        (Finding("row-edited", seq=0), "entry 0"),
        (Finding("entry-rewritten", seq=0, last=255), "entries 0–255"),
        (Finding("hold-removed", "hold", 7, passage="ab"), "entry 7, passage ab, table hold"),
        (Finding("camera-edited", "camera"), "table camera"),
    ],
)
def test_a_finding_says_where_it_is(finding: Finding, place: str) -> None:
    """Entry, passage and table, as far as they are known; entry 0 is one too."""
    assert str(finding) == f"{place}: {DAMAGES[finding.damage]}"


def test_the_detail_stands_last() -> None:
    """In brackets, and no brackets where there is none."""
    assert str(Finding("camera-edited", detail="gate")).endswith(" (gate)")
    assert "(" not in str(Finding("camera-edited"))


def test_a_damage_that_has_no_words_is_a_mistake() -> None:
    """Rather than a finding that nobody understands."""
    with pytest.raises(KeyError):
        str(Finding("row-eaten"))


def test_the_document_is_json_and_has_every_count() -> None:
    """Also those of what was not looked at."""
    report = Report("record", "gate", entries=5, first=2, unsigned=1)
    report.checked["entries"] = 3
    report.add([Finding("row-edited", "passage", 4, passage="ab")])
    document = json.loads(json.dumps(report.document))
    assert document["checked"] == {name: 3 if name == "entries" else 0 for name in CHECKED}
    assert (document["status"], document["found"], document["first"]) == ("tampered", 1, 2)
    (finding,) = document["findings"]
    assert finding["words"] == str(report.findings[0])
    assert (finding["seq"], finding["last"], finding["passage"]) == (4, None, "ab")


def test_two_reports_share_nothing() -> None:
    """What one check finds is not in the next one."""
    one, other = Report("record"), Report("record")
    one.add([Finding("row-edited")])
    one.checked["entries"] += 1
    assert (other.findings, other.checked["entries"]) == ([], 0)
