# SPDX-License-Identifier: Apache-2.0
"""What goes out of the site: the yearly page with small counts suppressed, and the impact assessment."""

from __future__ import annotations

import json

import pytest
from unit.web.house import PLATE, Answered, House


def asked(house: House, role: str, path: str) -> Answered:
    """What somebody with one role gets."""
    house.world.person("dora", role)
    return house.call("GET", path, session=house.world.session("dora"))


def test_the_year_is_shown_with_small_counts_suppressed(house: House) -> None:
    """Two passages are fewer than ten."""
    answer = asked(house, "officer", "/desk/statistics?year=2026")
    assert answer.status == 200
    assert "The record in 2026" in answer.text
    assert "fewer than 10" in answer.text
    assert PLATE not in answer.text


@pytest.mark.parametrize(("form", "kind"), [("md", "text/markdown"), ("json", "application/json")])
def test_the_year_is_taken_out_as_a_file(house: House, form: str, kind: str) -> None:
    """Named after the year."""
    answer = asked(house, "officer", f"/desk/statistics/file?year=2026&form={form}")
    assert answer.headers["content-type"].startswith(kind)
    assert f'filename="wayside-2026.{form}"' in answer.headers["content-disposition"]
    assert "fewer than 10" in answer.text
    if form == "json":
        assert json.loads(answer.body)["year"] == 2026


@pytest.mark.parametrize("query", ["year=1", "year=x", "year=2026&form=exe"])
def test_a_year_that_cannot_be_is_refused(house: House, query: str) -> None:
    """Before anything is counted."""
    assert asked(house, "officer", f"/desk/statistics/file?{query}").status == 422


@pytest.mark.parametrize("role", ["auditor", "officer"])
def test_the_assessment_is_shown_and_taken_out(house: House, role: str) -> None:
    """With what is missing before it can be signed."""
    answer = asked(house, role, "/desk/impact")
    assert answer.status == 200
    assert "Missing before it can be signed" in answer.text
    session = house.world.session("dora")
    file = house.call("GET", "/desk/impact/file", session=session)
    assert file.headers["content-type"].startswith("text/markdown")
    assert 'filename="impact-assessment-2026-11-22.md"' in file.headers["content-disposition"]
    assert file.text.startswith("# ")


@pytest.mark.parametrize("role", ["administrator", "investigator", "approver", "monitor"])
def test_nobody_else_takes_them_out(house: House, role: str) -> None:
    """Whoever works with the record publishes nothing of it."""
    house.world.person("otto", role)
    session = house.world.session("otto")
    for path in ("statistics", "statistics/file", "impact", "impact/file"):
        assert house.call("GET", f"/desk/{path}", session=session).status == 403, path


def test_the_auditor_publishes_no_statistics(house: House) -> None:
    """That is the officer's."""
    assert asked(house, "auditor", "/desk/statistics").status == 403
