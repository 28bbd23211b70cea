# SPDX-License-Identifier: Apache-2.0
"""A table of a TOML file: each key has its form, and what is not in it is refused with place and mend."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wayside.domain import UsageError
from wayside.record.policy_file import Section

FILE = Path("site.toml")


def section(name: str = "disk", /, **stated: Any) -> Section:
    """A table that states this."""
    return Section(FILE, name, stated)


def test_what_is_stated_comes_back_in_its_form() -> None:
    """Each kind of value as itself."""
    table = section(a="gate", b=False, c=7, d=["x", "y"], e={"theft": "stolen"})
    assert table.text("a") == "gate"
    assert table.flag("b", True) is False
    assert table.number("c", 7, 7) == 7
    assert table.texts("d") == ("x", "y")
    assert table.words("e") == {"theft": "stolen"}
    table.done()


def test_what_is_not_stated_is_its_default() -> None:
    """And no mistake."""
    table = section()
    assert (table.text("a"), table.text("b", "said")) == (None, "said")
    assert (table.flag("c", True), table.flag("d", False)) == (True, False)
    assert (table.number("e", 1, 2), table.texts("f"), table.words("g"), table.tables("h")) == (None, (), None, [])
    table.table("i").done()
    table.done()


Read = Callable[[Section], object]
WRONG: list[tuple[Any, Read, str]] = [
    ("", lambda one: one.text("key"), "text in quotes"),
    (" ", lambda one: one.text("key"), "text in quotes"),
    ("two\nlines", lambda one: one.text("key"), "text in quotes"),
    (5, lambda one: one.text("key"), "text in quotes"),
    ("true", lambda one: one.flag("key", False), "without quotes"),
    (0, lambda one: one.flag("key", False), "true or false"),
    (0, lambda one: one.number("key", 1, 9), "from 1 to 9"),
    (10, lambda one: one.number("key", 1, 9), "from 1 to 9"),
    (2.0, lambda one: one.number("key", 1, 9), "whole number"),
    (True, lambda one: one.number("key", 0, 9), "whole number"),
    ("3", lambda one: one.number("key", 1, 9), "whole number"),
    ("one", lambda one: one.texts("key"), "list of texts"),
    ([], lambda one: one.texts("key"), "list of texts"),
    (["one", ""], lambda one: one.texts("key"), "list of texts"),
    (["one", 2], lambda one: one.texts("key"), "list of texts"),
    (["one", "three"], lambda one: one.texts("key", frozenset({"one", "two"})), "names 'three'; use one, two"),
    ({}, lambda one: one.words("key"), "table of texts"),
    ({"a": 1}, lambda one: one.words("key"), "table of texts"),
    (["a"], lambda one: one.words("key"), "table of texts"),
    (["a"], lambda one: one.table("key"), "begin it with the line [disk.key]"),
    ({"a": 1}, lambda one: one.tables("key"), "begin each with the line [[disk.key]]"),
    ([1], lambda one: one.tables("key"), "begin each with the line [[disk.key]]"),
]


@pytest.mark.parametrize(("value", "read", "mend"), WRONG)
def test_another_form_is_refused_with_its_place(value: object, read: Read, mend: str) -> None:
    """File, table and key stand in the sentence, and what to write."""
    with pytest.raises(UsageError, match=re.escape(mend)) as told:
        read(section(key=value))
    assert str(told.value).startswith("site.toml: 'disk.key' ")


def test_the_top_of_the_file_has_no_name_before_its_keys() -> None:
    """Nor a table in it."""
    with pytest.raises(UsageError, match=r"^site.toml: 'name' must"):
        section("", name=1).text("name")
    with pytest.raises(UsageError, match=r"\[disk\]$"):
        section("", disk=1).table("disk")


def test_tables_within_are_named_by_their_place() -> None:
    """The second of two rules is `rules[2]`, and a key in a table has both names."""
    outer = section("retention", rules=[{"days": 1}, {"days": "x"}], inner={"days": "x"})
    first, second = outer.tables("rules")
    assert first.number("days", 0, 9) == 1
    with pytest.raises(UsageError, match=re.escape("'retention.rules[2].days'")):
        second.number("days", 0, 9)
    with pytest.raises(UsageError, match=re.escape("'retention.inner.days'")):
        outer.table("inner").number("days", 0, 9)


def test_a_key_that_nobody_asked_for_is_told_with_the_one_that_was_meant() -> None:
    """The nearest one, or all of them where none is near."""
    table = section(resrve_mib=1)
    table.number("reserve_mib", 0, 9)
    table.number("keep_free_mib", 0, 9)
    with pytest.raises(UsageError, match=r"'disk.resrve_mib' means nothing here; did you mean reserve_mib\?"):
        table.done()
    far = section(colour="red")
    far.number("reserve_mib", 0, 9)
    far.number("keep_free_mib", 0, 9)
    with pytest.raises(UsageError, match="did you mean keep_free_mib or reserve_mib"):
        far.done()


def test_reading_a_key_leaves_what_was_given_as_it_is() -> None:
    """The caller's own table is not emptied."""
    stated = {"key": "said"}
    Section(FILE, "", stated).text("key")
    assert stated == {"key": "said"}
