# SPDX-License-Identifier: Apache-2.0
"""`wayside plate` explains, `wayside plates import-codes` loads a whole table or nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from wayside.cli.plate import CODES_FILE, plate_command, plates_app
from wayside.domain import UsageError
from wayside.plates import TableError

app = typer.Typer()
app.command("plate")(plate_command)
app.add_typer(plates_app, name="plates")

CODES = "table,code,name,source,date,grade\ngb,248,Ruritania,our list,2026-01-02,good\n"


def run(*arguments: str) -> Result:
    """The command's result."""
    return CliRunner().invoke(app, list(arguments))


def test_plate_is_explained_in_words(tmp_path: Path) -> None:
    """Class, country, sender, rule and source stand on the line."""
    result = run("plate", "101 D 101", "--country", "gb", "--data", str(tmp_path))
    assert result.exit_code == 0
    for word in ("101 D 101", "United Kingdom", "diplomatic", "101: Afghanistan", "gb/diplomatic", "good"):
        assert word in result.output


def test_several_plates_as_json(tmp_path: Path) -> None:
    """One object a line, with everything that is known."""
    result = run("plate", "LD12ABC", "1230456", "--country", "GB", "--json", "--data", str(tmp_path))
    civil, proposed = (json.loads(line) for line in result.output.splitlines())
    assert civil["registrations"][0]["age"] == "from March 2012"
    assert proposed["registrations"][0]["supposed_text"] == "123D456"
    assert proposed["normalised"] == "1230456"


def test_unknown_syntax_is_said(tmp_path: Path) -> None:
    """Nothing known is no failure."""
    result = run("plate", "🚗", "--data", str(tmp_path))
    assert result.exit_code == 0 and "of no known syntax" in result.output


@pytest.mark.parametrize("country", ["GBR", "1", "Ö1", ""])
def test_strange_country_is_refused(country: str) -> None:
    """A country is a code of two letters."""
    result = run("plate", "LD12ABC", "--country", country)
    assert isinstance(result.exception, UsageError)


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    """What was typed is shown without its escape sequences."""
    assert "\x1b" not in run("plate", "AB\x1b[31m12", "--data", str(tmp_path)).output


def test_imported_codes_are_used(tmp_path: Path) -> None:
    """After import, the site's sender is named."""
    table = tmp_path / "ours.csv"
    table.write_text(CODES, encoding="utf-8")
    result = run("plates", "import-codes", str(table), "--data", str(tmp_path / "site"))
    assert result.exit_code == 0 and "1 code in 1 table" in result.output
    shown = run("plate", "248D107", "--country", "GB", "--data", str(tmp_path / "site"))
    assert "248: Ruritania" in shown.output


def test_wrong_table_changes_nothing(tmp_path: Path) -> None:
    """A bad line is named and the present table stays."""
    present = tmp_path / CODES_FILE
    present.write_text(CODES, encoding="utf-8")
    bad = tmp_path / "bad.csv"
    bad.write_text(CODES + "gb,x-y,Nowhere,our list,2026,good\n", encoding="utf-8")
    result = run("plates", "import-codes", str(bad), "--data", str(tmp_path))
    assert isinstance(result.exception, TableError)
    assert "bad.csv:3" in str(result.exception)
    assert present.read_text(encoding="utf-8") == CODES
