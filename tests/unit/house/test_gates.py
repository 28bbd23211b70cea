# SPDX-License-Identifier: Apache-2.0
"""The house's own gates: a rule that never says no would be no rule."""

from __future__ import annotations

import ast
import socket
from pathlib import Path

import house_rules
import licences
import pytest


def tree_of(code: str) -> ast.Module:
    """Parsed code."""
    return ast.parse(code)


def test_long_functions_and_bare_modules_are_found() -> None:
    """Header, docstring, length of a function, length of a file."""
    long = "def f():\n" + "    x = 1\n" * 90
    text = long + "#\n" * 500
    faults = list(house_rules.file_faults(house_rules.ROOT / "a.py", text, tree_of(text)))
    assert [fault.split(": ", 1)[1].split(" ")[0] for fault in faults] == ["the", "a", "591", "f"]


def test_a_docstring_is_not_counted_as_length() -> None:
    """Explaining must not be punished."""
    code = 'def f():\n    """' + "words\n" * 100 + '    """\n    return 1\n'
    (function,) = house_rules.functions(tree_of(code))
    assert house_rules.length(function) < 5


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("from wayside.record.store import Store", 1),
        ("import wayside.record.store", 1),
        ("from wayside.record import Store", 0),
        ("from wayside.pipeline.sources import open_source", 0),
        ("from wayside.cli.words import percent", 0),
        ("from wayside import bootstrap", 0),
        ("from rich.text import Text", 0),
    ],
)
def test_other_rooms_are_entered_by_the_front_door(code: str, count: int) -> None:
    """Only a room's own files may reach deeper."""
    path = house_rules.ROOT / "src" / "wayside" / "cli" / "x.py"
    assert len(list(house_rules.room_faults(path, tree_of(code)))) == count


def test_tests_say_what_they_show() -> None:
    """In a docstring."""
    code = "def test_a():\n    '''Says.'''\ndef test_b():\n    pass\n"
    faults = list(house_rules.test_faults(house_rules.ROOT / "tests" / "x.py", tree_of(code)))
    assert len(faults) == 1
    assert "test_b has no docstring" in faults[0]


def test_refused_packages_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever in the lock they stand."""
    lock = {"wayside": {"dependencies": []}, "opencv-python": {}, "ultralytics": {}}
    monkeypatch.setattr(licences, "locked", lambda: lock)
    assert [fault.split()[0] for fault in licences.faults()] == ["opencv-python", "ultralytics"]


def test_the_base_install_is_what_wayside_needs() -> None:
    """Followed to the end; extras and development tools are not part of it."""
    names = licences.base_install(licences.locked())
    assert {"numpy", "onnxruntime", "opencv-python-headless", "typer"} <= names
    assert not names & {"av", "pytest", "mypy", "wayside"}


@pytest.mark.parametrize(
    ("licence", "faults"),
    [
        ("MIT", 0),
        ("BSD-3-Clause", 0),
        ("LGPL-2.1; BSD", 0),
        ("GPL-3.0-only", 1),
        ("GNU Affero General Public", 1),
        ("", 1),
    ],
)
def test_licences_are_judged(monkeypatch: pytest.MonkeyPatch, licence: str, faults: int) -> None:
    """No strong copyleft, and nothing unclear."""
    monkeypatch.setattr(licences, "licence_of", lambda name: licence)
    assert len(list(licences.licence_faults("some-package"))) == faults


def test_gpl_encoders_are_found_in_wheels_whatever_their_metadata_says() -> None:
    """The wheel of PyAV calls itself BSD; the headless OpenCV has none."""
    assert "BSD" in licences.licence_of("av")
    assert list(licences.codec_faults("av"))
    assert not list(licences.codec_faults("opencv-python-headless"))


def test_no_test_can_leave_the_machine() -> None:
    """Neither by name nor by address."""
    with pytest.raises(AssertionError, match="tried to look up"):
        socket.create_connection(("example.org", 80), timeout=1)
    with socket.socket() as outside, pytest.raises(AssertionError, match="tried to reach"):
        outside.connect(("192.0.2.1", 80))


def test_the_lock_names_the_public_index_only() -> None:
    """So that a stranger's machine can install from it."""
    text = (Path(house_rules.ROOT) / "uv.lock").read_text()
    links = (part for part in text.split('"') if part.startswith(("http://", "https://")))
    hosts = {link.split("://", 1)[1].split("/", 1)[0] for link in links}
    assert hosts == {"pypi.org", "files.pythonhosted.org"}


@pytest.mark.parametrize(
    ("text", "count"), [("<<<<<<< HEAD\n", 1), ("a\n>>>>>>> 8f26acb (x)\n", 1), ("a <<<<<<< b\n=======\n", 0)]
)
def test_marks_of_a_merge_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, count: int) -> None:
    """In whatever file: no test need read a style sheet to its end."""
    monkeypatch.setattr(house_rules, "ROOT", tmp_path)
    path = tmp_path / "look.css"
    path.write_text(text)
    assert len(list(house_rules.text_faults(path))) == count
