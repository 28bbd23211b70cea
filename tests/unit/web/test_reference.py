# SPDX-License-Identifier: Apache-2.0
"""The reference of the API names every address with what it needs, every problem, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from wayside.access import Why
from wayside.web.api.document import api_document
from wayside.web.app import EVERYTHING
from wayside.web.problems import STATUS_OF_ERROR

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "http-api.md").read_text("utf-8")


def operations() -> dict[str, Any]:
    """The operations of the description by method and path."""
    document = api_document([one.route() for some in EVERYTHING for one in some])
    return {f"{method.upper()} {path}": one for path, some in document["paths"].items() for method, one in some.items()}


def test_every_address_is_in_the_reference_with_what_it_needs_and_does() -> None:
    """And no address that is not there."""
    rows = re.findall(r"^\| `((?:GET|POST|DELETE) [^`]+)` \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
    stated = {address: (may, does) for address, may, does in rows}
    assert stated == {
        address: (one["x-may"], one["description"].split("\n")[0]) for address, one in operations().items()
    }


def test_every_problem_is_in_the_reference() -> None:
    """By the word that its type ends in."""
    words = {why.value.replace("_", "-") for why in Why} | {name for _, name, _ in STATUS_OF_ERROR}
    missing = {word for word in words | {"form", "http", "unexpected"} if f"`{word}`" not in PAGE}
    assert not missing
