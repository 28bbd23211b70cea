# SPDX-License-Identifier: Apache-2.0
"""What is not documented does not exist: commands, options, settings and JSON keys are looked for in the reference."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import typer.main

from wayside.cli.app import app
from wayside.config import CAMERA_KEYS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


def reference(name: str) -> str:
    """A page of the reference."""
    return (DOCS / "reference" / f"{name}.md").read_text("utf-8")


def section(command: str) -> str:
    """What the reference says of a command."""
    parts = re.split(r"^## ", reference("command-line"), flags=re.MULTILINE)
    (found,) = [part for part in parts if part.startswith(f"wayside {command}\n")]
    return found


def commands() -> dict[str, Any]:
    """The commands by name, those of groups under the group's."""
    return dict(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def long_options(command: Any) -> set[str]:
    """The options of a command and of the commands in it, but for those that all have."""
    inside = getattr(command, "commands", {}).values()
    own = {name for option in command.params for name in option.opts if name.startswith("--")}
    return own.union(*(long_options(one) for one in inside)) - {"--help"}


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_and_option_is_in_the_reference(name: str) -> None:
    """And the reference names no option that is not there."""
    documented = set(re.findall(r"^\| `(--[a-z-]+)", section(name), flags=re.MULTILINE))
    assert documented == long_options(commands()[name])


def test_every_key_of_a_settings_file_is_in_the_reference() -> None:
    """And no other."""
    documented = set(re.findall(r"^\| `([a-z_]+)` \|", reference("settings"), flags=re.MULTILINE))
    assert documented == {*CAMERA_KEYS, "data"}


def keys_and_values(schema: Any) -> set[str]:
    """Every property and every word of an enumeration in a JSON Schema."""
    if isinstance(schema, list):
        return set().union(*map(keys_and_values, schema)) if schema else set()
    if not isinstance(schema, dict):
        return set()
    found = {word for word in schema.get("enum", []) if word is not None}
    found |= schema.get("properties", {}).keys()
    return found.union(*(keys_and_values(value) for value in schema.values()))


@pytest.mark.parametrize("name", ["passage", "still"])
def test_every_key_of_the_json_is_in_the_reference(name: str) -> None:
    """With every word that may stand there."""
    schema = json.loads((files("wayside") / "schema" / f"{name}.schema.json").read_text("utf-8"))
    page = reference("json")
    missing = {word for word in keys_and_values(schema) if f"`{word}`" not in page}
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Files within the repository; nobody is sent to a page that is not there."""
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert not missing


def test_every_page_can_be_found_from_the_first() -> None:
    """A page that nothing leads to is not read."""
    index = (DOCS / "README.md").read_text("utf-8")
    lost = [page.name for page in DOCS.rglob("*.md") if page.name not in index and page != DOCS / "README.md"]
    assert not lost


def test_make_targets_named_in_the_readme_exist() -> None:
    """The first commands that a newcomer types."""
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", (ROOT / "README.md").read_text("utf-8"), flags=re.MULTILINE))
    there = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
    assert {"demo", "test"} <= named <= there
